"""Which events count: what had happened by a day, as far as was known at a moment, with corrections applied."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ehcp_flow.engine.event import Finding
from ehcp_flow.engine.history import corrected, history

FAR = date(2050, 1, 1)


def seen(events, as_of=FAR, known_at=None):
    return [(event.name, event.happened_on.isoformat()) for event in history(events, as_of, known_at)]


def test_only_what_had_happened_by_the_day_is_seen_and_the_day_itself_is_in_it(told):
    events = told("2026-01-05 a", "2026-02-16 b", "2026-02-17 c")
    assert seen(events, date(2026, 2, 16)) == [("a", "2026-01-05"), ("b", "2026-02-16")]
    assert seen(events, date(2026, 1, 4)) == []


def test_only_what_had_been_typed_in_by_the_moment_is_known(told):
    events = told("2026-01-05 a recorded=2026-01-06T10:00", "2026-01-07 b recorded=2026-02-01T10:00")
    assert seen(events, FAR, datetime(2026, 1, 31, tzinfo=UTC)) == [("a", "2026-01-05")]
    assert seen(events, FAR, datetime(2026, 2, 1, 10, tzinfo=UTC)) == [("a", "2026-01-05"), ("b", "2026-01-07")]


def test_a_late_entry_falls_into_its_true_place(told):
    assert seen(told("2026-01-05 a", "2026-03-01 c", "2026-02-01 b")) == [
        ("a", "2026-01-05"),
        ("b", "2026-02-01"),
        ("c", "2026-03-01"),
    ]


def test_events_of_one_day_keep_the_order_in_which_they_were_recorded(told):
    one, two, three = told("2026-01-05 b", "2026-01-05 a", "2026-01-05 c")
    assert [event.name for event in history([three, one, two], FAR)] == ["b", "a", "c"]


def test_a_correction_takes_the_place_of_the_entry_it_corrects_and_falls_on_its_own_day(told):
    events = told("2026-01-05 a", "2026-01-09 b", "2026-01-20 a corrects=1")
    assert seen(events) == [("b", "2026-01-09"), ("a", "2026-01-20")]
    assert seen(events, date(2026, 1, 10)) == [("b", "2026-01-09")], "the day it was first said to be no longer counts"


def test_a_correction_keeps_the_first_entrys_place_among_those_of_one_day(told):
    events = told("2026-01-05 a", "2026-01-05 b", "2026-01-05 a corrects=1 x=y")
    assert [event.name for event in history(events, FAR)] == ["a", "b"]


def test_a_correction_is_not_known_before_it_was_typed_in(told):
    events = told("2026-01-05 a recorded=2026-01-05", "2026-01-08 a corrects=1 recorded=2026-03-01")
    assert seen(events, FAR, datetime(2026, 2, 1, tzinfo=UTC)) == [("a", "2026-01-05")]
    assert seen(events, FAR, datetime(2026, 3, 2, tzinfo=UTC)) == [("a", "2026-01-08")]


def test_a_retraction_leaves_nothing(told):
    assert seen(told("2026-01-05 a", "2026-01-06 b", "2026-01-07 retracted corrects=2")) == [("a", "2026-01-05")]


@pytest.mark.parametrize(
    "lines, stands",
    [
        (("2026-01-05 a", "2026-01-06 a corrects=1", "2026-01-07 a corrects=2"), ["2026-01-07"]),
        (("2026-01-05 a", "2026-01-06 a corrects=1", "2026-01-07 a corrects=1"), ["2026-01-07"]),
        (("2026-01-05 a", "2026-01-06 a corrects=1", "2026-01-07 retracted corrects=2"), []),
        (("2026-01-05 a", "2026-01-06 a corrects=1", "2026-01-07 retracted corrects=1"), []),
        (("2026-01-05 a", "2026-01-06 retracted corrects=1", "2026-01-07 a corrects=2"), ["2026-01-07"]),
        (
            ("2026-01-05 a", "2026-01-06 a corrects=1", "2026-01-07 a corrects=1", "2026-01-08 a corrects=2"),
            ["2026-01-08"],
        ),
        (("2026-01-05 a corrects=2", "2026-01-06 a"), ["2026-01-05"]),
        (("2026-01-05 a corrects=9",), ["2026-01-05"]),
        (("2026-01-05 a corrects=1",), []),
        (("2026-01-05 a corrects=2", "2026-01-06 a corrects=1"), []),
    ],
    ids=[
        "a correction of a correction stands",
        "of two corrections of one entry the later stands",
        "a correction can be retracted",
        "an entry can be retracted beside its correction",
        "a retraction can be corrected",
        "a correction of one that was itself replaced still makes one fact",
        "a correction may stand before what it corrects, as in a chronology typed by hand",
        "a correction of an entry that is not there stands",
        "an entry that corrects itself leaves nothing",
        "two entries that correct each other leave nothing",
    ],
)
def test_corrections_of_corrections_and_retractions(told, lines, stands):
    events = told(*lines)
    assert [event.happened_on.isoformat() for event in corrected(events)] == stands
    assert [day for _, day in seen(events)] == stands


def test_a_finding_is_shown_with_the_place_it_is_about():
    assert str(Finding("doubtful", "a on 2026-01-05", "is odd.")) == "a on 2026-01-05: is odd."
