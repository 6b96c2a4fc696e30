"""Limits in the words of a page: what is owed, how long is left, how it ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from ehcp_flow.engine.count import day_after
from ehcp_flow.engine.words import days, plain_date
from ehcp_flow.services.list_advice import subject_titles
from ehcp_flow.services.list_work import SOON
from ehcp_flow.web.words import days_left

if TYPE_CHECKING:
    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.workflow import Workflow

Tone = Literal["late", "now", "soon", "calm", "done", "lifted", "off"]

TAG_COLOURS: Final[dict[Tone, str]] = {
    "late": "govuk-tag--red",
    "now": "govuk-tag--orange",
    "soon": "govuk-tag--yellow",
    "calm": "govuk-tag--light-blue",
    "done": "govuk-tag--green",
    "lifted": "govuk-tag--purple",
    "off": "govuk-tag--grey",
}
"""Colour only repeats what the words of a tag say."""


def days_tone(left: int) -> Tone:
    """How pressing so many days are."""
    if left < 0:
        return "late"
    if left == 0:
        return "now"
    return "soon" if left <= SOON else "calm"


def subject_title(workflow: Workflow, rule: ClockRule, subject: str | None) -> str:
    """What people call what a clock is for: `Educational psychologist`."""
    return subject_titles(workflow, rule).get(subject, subject.replace("_", " ")) if subject else ""


def outcome_words(verdict: Verdict) -> str:
    """A verdict in a few words: `in time, 16 February 2026`, `12 days late`, `not before 7 May 2026`."""
    clock = verdict.clock
    if verdict.outcome == "dropped" and clock.dropped_on:
        return f"ended {plain_date(clock.dropped_on)}"
    if clock.rule.leaves_time:
        return _window_words(verdict)
    if verdict.outcome == "in_time":
        return f"in time, {_on(clock.stopped_on)}"
    if verdict.outcome in ("breach", "excepted"):
        late = f"{days(verdict.days_late)} late"
        done = f"{late}, done {_on(clock.stopped_on)}" if clock.stopped_on else late
        return f"{done}; limit lifted" if verdict.outcome == "excepted" else done
    left = verdict.days_left or 0
    return "past; late only if done now" if left < 0 else days_left(left)


def _window_words(verdict: Verdict) -> str:
    if verdict.outcome == "breach":
        return f"{days(verdict.days_late)} too soon, done {_on(verdict.clock.stopped_on)}"
    if verdict.outcome == "in_time":
        return "the time was left"
    return f"not before {plain_date(day_after(verdict.clock.due_on))}"


def _on(day: date | None) -> str:
    return plain_date(day) if day else ""


def outcome_tone(verdict: Verdict) -> Tone:
    """How an outcome is coloured."""
    if verdict.outcome == "running":
        return "off" if verdict.clock.rule.kind != "limit" else days_tone(verdict.days_left or 0)
    tones: dict[str, Tone] = {"in_time": "done", "breach": "late", "excepted": "lifted", "dropped": "off"}
    return tones[verdict.outcome]
