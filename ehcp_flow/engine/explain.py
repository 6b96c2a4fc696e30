"""Why is this the date? A paragraph a parent can read, and a trace that a lawyer can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.arithmetic import arithmetic
from ehcp_flow.engine.words import days, long_date, lower_first, who
from ehcp_flow.law.citation import CHECK_MARKS

if TYPE_CHECKING:
    from ehcp_flow.engine.clock import Clock, JudgedException
    from ehcp_flow.engine.event import Event
    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due date and its outcome explained: in words, and step by step (`trace` is ready for JSON)."""

    clock: str
    paragraph: str
    trace: dict[str, Any]


def explain(verdict: Verdict, workflow: Workflow, calendar: Calendar | None = None) -> Explanation:
    """Explain `verdict`. The calendar is needed for working days, and to name the bank holidays met."""
    clock = verdict.clock
    sentences = [
        _duty(clock, workflow),
        _counting(clock),
        *_revival(clock, workflow),
        _outcome(verdict, workflow),
        *_exceptions(verdict),
        _source(clock, workflow),
    ]
    return Explanation(clock.name, " ".join(sentences), _trace(verdict, workflow, calendar))


def _title(workflow: Workflow, event: Event) -> str:
    rule = workflow.events.get(event.name)
    return lower_first(rule.title) if rule else event.name


def _duty(clock: Clock, workflow: Workflow) -> str:
    rule, start = clock.rule, clock.started_by
    subject = f" ({_subject_title(clock, workflow)})" if clock.subject else ""
    task = f"{who(rule.duty_on)}{subject} must {lower_first(rule.title)}"
    began = f"{long_date(start.happened_on)} ({_title(workflow, start)})"
    if rule.by is not None:
        return f"{task} {rule.wording(clock.limit)}; the first such day since {began} counts."
    if rule.leaves_time:
        return f"{task}: {rule.wording(clock.limit)}, from {began}."
    return f"{task} {rule.wording(clock.limit)} of {began}."


def _subject_title(clock: Clock, workflow: Workflow) -> str:
    event = workflow.events[clock.started_by.name]
    detail = event.details.get(clock.rule.one_for_each or "")
    subject = clock.subject or ""
    return detail.known_values.get(subject, subject.replace("_", " ")) if detail else subject


def _counting(clock: Clock) -> str:
    due = long_date(clock.due_on)
    if clock.rule.leaves_time:
        return f"That day is day 1, so {due} is the last of those days. The next step may follow the day after."
    if clock.rule.counting == "first_day":
        return f"That day is day 1, so the last day in time is {due}."
    if clock.rule.counting == "next_day":
        return f"That day itself is not counted, so the last day in time is {due}."
    return f"The last day in time is {due}."


def _revival(clock: Clock, workflow: Workflow) -> Iterator[str]:
    if clock.revived_by:
        on = long_date(clock.revived_by.happened_on)
        yield f"It had ended, and runs again from its original start since {on} ({_title(workflow, clock.revived_by)})."


def _outcome(verdict: Verdict, workflow: Workflow) -> str:
    clock = verdict.clock
    if clock.dropped_by and verdict.outcome == "dropped":
        return f"The duty ended on {long_date(clock.dropped_by.happened_on)} ({_title(workflow, clock.dropped_by)})."
    if clock.rule.leaves_time:
        return _time_left_to_somebody(verdict)
    if clock.stopped_on:
        done = f"It was done on {long_date(clock.stopped_on)}"
        return f"{done}, {days(verdict.days_late)} late." if verdict.days_late else f"{done}, in time."
    if verdict.days_late:
        return f"By {long_date(verdict.as_of)} it had not been done: {days(verdict.days_late)} late so far."
    left = verdict.days_left or 0
    if left < 0:
        return "That day has passed without the step; only taking it late would break this limit."
    return f"On {long_date(verdict.as_of)} {days(left)} {'is' if left == 1 else 'are'} left."


def _time_left_to_somebody(verdict: Verdict) -> str:
    stopped = verdict.clock.stopped_on
    if stopped is None:
        return "The time was left." if verdict.outcome == "in_time" else "The time is still running."
    if verdict.days_late:
        return f"It was done on {long_date(stopped)}, inside that time: {days(verdict.days_late)} too soon."
    return f"It was done on {long_date(stopped)}, after that time, as it should be."


def _exceptions(verdict: Verdict) -> Iterator[str]:
    for judged in verdict.clock.exceptions:
        title = judged.rule.title if judged.rule else judged.event.details.get("exception", "")
        on = long_date(judged.event.happened_on)
        if judged.is_taken:
            yield f"An exception lifts this limit: {lower_first(title)}, from {on}. {judged.reason}"
            yield "It sets no new date: the step must follow as soon as practicable."
        else:
            yield f"An exception was claimed ({lower_first(title)}, from {on}) and cannot be relied on. {judged.reason}"


def _source(clock: Clock, workflow: Workflow) -> str:
    where = " and ".join(citation.in_words(workflow.sources) for citation in clock.citations)
    return {
        "law": f"This is the law: {where}.",
        "guidance": f"This is guidance, not law: {where}.",
        "local": f"This is the authority's own target: {where}.",
    }[clock.basis]


def _trace(verdict: Verdict, workflow: Workflow, calendar: Calendar | None) -> dict[str, Any]:
    clock, rule = verdict.clock, verdict.clock.rule
    return {
        "rule": {
            "workflow": workflow.workflow,
            "version": workflow.digest,
            "clock": clock.name,
            "title": rule.title,
            "basis": clock.basis,
            "duty_on": rule.duty_on,
            "limit": rule.wording(clock.limit),
            "counting": rule.counting,
            "reading": rule.reading,
            "check": clock.check,
            "check_means": CHECK_MARKS[clock.check],
        },
        "citations": [
            {
                "cite": str(each),
                "in_words": each.in_words(workflow.sources),
                "link": each.link(workflow.sources),
            }
            for each in clock.citations
        ],
        "started_by": _entry(clock.started_by, workflow),
        "arithmetic": arithmetic(clock, calendar),
        "due_on": clock.due_on.isoformat(),
        "stopped_by": _entry(clock.stopped_by, workflow) if clock.stopped_by else None,
        "dropped_by": _entry(clock.dropped_by, workflow) if clock.dropped_by else None,
        "revived_by": _entry(clock.revived_by, workflow) if clock.revived_by else None,
        "exceptions": [_exception(each, workflow) for each in clock.exceptions],
        "exceptions_allowed": {name: workflow.exceptions[name].title for name in rule.unless},
        "as_of": verdict.as_of.isoformat(),
        "outcome": verdict.outcome,
        "days_taken": verdict.days_taken,
        "days_left": verdict.days_left,
        "days_late": verdict.days_late,
    }


def _entry(event: Event, workflow: Workflow) -> dict[str, Any]:
    rule = workflow.events.get(event.name)
    return {
        "event": event.name,
        "title": rule.title if rule else event.name,
        "on": event.happened_on.isoformat(),
        "entry": event.seq,
        "recorded_at": event.recorded_at.isoformat() if event.recorded_at.year > 1 else None,
        "recorded_by": event.recorded_by or None,
        "corrects": event.corrects,
    }


def _exception(judged: JudgedException, workflow: Workflow) -> dict[str, Any]:
    return {
        **_entry(judged.event, workflow),
        "exception": judged.event.details.get("exception"),
        "until": judged.event.details.get("until"),
        "evidence": judged.event.details.get("evidence"),
        "is_taken": judged.is_taken,
        "reason": judged.reason,
    }
