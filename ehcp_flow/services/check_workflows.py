"""Check the law we ship or were given: does it load, do its examples pass, and what has nobody compared yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.engine.examples import Result, run_example, untested_sides
from ehcp_flow.law.check import Unverified, sources_never_checked, unverified
from ehcp_flow.law.gather import main_files
from ehcp_flow.law.test_table import read_table, table_files

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Checked:
    """What no person has compared with the text, for each workflow."""

    unverified: tuple[Unverified, ...]
    sources: tuple[str, ...]


def check_workflows(office: Office, name: str | None = None) -> Checked:
    """Load every workflow (or one) and list what is unverified. Raises BadFile with every mistake."""
    chosen = [office.workflow(name)] if name else list(office.workflows.values())
    rules = [each for workflow in chosen for each in unverified(workflow)]
    sources = list(dict.fromkeys(title for workflow in chosen for title in sources_never_checked(workflow)))
    return Checked(tuple(rules), tuple(sources))


@dataclass(frozen=True, slots=True)
class Tested:
    """The examples of one workflow, run."""

    workflow: str
    results: tuple[Result, ...]
    untested: tuple[str, ...]

    @property
    def failed(self) -> tuple[Result, ...]:
        """The examples that did not come out as expected."""
        return tuple(result for result in self.results if result.differences)


def run_tables(office: Office, name: str | None = None) -> list[Tested]:
    """Run the tables of every workflow (or one). Raises BadFile if a table cannot be read."""
    tested = []
    for path in main_files(office.settings.workflows):
        if name not in (None, path.stem):
            continue
        workflow = office.workflow(path.stem)
        examples = [each for table in table_files(path) for each in read_table(table)]
        results = tuple(run_example(workflow, each, office.calendar) for each in examples)
        tested.append(Tested(workflow.workflow, results, tuple(untested_sides(workflow, results))))
    if name and not tested:
        office.workflow(name)
    return tested
