"""What a recording changed, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.cli.case_page import verdict_as_json
from ehcp_flow.cli.output import Column, console, escaped, outcome_words, print_json, print_table
from ehcp_flow.engine.event import RETRACTED
from ehcp_flow.engine.words import long_date
from ehcp_flow.services.clock_changes import ClockChange, clock_changes

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.services.record_event import Recorded


def print_recorded(recorded: Recorded, today: date, *, as_json: bool) -> None:
    """Say what was recorded, the state before and after, and the clocks it started, stopped or changed."""
    changes = clock_changes(recorded, today)
    if as_json:
        print_json(_as_json(recorded, changes))
        return
    out = console()
    _print_entry(out, recorded)
    _print_state(out, recorded)
    _print_changes(out, changes)
    for finding in recorded.findings:
        out.print(f"[yellow]Look at this:[/] {escaped(str(finding))}")
    _print_what_next(out, recorded)


def _print_entry(out: Console, recorded: Recorded) -> None:
    entry, case = recorded.entry, f"[bold]{recorded.case_ref}[/]"
    on = long_date(entry.happened_on)
    if entry.name == RETRACTED:
        out.print(f"Taken back in {case}: entry {entry.corrects}, {on} [dim](by entry {entry.seq})[/]")
        return
    rule = recorded.workflow.events.get(entry.name)
    details = ", ".join(f"{key} {value.replace('_', ' ')}" for key, value in entry.details.items())
    what = f"{rule.title if rule else entry.name}{f' ({escaped(details)})' if details else ''}, {on}"
    if entry.corrects:
        out.print(f"Corrected in {case}, entry {entry.seq} in the place of entry {entry.corrects}: {what}")
    elif entry.seq == 1:
        out.print(f"Opened {case}: {what}")
    else:
        out.print(f"Recorded in {case}, entry {entry.seq}: {what}")


def _print_state(out: Console, recorded: Recorded) -> None:
    title = recorded.workflow.state_title
    if recorded.state_before == recorded.state_after:
        out.print(f"State     {title(recorded.state_after)} [dim](unchanged)[/]")
    else:
        out.print(f"State     {title(recorded.state_before)} → [bold]{title(recorded.state_after)}[/]")


def _print_changes(out: Console, changes: Sequence[ClockChange]) -> None:
    rows = [(f"{each.word:<8}", _title(each.verdict), _outcome(each.word, each.verdict)) for each in changes]
    if rows:
        print_table([Column(""), Column("", folds=True), Column("")], rows, out, headed=False)


def _outcome(word: str, each: Verdict) -> str:
    if word == "Gone":
        return "[dim]what started it was taken back[/]"
    style = {"breach": "red", "in_time": "green", "excepted": "yellow"}.get(each.outcome, "default")
    clock = each.clock
    is_open_limit = clock.stopped_by is None and clock.dropped_by is None and not clock.rule.leaves_time
    due = f"due {clock.due_on}, " if is_open_limit else ""
    return f"[{style}]{due}{outcome_words(each)}[/]"


def _title(each: Verdict) -> str:
    subject = f" – {escaped(each.clock.subject.replace('_', ' '))}" if each.clock.subject else ""
    tag = "" if each.clock.basis == "law" else f" [dim]({each.clock.basis})[/]"
    return f"{each.clock.rule.title}{subject}{tag}"


def _print_what_next(out: Console, recorded: Recorded) -> None:
    rule = recorded.workflow.events.get(recorded.entry.name)
    if rule and rule.note:
        out.print(f"[dim]{rule.note}[/]")
    if recorded.opens:
        opens = recorded.opens
        out.print(f"Next      {opens.reason}")
        on = recorded.entry.happened_on
        out.print(f"          ehcp open {opens.workflow} {opens.with_} --on {on} --follows {recorded.case_ref}")


def _as_json(recorded: Recorded, changes: Sequence[ClockChange]) -> dict[str, Any]:
    return {
        "case": recorded.case_ref,
        "entry": recorded.entry.seq,
        "event": recorded.entry.name,
        "on": recorded.entry.happened_on,
        "state_before": recorded.state_before,
        "state": recorded.state_after,
        "changes": [{"change": each.word.lower(), **verdict_as_json(each.verdict)} for each in changes],
        "findings": [str(finding) for finding in recorded.findings],
    }
