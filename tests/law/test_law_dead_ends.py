"""A process that cannot work is refused: no way in, states nobody reaches, clocks that never start or stop, gaps."""

from __future__ import annotations

import pytest


def test_a_state_that_no_case_can_come_to_is_refused(small):
    small.change("states:\n", "states:\n  lost: {title: Lost}\n")
    assert small.mistakes() == ["small.yaml:6: no case can come to the state `lost`."]


def test_a_process_that_no_event_opens_is_refused(small):
    small.change("    from: not_started\n", "    from: asked\n")
    assert "small.yaml:8: no event opens a case: give one of them `from: not_started`." in small.mistakes()


def test_a_misspelt_beginning_is_told_once_with_the_word_that_was_meant(small):
    small.change("    from: not_started\n", "    from: not_startd\n")
    assert small.mistakes() == ["small.yaml:12: there is no state called `not_startd`; did you mean `not_started`?"]


def test_an_event_that_opens_a_case_must_say_where_it_then_stands(small):
    small.change("    to: asked\n", "")
    assert "small.yaml:9: opens a case, so `to` must say in which state it then stands." in small.mistakes()


def test_a_clock_that_can_never_start_is_refused(small):
    small.change("states:\n", "states:\n  lost: {title: Lost}\n")
    small.change("clocks:\n", "  found:\n    {title: Found, dated: the day, from: lost, to: answered}\nclocks:\n")
    small.change("starts_on: [question_asked]", "starts_on: [found]")
    assert "small.yaml:31: this clock can never start: no case comes to where it would." in small.mistakes()


def test_a_clock_that_can_never_stop_is_refused(small):
    small.change(
        "starts_on: [question_asked]\n    stops_on: [answer_sent]",
        "starts_on: [answer_sent]\n    stops_on: [question_asked]",
    )
    assert small.mistakes() == ["small.yaml:29: this clock can never stop: no such event can follow its start."]


def test_a_clock_that_can_never_stop_is_refused_also_where_some_event_leaves_the_state_as_it_is(small):
    small.change("clocks:\n", "  thanks:\n    {title: Thanks, dated: the day, from: asked}\nclocks:\n")
    small.change("starts_on: [question_asked]", "starts_on: [answer_sent]").change(
        "stops_on: [answer_sent]", "stops_on: [thanks]"
    )
    assert small.mistakes() == ["small.yaml:31: this clock can never stop: no such event can follow its start."]


def test_a_clock_may_stop_by_an_event_that_leaves_the_state_as_it_is(small):
    small.change("    from: asked\n    to: answered\n", "    from: any_started\n    to: answered\n")
    small.change("clocks:\n", "  thanks:\n    {title: Thanks, dated: the day, from: any_open}\nclocks:\n")
    small.change("stops_on: [answer_sent]", "stops_on: [thanks]")
    assert small.mistakes() == []


def test_a_clock_may_start_by_an_event_that_leaves_the_state_as_it_is(small):
    small.change("clocks:\n", "  reminder:\n    {title: Reminder, dated: the day, from: any_open}\nclocks:\n")
    small.change("starts_on: [question_asked]", "starts_on: [reminder]")
    assert small.mistakes() == []


DATED = (
    "within:\n      - {limit: 8 weeks, in_force: to 2016-03-31}\n      - {limit: 6 weeks, in_force: from 2016-04-01}\n"
)


def test_a_limit_that_changed_on_a_day_is_sound_when_each_day_has_one(small):
    assert small.change("within: 6 weeks\n", DATED).mistakes() == []


@pytest.mark.parametrize(
    "limits, mistake",
    [
        ("to 2016-03-31 | from 2016-04-02", "on 2016-04-01, no limit is in force."),
        ("to 2016-03-31 | from 2016-05-01", "2016-04-01 to 2016-04-30, no limit is in force."),
        ("to 2016-03-31 | from 2016-03-31", "on 2016-03-31, 2 limits are in force."),
        ("to 2016-04-30 | from 2016-04-01", "2016-04-01 to 2016-04-30, 2 limits are in force."),
        ("from 2014-09-01 | from 2014-09-01 | from 2014-09-01", "from 2014-09-01, 3 limits are in force."),
        ("from 2014-09-02", "on 2014-09-01, no limit is in force."),
        ("to 2024-02-28", "from 2024-02-29, no limit is in force."),
        ("to 2014-08-31 | from 2014-09-02", "on 2014-09-01, no limit is in force."),
        ("2014-09-01 to 2015-08-31 | from 2015-09-01", None),
        ("to 9999-12-31", None),
        ("to 2000-01-01 | from 2000-01-02", None),
    ],
)
def test_every_day_the_file_covers_has_exactly_one_limit(small, limits, mistake):
    lines = "".join(f"      - {{limit: 6 weeks, in_force: {each}}}\n" for each in limits.split(" | "))
    small.change("within: 6 weeks\n", "within:\n" + lines)
    assert small.mistakes() == ([f"small.yaml:26: {mistake}"] if mistake else [])


def test_two_gaps_are_both_named(small):
    lines = "".join(
        f"      - {{limit: 6 weeks, in_force: {each}}}\n"
        for each in ("to 2015-12-30", "2016-01-01 to 2016-12-31", "from 2017-02-01")
    )
    small.change("within: 6 weeks\n", "within:\n" + lines)
    assert small.mistakes() == [
        "small.yaml:26: on 2015-12-31, no limit is in force.",
        "small.yaml:26: 2017-01-01 to 2017-01-31, no limit is in force.",
    ]


def test_a_clock_in_force_only_for_a_time_needs_a_limit_only_then(small):
    small.change("within: 6 weeks\n", "within: [{limit: 6 weeks, in_force: 2020-05-01 to 2020-09-25}]\n")
    assert small.add("    in_force: 2020-05-01 to 2020-09-25\n").mistakes() == []


def test_a_clock_in_force_longer_than_its_limit_has_a_gap_up_to_its_own_end(small):
    small.change("within: 6 weeks\n", "at_least: [{limit: 6 weeks, in_force: 2020-05-01 to 2020-09-25}]\n")
    small.add("    in_force: 2020-05-01 to 2020-09-30\n")
    assert small.mistakes() == ["small.yaml:26: 2020-09-26 to 2020-09-30, no limit is in force."]


@pytest.mark.parametrize(
    "time, message",
    [
        ("2020-09-25 to 2020-05-01", "`2020-09-25 to 2020-05-01` ends before it begins."),
        ("2020-05", "`2020-05` is not a time in force. Write 2020-05-01 to 2020-09-25, or from 2020-05-01."),
        ("since 2020-05-01", "`since 2020-05-01` is not a time in force. Write 2020-05-01 to 2020-09-25, or from 2020-05-01."),
        ("from 2020-02-30", "`2020-02-30` is not a date. Write it as 2020-05-01."),
        ("[2020-05-01]", "`['2020-05-01']` is not a time in force. Write 2020-05-01 to 2020-09-25, or from 2020-05-01."),
    ],
)  # fmt: skip
def test_a_time_in_force_that_cannot_be_is_refused(small, time, message):
    assert small.add(f"    in_force: {time}\n").mistakes() == [f"small.yaml:30: `clocks.answer.in_force`: {message}"]
