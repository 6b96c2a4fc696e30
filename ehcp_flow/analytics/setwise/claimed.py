"""Exceptions claimed against clocks and whether they may be relied on: `engine.exceptions` for a population."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.extremes import any_of
from ehcp_flow.analytics.setwise.places import day_of
from ehcp_flow.engine.count import days_between, last_day, shifted
from ehcp_flow.engine.exceptions import read_date

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.analytics.setwise.law_in_numbers import Process
    from ehcp_flow.law.duration import Duration
    from ehcp_flow.law.exception_rule import AskedInWindow

Frame = nw.LazyFrame[Any]

_CLOCK = ("case_ref", "rule", "subject")
_SOME_DAY = date(2001, 1, 1)
"""Lengths that can be used here are the same from any day on; a length in months goes through the engine."""


def claims(events: Frame, known: Iterable[Process]) -> Frame:
    """The events that claim an exception, with the day they began as `first`."""
    codes = [code for each in known for code in each.claims]
    return events.filter(nw.col("code").is_in(codes)).with_columns(first=day_of(nw.col("place")))


def two_on_one_day(found: Frame) -> Frame:
    """Cases that claim twice on one day, where the order may matter."""
    return found.group_by("case_ref", "first").agg(times=nw.len()).filter(nw.col("times") > 1).select("case_ref")


def taken(found: Frame, clocks: Frame, events: Frame, known: tuple[Process, ...], backend: Backend) -> Frame:
    """`case_ref, rule, subject, exception`: the first claim of each clock that may be relied on.

    `clocks` need `case_ref, rule, subject, started, due`; `found` is what `claims` gave, held.
    """
    uses = list(_uses(known))
    if not uses:
        nobody = clocks.select(*_CLOCK).head(0)
        return nobody.with_columns(exception=nw.lit(""))
    table = backend.table(dict(zip(_USE, map(list, zip(*uses, strict=True)), strict=True)))
    lasting = found.join(_last_days(found, backend), on="until", how="left").join(table, on=["workflow", "exception"])
    hits = lasting.join(clocks.select(*_CLOCK, "started", "due"), on=["case_ref", "rule"])
    last = nw.when(nw.col("asks_until")).then(nw.col("until_day")).otherwise(nw.col("first"))
    against = hits.filter(_names_the_clock({plan.each for each in known for plan in each.plans if plan.each}))
    judged = backend.hold(against.with_columns(last=last).filter(~any_of(_objections())))
    asked = backend.hold(_asked_in_time(judged, events, known))
    earliest = asked.group_by(*_CLOCK).agg(place=nw.col("place").min())
    return asked.join(earliest, on=[*_CLOCK, "place"]).select(*_CLOCK, "exception").unique([*_CLOCK])


_USE = ("workflow", "exception", "rule", "clock_id", "each", "opens", "shuts", "shortest", "asks_until", "in_period")
_NO_LENGTH = 0


def _uses(known: Iterable[Process]) -> Iterator[tuple[Any, ...]]:
    """A row for each clock and exception it allows, with what must be true before one may be relied on."""
    for each in known:
        for plan in each.plans:
            for name, use in plan.rule.unless.items():
                rule = each.workflow.exceptions[name]
                force = use.in_force
                shortest = use.lasts_at_least or rule.lasts_at_least
                yield (
                    each.name,
                    name,
                    plan.number,
                    plan.rule.id,
                    plan.each or "",
                    ((force and force.first) or date.min).toordinal(),
                    ((force and force.last) or date.max).toordinal(),
                    _in_days(shortest) if shortest else _NO_LENGTH,
                    bool(rule.until),
                    rule.measured == "in_the_period",
                )


def has_lengths_in_months(known: Iterable[Process]) -> bool:
    """Whether an exception must last some months, which are not always the same number of days."""
    lengths = [rule.lasts_at_least for each in known for rule in each.workflow.exceptions.values()]
    lengths += [use.lasts_at_least for each in known for plan in each.plans for use in plan.rule.unless.values()]
    return any(length is not None and length.unit in {"months", "years"} for length in lengths)


def _in_days(length: Duration) -> int:
    return days_between(_SOME_DAY, last_day(_SOME_DAY, length, "first_day")) + 1


def _last_days(found: Frame, backend: Backend) -> Frame:
    """The texts of last days with the days they mean, read as the engine reads them."""
    texts = found.select("until").unique().collect("pyarrow").to_dict(as_series=False)["until"]
    days = {text: day for text in texts if text is not None and (day := read_date(text))}
    numbers = [day.toordinal() for day in days.values()]
    return backend.table({"until": list(days), "until_day": numbers} if days else {"until": [""], "until_day": [0]})


def _names_the_clock(details: Iterable[str]) -> nw.Expr:
    """Whether a claim is against a clock: by its name, or by its name and whom it is for."""
    whom = nw.lit(None).cast(nw.String)
    for name in details:
        whom = nw.when(nw.col("each") == name).then(nw.col(name)).otherwise(whom)
    by_name = nw.col("clock") == nw.col("clock_id")
    its_own = nw.concat_str(nw.col("clock_id"), nw.lit("["), nw.col("subject"), nw.lit("]"))
    in_full = (nw.col("each") != "") & (nw.col("clock") == its_own)
    for_all = by_name & (whom.is_null() | (whom == nw.col("subject")))
    return any_of([for_all, in_full])


def _objections() -> Iterator[nw.Expr]:
    """Why an exception may not be relied on, in the order of `engine.exceptions.objection_to`."""
    first, last, started, due = (nw.col(name) for name in ("first", "last", "started", "due"))
    yield ~first.is_between(nw.col("opens"), nw.col("shuts"))
    yield first > due
    yield last < first
    yield last < started
    in_period = nw.col("in_period")
    from_day = nw.when(in_period).then(nw.max_horizontal(first, started)).otherwise(first)
    to_day = nw.when(in_period).then(nw.min_horizontal(last, due)).otherwise(last)
    must_last = nw.col("shortest") != _NO_LENGTH
    yield must_last & last.is_null()
    yield must_last & (to_day - from_day + 1 < nw.col("shortest"))


def _asked_in_time(hits: Frame, events: Frame, known: Iterable[Process]) -> Frame:
    """The claims left when a request that must have been made in a window was not."""
    kept, conditional = hits, []
    for each in known:
        for rule in each.workflow.exceptions.values():
            if rule.asked_in_window is None:
                continue
            is_one = (nw.col("workflow") == each.name) & (nw.col("exception") == rule.id)
            conditional.append(_with_request(hits.filter(is_one), events, each, rule.asked_in_window))
            kept = kept.filter(~is_one)
    columns = (*_CLOCK, "place", "exception")
    return nw.concat([kept.select(*columns), *(each.select(*columns) for each in conditional)])


def _with_request(hits: Frame, events: Frame, process: Process, asked: AskedInWindow) -> Frame:
    before = days_between(shifted(_SOME_DAY, asked.opens_before_start, -1), _SOME_DAY)
    early = days_between(shifted(_SOME_DAY, asked.shuts_before_end, -1), _SOME_DAY)
    requests = events.filter(nw.col("code") == process.codes[asked.event])
    for detail, values in asked.where.items():
        requests = requests.filter(nw.col(detail).is_in(list(values)))
    days = requests.select("case_ref", asked_on=day_of(nw.col("place"))).unique()
    asked_on, first, last = nw.col("asked_on"), nw.col("first"), nw.col("last")
    opens, shuts = first - before, last + 1 - early
    found = hits.join(days, on="case_ref", how="left")
    is_asked = last.is_null() | ((asked_on >= opens) & (asked_on <= shuts)).fill_null(False)
    return found.filter(is_asked).unique([*_CLOCK, "place"])
