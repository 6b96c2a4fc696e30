"""Dates as people type them, and what is wrong said beside the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from starlette.datastructures import FormData

from ehcp_flow.web.forms import Form, NotADay, read_day
from ehcp_flow.web.words import days_left, weeks


@pytest.mark.parametrize(
    "typed",
    ["1/2/26", "01.02.2026", "1-2-2026", "2026-02-01", "1 Feb 2026", "1 february 26", " 1  2  2026 ", "01/feb/2026"],
)
def test_the_first_of_february_in_every_usual_way(typed: str) -> None:
    assert read_day(typed) == date(2026, 2, 1)


def test_today_is_today(today_is: Callable[[date], None]) -> None:
    today_is(date(2026, 2, 1))
    assert read_day(" Today ") == date(2026, 2, 1)


@pytest.mark.parametrize(
    "typed", ["31/2/26", "1/13/26", "first of May", "1/2", "1/2/3/4", "x/y/z", "1/2/0026x", "٣/٢/26x"]
)
def test_what_is_no_day_is_never_guessed(typed: str) -> None:
    with pytest.raises(NotADay, match="date"):
        read_day(typed)


@pytest.mark.parametrize("typed", ["1/1/1026", "1/1/2926"])
def test_a_slip_in_the_year_is_noticed(typed: str) -> None:
    with pytest.raises(NotADay, match="between 1900 and 2199"):
        read_day(typed)


def form(**sent: str) -> Form:
    return Form(FormData({name.replace("_", "-"): value for name, value in sent.items()}))


def test_three_boxes_make_a_day() -> None:
    sent = form(on_day="27", on_month="3", on_year="2026")
    assert sent.day("on", "the day") == date(2026, 3, 27)
    assert sent.is_good


def test_a_whole_date_may_be_typed_into_the_first_box() -> None:
    assert form(on_day="27/3/26", on_month="", on_year="").day("on", "the day") == date(2026, 3, 27)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Enter the day it was sent"),
        ({"on_day": "27", "on_month": "3"}, "The day it was sent must include a year"),
        ({"on_day": "27", "on_year": "2026"}, "The day it was sent must include a month"),
        (
            {"on_day": "31", "on_month": "2", "on_year": "2026"},
            "The day it was sent must be a real date, such as 27 3 2026",
        ),
    ],
)
def test_the_error_says_what_is_missing_and_leads_to_the_field(sent: dict[str, str], says: str) -> None:
    asked = form(**sent)
    assert asked.day("on", "the day it was sent") is None
    assert asked.errors == {"on": says}
    assert asked.summary == [{"text": says, "href": "#on"}]


def test_a_day_that_need_not_be_given_may_be_left_out() -> None:
    asked = form()
    assert asked.day("on", "the day", is_needed=False) is None
    assert asked.is_good


def test_what_was_typed_stays_in_the_boxes() -> None:
    assert form(on_day="31", on_month="2").boxes("on", date(2026, 1, 5)) == {"day": "31", "month": "2", "year": ""}
    assert form().boxes("on", date(2026, 1, 5)) == {"day": "5", "month": "1", "year": "2026"}


def test_text_is_trimmed_and_held_to_its_length() -> None:
    assert form(note="  a  ").text("note", "a note") == "a"
    long = form(note="x" * 11)
    long.text("note", "a note", longest=10)
    assert long.errors == {"note": "A note must be 10 characters or fewer"}
    nul = form(note="a\x00b")
    nul.text("note", "a note")
    assert "cannot be kept" in nul.errors["note"]


def test_a_choice_must_be_one_that_was_offered() -> None:
    asked = form(role="emperor")
    asked.choice("role", "a role", ["director"])
    assert asked.errors == {"role": "Select a role"}


@pytest.mark.parametrize(
    ("days", "said"), [(0, "due today"), (1, "1 day left"), (-1, "1 day late"), (-1200, "1,200 days late")]
)
def test_days_left_in_words(days: int, said: str) -> None:
    assert days_left(days) == said


@pytest.mark.parametrize(("days", "said"), [(0, "0 days"), (3, "3 days"), (7, "1 week"), (141, "20 weeks and 1 day")])
def test_weeks_in_words(days: int, said: str) -> None:
    assert weeks(days) == said
