"""One case in a terminal, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ehcp_flow.cli.output import COLOURS, Column, console, escaped, outcome_words, print_indented, print_table
from ehcp_flow.cli.timeline import print_timeline
from ehcp_flow.engine.event import ASSIGNED, RETRACTED
from ehcp_flow.engine.words import long_date
from ehcp_flow.law.event_rule import ANY_OPEN, ANY_STARTED
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ehcp_flow.engine.explain import Explanation
    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.law.event_rule import EventRule
    from ehcp_flow.services.show_case import CaseView, HistoryLine


def print_case(view: CaseView, *, picture: bool = False) -> None:
    """Print everything about a case; with a picture of its clocks, if wanted."""
    out = console()
    _print_head(out, view)
    if view.verdicts:
        out.print("\n[bold]Clocks[/]")
        print_clocks(out, view.verdicts)
        if picture:
            out.print()
            print_timeline(out, view.verdicts, view.as_of)
    out.print("\n[bold]History[/]")
    _print_history(out, view)
    for finding in view.state.findings:
        out.print(f"[yellow]Look at this:[/] {escaped(str(finding))}")
    _print_next(out, view)


def _print_head(out: Console, view: CaseView) -> None:
    facts = view.facts
    name = " ".join(part for part in (facts.given_name, facts.family_name) if part)
    born = f", born {facts.date_of_birth}" if facts.date_of_birth else ""
    out.print(f"[bold]{view.case_ref}[/]  {view.workflow.title}")
    if name:
        out.print(f"{escaped(name)}{born}" + (", looked after" if facts.looked_after else ""))
    held = escaped(" · ".join(part for part in (view.officer, view.team) if part)) or "nobody"
    out.print(f"[bold]{view.workflow.state_title(view.state.state)}[/] on {long_date(view.as_of)}; held by {held}")
    for each in view.linked:
        out.print(f"[dim]See also {each.case_ref} ({each.workflow.replace('_', ' ')})[/]")


def print_clocks(out: Console, verdicts: Sequence[Verdict]) -> None:
    """Print clocks with their due dates and outcomes."""
    rows = []
    for each in verdicts:
        clock = each.clock
        subject = f" – {escaped(clock.subject.replace('_', ' '))}" if clock.subject else ""
        tag = "" if clock.basis == "law" else f" [dim]({clock.basis})[/]"
        colour = COLOURS[each.outcome]
        words = outcome_words(each)
        rows.append(
            (str(clock.due_on), f"{clock.rule.title}{subject}{tag}", f"[{colour}]{words}[/]" if colour else words)
        )
    print_table([Column("due"), Column("clock", folds=True), Column("outcome")], rows, out)


def _print_history(out: Console, view: CaseView) -> None:
    rows = []
    for line in view.lines:
        entry = line.entry
        stamp = f"{entry.recorded_at.astimezone(ENGLAND):%Y-%m-%d} {escaped(entry.recorded_by)}"
        words = _entry_words(view, line)
        rows.append((str(entry.seq), str(entry.happened_on), words, f"[dim]{stamp}[/]"))
    print_table([Column("", right=True), Column("day"), Column("what", folds=True), Column("recorded")], rows, out)


def _entry_words(view: CaseView, line: HistoryLine) -> str:
    entry = line.entry
    rule = view.workflow.events.get(entry.name)
    details = ", ".join(f"{key} {value.replace('_', ' ')}" for key, value in entry.details.items())
    title = {RETRACTED: f"Entry {entry.corrects} taken back", ASSIGNED: "Assigned"}.get(
        entry.name, rule.title if rule else entry.name
    )
    words = title + (f" ({escaped(details)})" if details else "")
    if line.replaced_by:
        return f"[strike]{words}[/strike] [dim]replaced by entry {line.replaced_by}[/]"
    if entry.corrects and entry.name != RETRACTED:
        words += f" [dim]corrects entry {entry.corrects}[/]"
    return words + (f" [dim]“{escaped(entry.note)}”[/]" if entry.note else "")


def _print_next(out: Console, view: CaseView) -> None:
    """What may come next: the steps that lead on from here with their titles, the rest by name."""
    if not view.state.next_events:
        return
    steps = [name for name in view.state.next_events if _leads_on(view.workflow.events[name])]
    others = [name for name in view.state.next_events if name not in steps]
    out.print("\n[bold]May come next[/]")
    if steps:
        width = max(map(len, steps))
        for name in steps:
            out.print(f"{name:<{width}}  [dim]{view.workflow.events[name].title}[/]")
    if others:
        out.print(f"[dim]{'also ' if steps else ''}{', '.join(others)}[/]")
    out.print(f"[dim]Record it:   ehcp record {view.case_ref} EVENT --on DATE[/]")
    out.print(f"[dim]Why a date?  ehcp explain {view.case_ref} CLOCK[/]")


def _leads_on(rule: EventRule) -> bool:
    """Whether an event is a step of the process itself, not one that may come at any time, such as a move."""
    return rule.to is not None and not {ANY_OPEN, ANY_STARTED} & set(rule.from_)


def print_explanations(found: Sequence[Explanation], *, with_trace: bool) -> None:
    """Print explanations in words; with the working, if wanted."""
    out = console()
    for number, each in enumerate(found):
        if number:
            out.print()
        out.print(f"[bold]{escaped(each.clock)}[/]")
        out.print(escaped(each.paragraph))
        if with_trace:
            _print_trace(out, each.trace)


def _print_trace(out: Console, trace: dict[str, Any]) -> None:
    rule, start = trace["rule"], trace["started_by"]
    out.print("\n[bold]The working[/]")
    for step in trace["arithmetic"]:
        print_indented(out, step)
    recorded = f", recorded {start['recorded_at'][:10]} by {start['recorded_by']}" if start["recorded_at"] else ""
    print_indented(out, escaped(f"Started by entry {start['entry']}: {start['title']}, {start['on']}{recorded}."))
    for exception in trace["exceptions"]:
        taken = "taken" if exception["is_taken"] else "not taken"
        words = f"Exception {exception['exception']} from {exception['on']}: {taken}. {exception['reason']}"
        print_indented(out, escaped(words))
    if not trace["exceptions"] and trace["exceptions_allowed"]:
        allowed = ", ".join(trace["exceptions_allowed"])
        print_indented(out, f"No exception was claimed. This limit allows: {allowed}.")
    if rule["reading"]:
        print_indented(out, escaped(f"How it is read: {rule['reading']}"))
    for citation in trace["citations"]:
        out.print(f"  {escaped(citation['cite'])}: {citation['link']}", soft_wrap=True)
    check = f"check {rule['check']}, {rule['check_means']}"
    print_indented(out, f"Rule: {rule['workflow']} {rule['version']}; {check}.")


def case_as_json(view: CaseView) -> dict[str, Any]:
    """A case for programs. Names are left out: a reference is enough to find them."""
    return {
        "case": view.case_ref,
        "workflow": view.workflow.workflow,
        "as_of": view.as_of,
        "state": view.state.state,
        "is_ended": view.state.is_ended,
        "person": view.facts.person_ref,
        "officer": view.officer,
        "team": view.team,
        "next_events": list(view.state.next_events),
        "findings": [str(finding) for finding in view.state.findings],
        "clocks": [verdict_as_json(each) for each in view.verdicts],
        "history": [_line_as_json(line) for line in view.lines],
        "linked": [each.case_ref for each in view.linked],
    }


def _line_as_json(line: HistoryLine) -> dict[str, Any]:
    entry = line.entry
    return {
        "entry": entry.seq,
        "event": entry.name,
        "on": entry.happened_on,
        "details": dict(entry.details),
        "note": entry.note,
        "recorded_at": entry.recorded_at.isoformat(),
        "recorded_by": entry.recorded_by,
        "corrects": entry.corrects,
        "replaced_by": line.replaced_by,
    }


def verdict_as_json(each: Verdict) -> dict[str, Any]:
    """A clock and its verdict, in the shape that `ehcp replay --json` promises."""
    clock = each.clock
    return {
        "clock": clock.rule.id,
        "subject": clock.subject,
        "basis": clock.basis,
        "cite": clock.cite,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "stopped_on": clock.stopped_on,
        "outcome": each.outcome,
        "days_taken": each.days_taken,
        "days_left": each.days_left,
        "days_late": each.days_late,
        "under": each.under,
        "dropped_on": clock.dropped_on,
        "period": clock.period,
        "title": clock.rule.title,
    }
