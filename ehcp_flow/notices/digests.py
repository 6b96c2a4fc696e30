"""The morning digests of the people who act: a case officer, and somebody who owes advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ehcp_flow.engine.words import long_date
from ehcp_flow.notices.document import Days, Document, Part, People, Tile, cases, tile
from ehcp_flow.notices.lines import Line, Lines, Morning, in_words
from ehcp_flow.notices.words import day_and_month

CLEARED = Days("Was due", lambda line: line.due_on, lambda _: "cleared")
LATER_TODAY = "The step must be taken today to be in time."


def officer_digest(morning: Morning, username: str, name: str, covers: Mapping[str, str]) -> Document:
    """What an officer does today: `morning` holds their own lines and those of the officers they cover.

    `covers` are the names of those officers, by username.
    """
    people = _covered(covers) if covers else None
    parts = [*news(morning, people), *_due(morning, people)]
    lead = [since(morning)]
    if covers:
        verb = "is" if len(covers) == 1 else "are"
        lead.append(f"You also look after the cases of {' and '.join(covers.values())}, who {verb} away today.")
    return Document(
        subject=subject(morning),
        title=f"Good morning, {name}",
        day=morning.day,
        lead=tuple(lead),
        tiles=tiles(morning),
        parts=tuple(parts),
        why=f"This goes every working day on which there is something to tell to case officer {username}.",
        link=morning.link,
    )


def _covered(covers: Mapping[str, str]) -> People:
    return lambda line: f"for {covers[line.officer]}" if line.officer and line.officer in covers else ""


def subject(morning: Morning) -> str:
    """`EHCP, 24 November: newly late 2 law, 1 guidance; due today 1 law`."""
    said = []
    if morning.broken:
        said.append(f"newly late {in_words(morning.broken)}")
    if morning.today:
        said.append(f"due today {in_words(morning.today)}")
    if not said and morning.week:
        said.append(f"due this week {in_words(morning.week)}")
    return f"EHCP, {day_and_month(morning.day)}: {'; '.join(said) or 'nothing newly late'}"


def since(morning: Morning) -> str:
    """From when the news is."""
    if morning.since is None:
        return (
            "The first message of its kind: what was noticed in the last seven days, and what is due in the next seven."
        )
    return f"What is new since {long_date(morning.since)}, and what is due in the next seven days."


def tiles(morning: Morning) -> tuple[Tile, ...]:
    """The heading figures of a digest."""
    return (
        tile("Newly late", "late", morning.broken),
        tile("Due today", "today", morning.today),
        tile("Due in 7 days", "soon", morning.week),
        tile("Overdue in all", "late", morning.overdue),
    )


def news(morning: Morning, people: People | None = None) -> list[Part]:
    """New breaches, and those that were none."""
    return [
        *cases("Newly late", "late", _worst_first(morning.broken), morning.page, people=people),
        *cases(
            "Cleared: not late after all",
            "good",
            morning.cleared,
            morning.page,
            note="Something recorded since shows that the limit was kept, lifted or did not run.",
            people=people,
            days=CLEARED,
        ),
    ]


def _due(morning: Morning, people: People | None) -> list[Part]:
    note = LATER_TODAY
    return [
        *cases("Due today", "today", morning.today, morning.page, note=note, people=people),
        *cases("Due in the next 7 days", "soon", morning.week, morning.page, people=people),
        *near(morning, people),
    ]


def near(morning: Morning, people: People | None = None) -> list[Part]:
    """Limits newly come near that are not due within the week, which is listed already."""
    listed = {*morning.today, *morning.week}
    later = [line for line in morning.near if line not in listed and line.days_left >= 0 and line.stands == "open"]
    return cases("Newly near", "soon", later, morning.page, people=people)


def _worst_first(lines: Sequence[Line]) -> Lines:
    return tuple(sorted(lines, key=lambda line: (line.due_on, line.case_ref)))


def advice_digest(morning: Morning, provider: str) -> Document:
    """What an advice-giver owes: `morning` holds only its own lines."""
    page = morning.page
    parts = [
        *cases("Late", "late", morning.overdue, page, note="Please send this advice as soon as you can."),
        *cases("Due today", "today", morning.today, page),
        *cases("Due in the next 7 days", "soon", morning.week, page),
    ]
    late = f"late {in_words(morning.overdue)}" if morning.overdue else "none late"
    return Document(
        subject=f"EHCP, {day_and_month(morning.day)}: advice you owe – {late}",
        title="Advice you owe for EHC needs assessments",
        day=morning.day,
        lead=(
            "These children's assessments wait for your advice. The case reference is the one in our request to you.",
        ),
        tiles=(
            tile("Late", "late", morning.overdue),
            tile("Due today", "today", morning.today),
            tile("Due in 7 days", "soon", morning.week),
        ),
        parts=tuple(parts),
        why=f"This goes to {provider.replace('_', ' ')} on the first working day of each week, and on a day on which "
        "advice becomes due or late.",
        link=morning.link,
    )
