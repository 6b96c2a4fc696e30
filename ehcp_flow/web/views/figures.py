"""Figures as pages show them: which period was asked for, and each cell in words with the way to its cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.analytics.periods import Period, end_of_month, month_name, month_of, usual_windows
from ehcp_flow.engine.count import day_before
from ehcp_flow.engine.words import plain_date
from ehcp_flow.returns.cell_text import is_number, shown
from ehcp_flow.today import ENGLAND
from ehcp_flow.web.forms import NotADay, read_day

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import Definition
    from ehcp_flow.analytics.figure_table import FigureTable

BY = {
    "": "Not divided",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "authority": "Authority",
    "team": "Team",
    "officer": "Officer",
    "age": "Age group",
    "provider": "Who was asked for advice",
    "clock": "Time limit",
}
BASIS = {"law": "the law", "guidance": "guidance, not law", "local": "a local target"}
_ENDS = ("from", "to", "low", "high")
YEAR_SO_FAR, CHOSEN = "year", "chosen"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, and what is wrong with it: a mistake leaves the usual in its place."""

    request: FigureRequest
    period: str
    given: Mapping[str, str]
    typed: Mapping[str, str]
    mistakes: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The part of an address that asks for the same, empty for the usual."""
        return urlencode({name: value for name, value in self.given.items() if value})

    def link(self, path: str, **more: str) -> str:
        """An address that asks for the same at `path`, with `more`."""
        said = urlencode({**{name: value for name, value in self.given.items() if value}, **more})
        return f"{path}?{said}" if said else path

    @property
    def in_words(self) -> str:
        """`1 January 2026 to 26 November 2026, as it stood on 26 November 2026`."""
        asked = self.request
        known = f", as known at the end of {plain_date(asked.known_at.astimezone(ENGLAND))}" if asked.known_at else ""
        of = "".join(
            f", {name}: {value}" for name, value in (("team", asked.team), ("officer", asked.officer)) if value
        )
        days = f"{plain_date(asked.first)} to {plain_date(asked.last)}"
        return f"{days}, as it stood on {plain_date(asked.as_of)}{known}{of}"


def periods(day: date) -> dict[str, Period]:
    """The periods to choose from, by the name they have in an address."""
    last_month = day_before(month_of(day))
    year, twelve = usual_windows(day)[1:3]
    found = {
        YEAR_SO_FAR: Period("This year so far", year.first, day),
        "month": Period(f"This month so far ({month_name(day)})", month_of(day), day),
        "last-month": Period(f"Last month ({month_name(last_month)})", month_of(last_month), end_of_month(last_month)),
        "12-months": Period("The last 12 months", twelve.first, day),
    }
    for number in range(1, 4):
        name = str(day.year - number)
        found[name] = Period(f"All of {name}", date(day.year - number, 1, 1), date(day.year - number, 12, 31))
    return found


def wanted(query: Mapping[str, str], day: date, teams: Iterable[str]) -> Wanted:
    """What an address asks for on `day`. Nothing in it is trusted: what cannot be used is said and left out."""
    given = {name: query.get(name, "").strip() for name in ("period", "from", "to", "as_of", "known_at", "by", "team")}
    typed, mistakes = dict(given), dict[str, str]()
    as_of = _day(given, "as_of", "The day of judgement", mistakes)
    known_on = _day(given, "known_at", "The day of knowledge", mistakes)
    first, last = _day(given, "from", "The first day", mistakes), _day(given, "to", "The last day", mistakes)
    usual = periods(as_of or day)
    name = given["period"] if given["period"] in usual else YEAR_SO_FAR
    if first or last:
        name = CHOSEN
        begins, ends = first or (last or day).replace(month=1, day=1), last or as_of or day
        if ends < begins:
            mistakes["to"] = "The last day must be on or after the first day"
            begins, ends = ends, begins
    else:
        begins, ends = usual[name].first, usual[name].last
    if given["by"] not in BY:
        given["by"] = ""
    if given["team"] not in set(teams):
        given["team"] = ""
    request = FigureRequest(
        first=begins,
        last=ends,
        as_of=as_of or day,
        known_at=datetime.combine(known_on, time.max, ENGLAND).astimezone(UTC) if known_on else None,
        by=given["by"] or None,  # type: ignore[arg-type]  # one of the names in BY
        team=given["team"] or None,
    )
    return Wanted(request, name, given, typed, mistakes)


def _day(given: dict[str, str], name: str, title: str, mistakes: dict[str, str]) -> date | None:
    if not given[name]:
        return None
    try:
        return read_day(given[name])
    except NotADay as wrong:
        mistakes[name] = f"{title} {wrong}"
        given[name] = ""
        return None


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell in words; `link` leads to the cases behind it, where there are any."""

    text: str
    is_number: bool
    link: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row: its name, the cells after it, and whether it is the total of the others."""

    head: ShownCell
    cells: tuple[ShownCell, ...]
    is_total: bool


def shown_rows(table: FigureTable, asked: Wanted) -> list[ShownRow]:
    """The table's rows in words, with a way to the cases behind each number where it has them."""
    rows = []
    for number in range(len(table.rows)):
        head, *cells = _cells(table, number, asked)
        rows.append(ShownRow(head, tuple(cells), table.has_total and number == len(table.rows) - 1))
    return rows


def _cells(table: FigureTable, number: int, asked: Wanted) -> Iterator[ShownCell]:
    for column, cell in zip(table.columns, table.rows[number], strict=True):
        link = ""
        if table.cases_behind(number, column.name):
            row = str(table.rows[number][0])
            link = asked.link(f"/figures/{table.id}/cases", row=row, column=column.name)
        yield ShownCell(shown(cell, column.kind), is_number(column), link)


def titles(table: FigureTable) -> list[str]:
    """The columns' titles; the ends of an interval say of what."""
    found, of = [], ""
    for column in table.columns:
        title = column.title or column.name
        if title.lower() in _ENDS:
            found.append(f"{of}: {title.lower()}" if of else title)
        else:
            of = title
            found.append(title[:1].upper() + title[1:])
    return found


def divisions(definition: Definition) -> dict[str, str]:
    """The ways in which a figure can be divided, by their names in an address."""
    return {name: title for name, title in BY.items() if not name or name in definition.by}


def in_groups(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    """The catalogue by its groups, both in the catalogue's order."""
    groups: dict[str, list[Definition]] = {}
    for each in definitions:
        groups.setdefault(each.group, []).append(each)
    return groups
