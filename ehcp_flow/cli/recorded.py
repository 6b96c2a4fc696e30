"""What a recording changed, in a few lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.cli.case_page import verdict_as_json
from ehcp_flow.cli.output import console, escaped, outcome_words, print_json
from ehcp_flow.engine.event import RETRACTED
from ehcp_flow.engine.verdict import Verdict, verdict
from ehcp_flow.engine.words import long_date

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.services.record_event import Recorded


def print_recorded(recorded: Recorded, today: date, *, as_json: bool) -> None:
    """Say what was recorded, the state before and after, and the clocks it started, stopped or changed."""
    before = {(each.name, each.period): verdict(each, today) for each in recorded.clocks_before}
    after = {(each.name, each.period): verdict(each, today) for each in recorded.clocks_after}
    if as_json:
        print_json(_as_json(recorded, before, after))
        return
    out = console()
    _print_entry(out, recorded)
    _print_state(out, recorded)
    _print_changes(out, before, after)
    for finding in recorded.findings:
        out.print(f"[yellow]Look at this:[/] {escaped(str(finding))}")
    _print_what_next(out, recorded)


def _print_entry(out: Console, recorded: Recorded) -> None:
    entry = recorded.entry
    rule = recorded.workflow.events.get(entry.name)
    if entry.name == RETRACTED:
        what = f"entry {entry.corrects} was taken back"
    else:
        details = ", ".join(f"{key} {value.replace('_', ' ')}" for key, value in entry.details.items())
        what = f"{rule.title if rule else entry.name}{f' ({escaped(details)})' if details else ''}"
        what += f", in the place of entry {entry.corrects}" if entry.corrects else ""
    out.print(f"[bold]{recorded.case_ref}[/] {what}, {long_date(entry.happened_on)} [dim](entry {entry.seq})[/]")


def _print_state(out: Console, recorded: Recorded) -> None:
    title = recorded.workflow.state_title
    if recorded.state_before == recorded.state_after:
        out.print(f"State     {title(recorded.state_after)} [dim](unchanged)[/]")
    else:
        out.print(f"State     {title(recorded.state_before)} → [bold]{title(recorded.state_after)}[/]")


def _print_changes(out: Console, before: dict[Any, Verdict], after: dict[Any, Verdict]) -> None:
    for key, now in after.items():
        then = before.get(key)
        word = _change(then, now)
        if word:
            style = {"breach": "red", "in_time": "green", "excepted": "yellow"}.get(now.outcome, "default")
            due = (
                f"due {now.clock.due_on}, " if word in ("Started", "Running") and not now.clock.rule.leaves_time else ""
            )
            out.print(f"{word:<9} {_title(now)}: [{style}]{due}{outcome_words(now)}[/]")


def _change(then: Verdict | None, now: Verdict) -> str | None:
    clock = now.clock
    is_open = clock.stopped_by is None and clock.dropped_by is None
    if then is None:
        return "Started" if is_open else "Closed"
    was_open = then.clock.stopped_by is None and then.clock.dropped_by is None
    if was_open and not is_open:
        return "Dropped" if clock.dropped_by else "Stopped"
    if not was_open and is_open:
        return "Revived"
    if then.clock.due_on != clock.due_on or then.outcome != now.outcome:
        return "Changed"
    return "Running" if is_open and clock.rule.kind == "limit" else None


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


def _as_json(recorded: Recorded, before: dict[Any, Verdict], after: dict[Any, Verdict]) -> dict[str, Any]:
    return {
        "case": recorded.case_ref,
        "entry": recorded.entry.seq,
        "event": recorded.entry.name,
        "on": recorded.entry.happened_on,
        "state_before": recorded.state_before,
        "state": recorded.state_after,
        "changes": [
            {"change": word.lower(), **verdict_as_json(now)}
            for key, now in after.items()
            if (word := _change(before.get(key), now))
        ],
        "findings": [str(finding) for finding in recorded.findings],
    }
