"""What no person has compared with the text of the law yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ehcp_flow.law.citation import CHECK_MARKS, Citation, citation_text
from ehcp_flow.law.workflow import Workflow

Place = tuple[str | int, ...]


def all_citations(workflow: Workflow) -> Iterator[tuple[Place, tuple[Citation, ...]]]:
    """Every citation in the file with its place."""
    for event in workflow.events.values():
        if event.cite:
            yield ("events", event.id, "cite"), event.cite
    for clock in workflow.clocks.values():
        yield ("clocks", clock.id, "cite"), clock.cite
        for index, entry in enumerate(clock.basis_when):
            yield ("clocks", clock.id, "basis_when", index, "cite"), entry.cite
        for name, use in clock.unless.items():
            yield ("clocks", clock.id, "unless", name), use.cite
        for index, dated in enumerate(clock.limits):
            if dated.cite:
                yield ("clocks", clock.id, clock.limit_key, index, "cite"), dated.cite


@dataclass(frozen=True, slots=True)
class Unverified:
    """A rule that no person has yet compared with the text of the law, or not with the primary text."""

    workflow: str
    rule: str
    cite: str
    check: str
    meaning: str


def unverified(workflow: Workflow) -> list[Unverified]:
    """What `ehcp workflows check` lists for a lawyer to read (design D13)."""
    result = []
    for clock in workflow.clocks.values():
        marks = [(clock.id, clock.cite, clock.check)]
        marks += [(f"{clock.id} ({', '.join(each.is_)})", each.cite, each.check) for each in clock.basis_when]
        marks += [
            (f"{clock.id} unless {name}", use.cite, use.check or clock.check) for name, use in clock.unless.items()
        ]
        for rule, cite, check in marks:
            if check != "V1" or any(workflow.sources[each.source].last_checked == "never" for each in cite):
                result.append(Unverified(workflow.workflow, rule, citation_text(cite), check, CHECK_MARKS[check]))
    return result


def sources_never_checked(workflow: Workflow) -> list[str]:
    """Titles of the texts this file has never been compared with by a person."""
    cited = {each.source for _, citations in all_citations(workflow) for each in citations}
    return [
        source.title
        for name, source in workflow.sources.items()
        if name in cited and not isinstance(source.last_checked, date)
    ]
