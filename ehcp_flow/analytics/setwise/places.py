"""A place: an event's day, its turn on that day and its name in one whole number, so that the smallest is the first.

One `min` over a group then tells which event came first, when, and what it was. All parts are powers of two, so that
a backend that divides in floating point still divides exactly.
"""

from __future__ import annotations

import narwhals as nw

NAMES = 2**10
"""Codes of the names of events, of all workflows together; the last one stands for names that no workflow knows."""
UNKNOWN = NAMES - 1

TURNS = 2**12
"""Entries a case may have; one with more goes through the engine."""

PER_DAY = NAMES * TURNS
DAYS_IN_YEAR = 365


def day_number(day: nw.Expr) -> nw.Expr:
    """The number of a day, as `date.toordinal` gives it (1 is 1 January of year 1), in a way every backend knows."""
    years = day.dt.year().cast(nw.Int64) - 1
    leap_days = years // 4 - years // 100 + years // 400
    return years * DAYS_IN_YEAR + leap_days + day.dt.ordinal_day().cast(nw.Int64)


def place(day: nw.Expr, turn: nw.Expr, code: nw.Expr) -> nw.Expr:
    """Where an event stands in its case."""
    return day * PER_DAY + turn * NAMES + code


def mirrored(event: nw.Expr) -> nw.Expr:
    """A place whose turns of one day run backwards: the smallest one of a day is the last."""
    return event + (TURNS - 1 - 2 * turn_of(event)) * NAMES


def day_of(event: nw.Expr) -> nw.Expr:
    """The number of the day."""
    return event // PER_DAY


def turn_of(event: nw.Expr) -> nw.Expr:
    """The turn on that day: the number of the entry."""
    return event % PER_DAY // NAMES


def code_of(event: nw.Expr) -> nw.Expr:
    """The code of the event's name."""
    return event % NAMES


def differ(first: nw.Expr, mirrored_first: nw.Expr) -> nw.Expr:
    """Whether the first and the last entry of a group's first day are two: then their order that day may matter."""
    return turn_of(first) + turn_of(mirrored_first) != TURNS - 1
