"""The short form of an event: the day that counts, and the details the workflow asks for, with what may be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ehcp_flow.services.list_advice import subject_titles
from ehcp_flow.web.views.words import subject_title

if TYPE_CHECKING:
    from datetime import date

    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.law.event_rule import DetailRule, EventRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.web.forms import Form

OTHER: Final = "something_else"
DAY: Final = "happened_on"
NOTE: Final = "note"
OVERRIDE_REASON: Final = "override"
LAST_ENTRY: Final = "last_entry"
_MOST_RADIOS = 7


class Choice(NamedTuple):
    """An answer to choose; the fields of forms take plain pairs too."""

    value: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A detail as the form asks for it. With `takes_other` an answer that is not among the choices may be typed."""

    detail: str
    title: str
    kind: Literal["radios", "select", "text", "day"]
    choices: tuple[Choice, ...] = ()
    takes_other: bool = False
    is_needed: bool = True
    hint: str = ""

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"detail-{self.detail}"

    @property
    def other_name(self) -> str:
        """The name of the field in which another answer is typed."""
        return f"{self.name}-other"


def questions(workflow: Workflow, rule: EventRule, verdicts: Sequence[Verdict] = ()) -> tuple[Question, ...]:
    """What is asked when this event is recorded in a case whose clocks stand like this."""
    return tuple(_question(workflow, rule, name, detail, verdicts) for name, detail in rule.details.items())


def _question(
    workflow: Workflow, rule: EventRule, name: str, detail: DetailRule, verdicts: Sequence[Verdict]
) -> Question:
    title = detail.title if not detail.optional else f"{detail.title} (optional)"
    needed = not detail.optional
    if detail.is_ == "date":
        return Question(name, title, "day", is_needed=needed, hint=_until_hint(workflow, rule, name))
    choices = tuple(_choices(workflow, rule, name, detail, verdicts))
    if not choices:
        return Question(name, title, "text", is_needed=needed)
    kind: Literal["radios", "select"] = "radios" if len(choices) <= _MOST_RADIOS else "select"
    takes_other = detail.is_ == "text" and not detail.one_of and "other" not in detail.known_values
    return Question(name, title, kind, choices, takes_other, needed)


def _until_hint(workflow: Workflow, rule: EventRule, name: str) -> str:
    if not rule.records_exception or name != "until":
        return ""
    meant = dict.fromkeys(each.until for each in workflow.exceptions.values() if each.until)
    return "; ".join(meant)


def _choices(
    workflow: Workflow, rule: EventRule, name: str, detail: DetailRule, verdicts: Sequence[Verdict]
) -> Iterator[Choice]:
    if detail.is_ == "yes_or_no":
        yield from (Choice("yes", "Yes"), Choice("no", "No"))
    elif detail.is_ == "exception":
        for each in workflow.exceptions.values():
            yield Choice(each.id, each.title, each.meaning)
    elif detail.is_ == "clock":
        yield from _clocks(workflow, verdicts)
    else:
        yield from _values(workflow, rule, name, detail, verdicts)


def _clocks(workflow: Workflow, verdicts: Sequence[Verdict]) -> Iterator[Choice]:
    """The clocks of the case that an exception may lift; without a case, all that take one."""
    for each in verdicts:
        clock = each.clock
        if clock.rule.unless and clock.stopped_by is None and clock.dropped_by is None:
            subject = subject_title(workflow, clock.rule, clock.subject)
            yield Choice(clock.name, f"{clock.rule.title} – {subject}" if subject else clock.rule.title)
    if not verdicts:
        yield from (Choice(rule.id, rule.title) for rule in workflow.clocks.values() if rule.unless)


def _values(
    workflow: Workflow, rule: EventRule, name: str, detail: DetailRule, verdicts: Sequence[Verdict]
) -> Iterator[Choice]:
    """What the clocks that this event stops are for, where it stops any that run; else the workflow's own choices."""
    stopped = [each.clock for each in verdicts if _is_stopped_by(each, rule, name)]
    for clock in stopped:
        yield Choice(clock.subject or "", subject_title(workflow, clock.rule, clock.subject))
    if not stopped:
        known = detail.known_values or _usual(workflow, rule, name)
        yield from (Choice(value, title) for value, title in known.items())


def _is_stopped_by(verdict: Verdict, rule: EventRule, name: str) -> bool:
    clock = verdict.clock
    is_open = clock.stopped_by is None and clock.dropped_by is None
    return is_open and clock.rule.one_for_each == name and rule.id in clock.rule.stops_on


def _usual(workflow: Workflow, rule: EventRule, name: str) -> Mapping[str, str]:
    """The usual values of a detail that another event of the same clock says: of who gave advice, who was asked."""
    for clock in workflow.clocks.values():
        if clock.one_for_each == name and rule.id in (*clock.stops_on, *clock.revived_on):
            return subject_titles(workflow, clock)
    return {}


def answers(form: Form, asked: Sequence[Question]) -> dict[str, str]:
    """The details that were answered; what is missing or cannot be read is noted in the form."""
    found: dict[str, str] = {}
    for question in asked:
        answer = _answer(form, question)
        if answer:
            found[question.detail] = answer
    return found


def _answer(form: Form, question: Question) -> str:
    title = question.title.removesuffix(" (optional)")
    if question.kind == "day":
        day = form.day(question.name, f"the date: {title[:1].lower()}{title[1:]}", is_needed=question.is_needed)
        return day.isoformat() if day else ""
    if question.kind == "text":
        return form.text(question.name, f"an answer to “{title}”", is_needed=question.is_needed, longest=200)
    known = [choice.value for choice in question.choices]
    if question.takes_other:
        other = form.text(question.other_name, "another answer", is_needed=False, longest=200)
        if other and form.raw(question.name) in ("", OTHER):
            return other
    return form.choice(question.name, f"an answer to “{title}”", known, is_needed=question.is_needed)


def filled_in(
    form: Form, asked: Sequence[Question], given: Mapping[str, str], day: date | None = None
) -> dict[str, object]:
    """What stands in the fields: what was sent, else what is `given` for a detail and the day."""
    was_sent = bool(form.sent)
    shown: dict[str, object] = {DAY: form.boxes(DAY, None if was_sent else day)}
    for question in asked:
        value = given.get(question.detail, "")
        if question.kind == "day":
            shown[question.name] = form.boxes(question.name) if was_sent or not value else _boxes_of_text(value)
            continue
        is_known = not question.choices or value in {choice.value for choice in question.choices}
        shown[question.name] = form.raw(question.name) if was_sent else value if is_known else OTHER
        shown[question.other_name] = form.raw(question.other_name) if was_sent else "" if is_known else value
        if not was_sent and not value:
            shown[question.name] = _only(question)
    return shown


def _only(question: Question) -> str:
    """The one choice there is, where nothing else can be answered."""
    return question.choices[0].value if len(question.choices) == 1 and question.is_needed else ""


def _boxes_of_text(iso: str) -> dict[str, str]:
    year, _, rest = iso.partition("-")
    month, _, day = rest.partition("-")
    return {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
