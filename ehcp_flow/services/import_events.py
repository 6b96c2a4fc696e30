"""Import a council's tracker: new cases, and corrections where the file has changed since the last time.

One transaction: all of it, or nothing. The same file twice changes nothing. History out of order is taken
as it is, and reported (design D10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ASSIGNED, RETRACTED, Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import final_state
from ehcp_flow.errors import BadInput
from ehcp_flow.intake.plan import plan
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import read_table
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.compare_import import IMPORTED, changes, entry_of
from ehcp_flow.services.flagging import settle_flags
from ehcp_flow.services.import_people import PeopleOfFile
from ehcp_flow.services.write_case import SWEEP, write_entries
from ehcp_flow.storage import flags, journal
from ehcp_flow.storage.clock_table import clocks_of
from ehcp_flow.today import ENGLAND, now, today

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from ehcp_flow.intake.planned import Intake, PlannedCase
    from ehcp_flow.intake.table import Table
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

Progress = Callable[[int, int], None]

_CASES_AT_A_TIME = 500


@dataclass(slots=True)
class ImportReport:
    """What an import did, or (dry run) would do."""

    file: str
    table: Table
    intake: Intake
    workflow: Workflow
    new_cases: int = 0
    changed_cases: int = 0
    unchanged_cases: int = 0
    new_events: int = 0
    corrections: int = 0
    retractions: int = 0
    new_officers: list[str] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """Whether the database says already what the file says."""
        return not (self.new_cases or self.changed_cases)


class _DryRun(Exception):
    """Everything was worked out; nothing is kept."""


def import_file(
    office: Office,
    path: Path,
    mapping: Path,
    *,
    dry_run: bool = False,
    skip_errors: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the tracker at `path` as `mapping` says; `dry_run` works everything out and keeps nothing.

    Rows with errors stop the import unless `skip_errors`; a dry run reports them and goes on.
    Raises BadFile, BadInput, DatabaseTrouble or Conflict.
    """
    report = read_tracker(office, path, mapping)
    errors = report.intake.errors
    if errors and not (dry_run or skip_errors):
        raise BadInput(
            f"{len(errors):,} rows of {path.name} cannot be imported; nothing was.",
            f"The first: {errors[0]}",
            "See all with --dry-run, or import the others with --skip-errors.",
        )
    try:
        with office.database.write() as connection:
            _Import(office, connection, report, progress).run()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


def read_tracker(office: Office, path: Path, mapping: Path) -> ImportReport:
    """Read the file and plan its cases, without a look at the database."""
    said = read_mapping(mapping, office.workflows)
    workflow = office.workflow(said.workflow)
    table = read_table(path, said.sheet, said.headings_in_row)
    return ImportReport(path.name, table, plan(table, said, workflow, today()), workflow)


class _Import:
    """One import in one transaction."""

    def __init__(self, office: Office, connection: Connection, report: ImportReport, progress: Progress | None) -> None:
        self.office, self.connection, self.report = office, connection, report
        self.progress = progress
        self.at: datetime = now()
        self.by = office.user + IMPORTED
        self.people = PeopleOfFile(connection, report.intake.cases)
        self.swept_until: date | None = flags.swept_until(connection, SWEEP)

    def run(self) -> None:
        """Bring every case of the file into the database."""
        cases, done = iter(self.report.intake.cases), 0
        self.report.new_officers = self.people.add_officers()
        while batch := list(islice(cases, _CASES_AT_A_TIME)):
            there = self._journals(batch)
            self.people.add_people(batch)
            self._add([case for case in batch if case.case_ref not in there])
            for case in batch:
                if case.case_ref in there:
                    self._change(case, *there[case.case_ref])
            done += len(batch)
            if self.progress:
                self.progress(done, len(self.report.intake.cases))

    def _journals(self, batch: Sequence[PlannedCase]) -> dict[str, tuple[str, list[Event]]]:
        refs = [case.case_ref for case in batch]
        return {ref: (name, found) for ref, name, found in journal.all_histories(self.connection, refs)}

    def _add(self, batch: Sequence[PlannedCase]) -> None:
        new = [NewCase(self._facts(case), list(self._entries(case))) for case in batch]
        for each in new:
            self.report.new_events += sum(entry.name != ASSIGNED for entry in each.entries)
            self._note_findings(each.entries)
        self.report.new_cases += add_cases(self.office, self.connection, new)
        if self.swept_until is not None:
            self._flag_new(batch)

    def _facts(self, case: PlannedCase) -> dict[str, object]:
        return {
            "case_ref": case.case_ref,
            "workflow": case.workflow,
            "person_ref": self.people.ref_of(case),
            "authority": case.authority or self.office.settings.authority,
        }

    def _entries(self, case: PlannedCase) -> Iterator[Event]:
        number = 0
        for number, event in enumerate(case.events, 1):
            yield entry_of(case.case_ref, number, event, self.at, self.by, self.report.file)
        holder = self.people.holder_of(case)
        if holder:
            on = case.events[0].happened_on
            yield Event(case.case_ref, number + 1, ASSIGNED, on, self.at, self.by, holder)

    def _flag_new(self, batch: Sequence[PlannedCase]) -> None:
        rows = [row._asdict() for case in batch for row in clocks_of(self.connection, case.case_ref)]
        workflow = self.report.workflow
        day = self.at.astimezone(ENGLAND).date()
        settle_flags(self.connection, rows, self.swept_until, day, {workflow.workflow: workflow.digest})

    def _change(self, case: PlannedCase, workflow: str, entries: list[Event]) -> None:
        if workflow != case.workflow:
            raise BadInput(
                f"Case {case.case_ref} is there already, as {workflow}; the file has it as {case.workflow}.",
                "Nothing was imported.",
                "Give one of them another reference, for example with `prefix:` in the mapping.",
            )
        new = changes(self.report.workflow, entries, case, self.at, self.by, self.report.file)
        holder = self._new_holder(case, entries)
        if holder:
            seq = len(entries) + len(new) + 1
            new.append(Event(case.case_ref, seq, ASSIGNED, today(), self.at, self.by, holder))
        if not new:
            self.report.unchanged_cases += 1
            return
        self.report.changed_cases += 1
        self.report.corrections += sum(each.corrects is not None and each.name != RETRACTED for each in new)
        self.report.retractions += sum(each.name == RETRACTED for each in new)
        self.report.new_events += sum(each.corrects is None and each.name != ASSIGNED for each in new)
        last_hash = journal.last_hashes(self.connection, [case.case_ref])[case.case_ref][1]
        write_entries(self.office, self.connection, self.report.workflow, entries, last_hash, new)
        self._note_findings([*entries, *new])

    def _new_holder(self, case: PlannedCase, entries: list[Event]) -> dict[str, str]:
        """The holder the file names, unless a person has assigned the case since, or nothing changed."""
        wanted = self.people.holder_of(case)
        last = next((each for each in reversed(entries) if each.name == ASSIGNED), None)
        if not wanted or (last and (dict(last.details) == wanted or not last.recorded_by.endswith(IMPORTED))):
            return {}
        return wanted

    def _note_findings(self, entries: Sequence[Event]) -> None:
        _, findings = final_state(self.report.workflow, history(entries, date.max))
        for finding in findings:
            self.report.findings.append((entries[0].case_ref, str(finding)))
