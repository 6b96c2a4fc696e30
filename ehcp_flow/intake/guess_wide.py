"""A proposed mapping for a tracker with one row a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ehcp_flow.intake.column_looks import Look
from ehcp_flow.intake.guess_columns import EventGuess, answer_column, guess_about, sure_and_unsure
from ehcp_flow.intake.mapping_text import Names, beginning, ending, listed
from ehcp_flow.intake.table import Table
from ehcp_flow.intake.usual_words import ANSWERS, WORKED_OUT
from ehcp_flow.law.workflow import Workflow


def wide_mapping(table: Table, looks: Sequence[Look], workflow: Workflow) -> str:
    """The mapping as YAML text."""
    names = Names(table)
    sure, unsure = sure_and_unsure(looks, workflow)
    dated = [guess.look for guess in (*sure.values(), *unsure)]
    about = guess_about(looks, dated)
    used = [*dated, *(look for field, look in about.items() if field != "event")]
    entries: dict[str, list[str]] = {}
    doubts: list[str] = [_second(names, guess) for guess in unsure]
    for guess in sure.values():
        if guess.event in ANSWERS:
            used += _decision(names, guess, looks, entries, doubts)
        else:
            _event(names, guess, workflow, about, entries, doubts)
    ignored = [look for look in looks if look not in used and look.words & WORKED_OUT]
    unknown = [look for look in looks if look not in used and look not in ignored]
    lines = [
        *beginning(table, workflow.workflow, "wide", names, about),
        *_events(entries, workflow),
        *doubts,
        *ending(names, ignored, unknown),
    ]
    return "\n".join(lines) + "\n"


def _events(entries: Mapping[str, list[str]], workflow: Workflow) -> list[str]:
    """The entries in the order of the workflow, each below its title."""
    if not entries:
        return ["events: {}"]
    lines = ["events:"]
    for name, rule in workflow.events.items():
        if name in entries:
            lines.append(f"  # {rule.title}")
            several = entries[name]
            if len(several) == 1:
                lines.append(f"  {name}: {several[0]}")
            else:
                lines += [f"  {name}:", *(f"    - {each}" for each in several)]
    return lines


def _second(names: Names, guess: EventGuess) -> str:
    return f"  # Unsure: {names.of(guess.look.heading)} may be {guess.event.rstrip('?')} too."


def _event(
    names: Names,
    guess: EventGuess,
    workflow: Workflow,
    about: Mapping[str, Look],
    entries: dict[str, list[str]],
    doubts: list[str],
) -> None:
    column, rules = names.of(guess.look.heading), workflow.events[guess.event].details
    details = {name: names.of(about[name].heading) for name in rules if name in about}
    if guess.provider:
        details["provider"] = f"{{always: {guess.provider}}}"
    missing = [name for name, rule in rules.items() if not rule.optional and name not in details]
    if missing or "exception" in details:
        asked = ", ".join(f"{name}: {details.get(name, '…')}" for name in rules if name in details or name in missing)
        doubts.append(f"  # {guess.event}: {{date: {column}, details: {{{asked}}}}}   # say what is missing")
    elif details:
        said = ", ".join(f"{name}: {value}" for name, value in details.items())
        entries.setdefault(guess.event, []).append(f"{{date: {column}, details: {{{said}}}}}")
    else:
        entries.setdefault(guess.event, []).append(column)


def _decision(
    names: Names,
    guess: EventGuess,
    looks: Sequence[Look],
    entries: dict[str, list[str]],
    doubts: list[str],
) -> list[Look]:
    """A decision's date is one event or another by the answer in a second column; that column, if it was found."""
    column = names.of(guess.look.heading)
    found = answer_column(guess.event, guess.look, looks)
    if found is None:
        either = " or ".join(ANSWERS[guess.event])
        doubts.append(f"  # {column} is the date of {either}: say which with `when: {{Column: [answer]}}`.")
        return []
    look, by_event, unknown = found
    for event, answers in by_event.items():
        when = f"{names.of(look.heading)}: {listed(answers)}"
        entries.setdefault(event, []).append(f"{{date: {column}, when: {{{when}}}}}")
    if unknown:
        doubts.append(f"  # Answers in {names.of(look.heading)} that no event takes yet: {listed(unknown)}")
    return [look]
