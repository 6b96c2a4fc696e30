"""A case's clocks as bars on one scale of days, with its events, today, and the weeks of its longest limit.

Only geometry: where everything stands in a picture `WIDTH` units wide. The template draws it as SVG, and the table
of clocks beside it says the same in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from ehcp_flow.engine.count import DAYS_IN_WEEK, days_between, days_on
from ehcp_flow.engine.event import ADMINISTRATIVE
from ehcp_flow.engine.words import plain_date
from ehcp_flow.law.duration import MONTHS
from ehcp_flow.web.views.words import outcome_tone, outcome_words, subject_title

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.services.show_case import CaseView
    from ehcp_flow.web.views.words import Tone

WIDTH: Final = 960
EDGE: Final = 12
ROW: Final = 46
HEAD: Final = 66
_EVENT_GAP: Final = 30
_DOT: Final = 18
_DIGIT: Final = 7  # how wide a figure is
_MARK_GAP: Final = 44
_WEEK_STEPS: Final = (1, 2, 4, 8, 13, 26, 52)


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from `first` to `last`, spread over the width of the picture."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Where a day stands, from the left, in units of the picture."""
        whole = max(days_between(self.first, self.last), 1)
        share = min(max(days_between(self.first, day) / whole, 0), 1)
        return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the scale: a week of the longest limit or the first of a month."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An event, or several near each other: their numbers in the history, where they stand, and what they were."""

    at: float
    width: int
    numbers: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A clock: from its start over the time used, and left, to its last day; then what it ran late.

    Lengths are in units of the picture; those that are not there are 0. `lifted` says that an exception lifts it.
    """

    title: str
    words: str
    words_at: float
    anchor: Literal["start", "end"]
    tone: Tone
    y: int
    start: float
    used: float
    left: float
    late: float
    due: float
    due_words: str
    is_window: bool
    lifted: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture."""

    title: str
    summary: str
    height: int
    today: float
    day_words: str
    key_words: str
    weeks: tuple[Mark, ...]
    months: tuple[Mark, ...]
    dots: tuple[Dot, ...]
    bars: tuple[Bar, ...]


def timeline(view: CaseView, *, is_past: bool = False) -> Timeline | None:
    """The picture of a case, as it is or as it stood on a past day; None while it has no clock."""
    shown = [each for each in view.verdicts if each.outcome != "dropped"] or list(view.verdicts)
    if not shown:
        return None
    events = [line.entry for line in view.lines if line.replaced_by is None and line.entry.name not in ADMINISTRATIVE]
    scale = _scale(shown, events, view.as_of)
    bars = tuple(_bar(view, each, scale, HEAD + ROW * number) for number, each in enumerate(shown))
    longest = max(shown, key=lambda each: days_between(each.clock.started_on, each.clock.due_on))
    return Timeline(
        title=f"Timeline of case {view.case_ref}",
        summary=_summary(view, shown),
        height=HEAD + ROW * len(bars) + EDGE,
        today=scale.place(view.as_of),
        day_words=plain_date(view.as_of) if is_past else "today",
        key_words="the day looked at" if is_past else "today",
        weeks=tuple(_weeks(longest, scale)),
        months=tuple(_months(scale)),
        dots=tuple(_dots(view, events, scale)),
        bars=bars,
    )


def _scale(shown: Sequence[Verdict], events: Sequence[Event], as_of: date) -> Scale:
    """All that is to be seen: each clock from its start to its due date or end, events and, while any runs, today."""
    days = [event.happened_on for event in events]
    for each in shown:
        clock = each.clock
        days += [clock.started_on, clock.due_on, clock.stopped_on or clock.dropped_on or as_of]
    return Scale(min(days), max(days))


def _weeks(longest: Verdict, scale: Scale) -> Iterator[Mark]:
    """The weeks of the longest limit that runs, numbered from its start."""
    start = longest.clock.started_on
    whole = days_between(start, scale.last) // DAYS_IN_WEEK
    apart = _MARK_GAP * (whole + 1) / (WIDTH - 2 * EDGE)
    step = next((step for step in _WEEK_STEPS if step >= apart), _WEEK_STEPS[-1])
    for week in range(0, whole + 1, step):
        yield Mark(scale.place(days_on(start, week * DAYS_IN_WEEK)), f"week {week}" if week == 0 else str(week))


def _months(scale: Scale) -> Iterator[Mark]:
    year, month = scale.first.year, scale.first.month
    firsts = []
    while (day := date(year, month, 1)) <= scale.last:
        if day >= scale.first:
            firsts.append(day)
        year, month = (year + 1, 1) if month == len(MONTHS) else (year, month + 1)
    every = 1 + int(len(firsts) * _MARK_GAP * 1.5 // WIDTH)
    for day in firsts[::every]:
        name = MONTHS[day.month - 1][:3]
        yield Mark(scale.place(day), f"{name} {day.year}" if day.month == 1 or day is firsts[0] else name)


def _dots(view: CaseView, events: Sequence[Event], scale: Scale) -> Iterator[Dot]:
    """Events from left to right; those too near each other to be told apart share a mark."""
    near: list[Event] = []
    for event in events:
        if near and scale.place(event.happened_on) - scale.place(near[-1].happened_on) > _EVENT_GAP:
            yield _dot(view, near, scale)
            near = []
        near.append(event)
    if near:
        yield _dot(view, near, scale)


def _dot(view: CaseView, near: Sequence[Event], scale: Scale) -> Dot:
    numbers = sorted(event.seq for event in near)
    is_run = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    said = f"{numbers[0]}–{numbers[-1]}" if is_run else ", ".join(map(str, numbers))
    words = "; ".join(_event_words(view, event) for event in near)
    middle = (scale.place(near[0].happened_on) + scale.place(near[-1].happened_on)) / 2
    width = max(_DOT, _DIGIT * len(said) + 8)
    return Dot(min(max(middle, width / 2 + 2), WIDTH - width / 2 - 2), width, said, words)


def _event_words(view: CaseView, event: Event) -> str:
    rule = view.workflow.events.get(event.name)
    return f"{rule.title if rule else event.name}, {plain_date(event.happened_on)}"


def _bar(view: CaseView, verdict: Verdict, scale: Scale, y: int) -> Bar:
    clock = verdict.clock
    end = clock.stopped_on or clock.dropped_on or view.as_of
    start, due, stop = scale.place(clock.started_on), scale.place(clock.due_on), scale.place(end)
    is_over = clock.rule.kind == "limit" or clock.stopped_on is not None
    is_open = clock.stopped_on is None and clock.dropped_on is None
    subject = subject_title(view.workflow, clock.rule, clock.subject)
    is_late_on = start > WIDTH / 2
    return Bar(
        title=f"{clock.rule.title}: {subject}" if subject else clock.rule.title,
        words=outcome_words(verdict),
        words_at=max(due, stop) if is_late_on else start,
        anchor="end" if is_late_on else "start",
        tone=outcome_tone(verdict),
        y=y,
        start=start,
        used=round(min(stop, due) - start, 1),
        left=round(max(due - stop, 0), 1) if is_open else 0,
        late=round(max(stop - due, 0), 1) if is_over and not clock.rule.leaves_time else 0,
        due=due,
        due_words=plain_date(clock.due_on),
        is_window=clock.rule.leaves_time,
        lifted=clock.excepted_by is not None,
    )


def _summary(view: CaseView, shown: Sequence[Verdict]) -> str:
    """The picture in a sentence, for who cannot see it; the table of clocks has the rest."""
    running = sum(each.outcome == "running" for each in shown)
    late = sum(each.outcome == "breach" for each in shown)
    words = f"{len(shown)} time limits: {running} running, {late} broken."
    return (
        f"{words} {view.workflow.state_title(view.state.state)} on {plain_date(view.as_of)}. The table says the same."
    )
