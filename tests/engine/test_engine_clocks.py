"""How events start, stop, drop, revive and repeat a clock. The shipped processes are tested by their own tables."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.engine.clocks import due
from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.duration import Duration, FixedDay
from ehcp_flow.law.in_force import InForce


def days(clock):
    return clock.name, clock.period, clock.started_on, clock.due_on, clock.stopped_on, clock.dropped_on


def on(text):
    return date.fromisoformat(text)


ASKED, SENT = "2026-01-05 question_asked", "2026-02-16 answer_sent"


def test_a_clock_runs_from_its_start_to_its_stop(small, run):
    (clock,) = run(small(), ASKED, SENT)
    assert days(clock) == ("answer", 1, on("2026-01-05"), on("2026-02-16"), on("2026-02-16"), None)
    assert (clock.basis, clock.cite, clock.check) == ("law", "act s.1", "V1")


def test_without_its_start_there_is_no_clock(small, run):
    assert run(small(), SENT) == []


def test_a_second_start_does_nothing_while_the_first_duty_stands(small, run):
    (clock,) = run(small(), ASKED, "2026-01-12 question_asked")
    assert clock.started_on == on("2026-01-05")


def test_a_second_start_begins_a_new_period_where_the_first_duty_was_dropped(small, run):
    workflow = small(add="    dropped_on: put_off\n")
    first, second = run(workflow, ASKED, "2026-01-12 put_off", "2026-01-19 question_asked")
    assert days(first)[1:] == (1, on("2026-01-05"), on("2026-02-16"), None, on("2026-01-12"))
    assert days(second)[1:] == (2, on("2026-01-19"), on("2026-03-02"), None, None)


def test_a_clock_that_restarts_forgets_an_open_period_and_keeps_a_stopped_one(small, run):
    workflow = small({"stops_on: [answer_sent]": "stops_on: [answer_sent, reminded]\n    if_repeated: restart"})
    (open_one,) = run(workflow, ASKED, "2026-01-12 question_asked")
    assert (open_one.period, open_one.started_on) == (1, on("2026-01-12"))
    first, second = run(workflow, ASKED, "2026-01-08 reminded who=x", "2026-01-12 question_asked")
    assert (first.stopped_on, second.started_on, second.period) == (on("2026-01-08"), on("2026-01-12"), 2)


def test_a_clock_that_was_dropped_is_not_stopped_afterwards_and_the_other_way_round(small, run):
    workflow = small(add="    dropped_on: put_off\n")
    (dropped,) = run(workflow, ASKED, "2026-01-12 put_off", SENT)
    assert (dropped.dropped_on, dropped.stopped_on) == (on("2026-01-12"), None)
    (stopped,) = run(workflow, ASKED, SENT, "2026-03-01 put_off")
    assert (stopped.dropped_on, stopped.stopped_on) == (None, on("2026-02-16"))


def test_a_revived_clock_runs_again_from_its_original_start(small, run):
    workflow = small(add="    dropped_on: put_off\n    revived_on: taken_up\n")
    (clock,) = run(workflow, ASKED, "2026-01-12 put_off", "2026-03-01 taken_up")
    assert days(clock)[2:] == (on("2026-01-05"), on("2026-02-16"), None, None)
    assert clock.revived_by.name == "taken_up"


def test_a_clock_that_runs_is_not_revived(small, run):
    workflow = small(add="    dropped_on: put_off\n    revived_on: taken_up\n")
    (clock,) = run(workflow, ASKED, "2026-01-12 taken_up")
    assert clock.revived_by is None


def test_a_revival_undoes_only_what_it_is_said_to_undo(small, run):
    workflow = small(add="    dropped_on: put_off\n    revived_on: {taken_up: put_off}\n")
    (dropped,) = run(workflow, ASKED, "2026-01-12 put_off", "2026-03-01 taken_up")
    (stopped,) = run(workflow, ASKED, SENT, "2026-03-01 taken_up")
    assert (dropped.dropped_on, dropped.revived_by.name) == (None, "taken_up")
    assert (stopped.stopped_on, stopped.revived_by) == (on("2026-02-16"), None)


def test_a_clock_that_must_arise_is_not_there_before_and_runs_from_its_start_after(small, run):
    workflow = small(add="    arises_on: reminded\n")
    assert run(workflow, ASKED) == []
    (clock,) = run(workflow, ASKED, "2026-01-12 reminded who=x")
    assert clock.started_on == on("2026-01-05")


def test_a_clock_only_for_some_details_starts_only_with_them(small, run):
    workflow = small(add='    only_when: {is_young: "yes"}\n')
    assert run(workflow, ASKED) == []
    assert run(workflow, f"{ASKED} is_young=no") == []
    assert len(run(workflow, f"{ASKED} is_young=yes")) == 1


EACH = "    one_for_each: who\n"


def test_there_is_one_clock_for_each_value_of_a_detail(small, run):
    lines = (f"{ASKED} who=anna", "2026-01-06 question_asked who=ben", "2026-01-20 answer_sent who=ben")
    anna, ben = run(small(add=EACH), *lines)
    assert (anna.name, anna.subject, anna.stopped_on) == ("answer[anna]", "anna", None)
    assert (ben.name, ben.subject, ben.stopped_on) == ("answer[ben]", "ben", on("2026-01-20"))


def test_an_event_that_names_no_value_stops_the_clocks_of_all(small, run):
    clocks = run(small(add=EACH), f"{ASKED} who=anna", "2026-01-06 question_asked who=ben", "2026-01-20 answer_sent")
    assert [clock.stopped_on for clock in clocks] == [on("2026-01-20")] * 2


def test_where_nobody_said_for_whom_the_clock_is_there_all_the_same(small, run):
    (clock,) = run(small(add=EACH), ASKED)
    assert clock.name == "answer[not said]"


@pytest.mark.parametrize(
    "lines, stopped_on",
    [
        (("2026-01-05 answer_sent who=anna", "2026-01-05 question_asked who=anna"), "2026-01-05"),
        (("2026-01-04 answer_sent who=anna", "2026-01-05 question_asked who=anna"), None),
        (("2026-01-05 answer_sent who=ben", "2026-01-05 question_asked who=anna"), None),
    ],
    ids=["on the same day, typed first", "the day before", "of somebody else"],
)
def test_a_clock_answered_on_the_day_it_started_is_stopped_whatever_was_typed_first(small, run, lines, stopped_on):
    # a reminder in between leaves the state as it is, so nothing puts these two into another order
    workflow = small(
        {"starts_on: [question_asked]": "starts_on: [reminded]", "stops_on: [answer_sent]": "stops_on: [put_off]"}, EACH
    )
    renamed = [line.replace("answer_sent", "put_off").replace("question_asked", "reminded") for line in lines]
    (clock,) = run(workflow, "2026-01-01 question_asked", *renamed)
    assert clock.stopped_on == (on(stopped_on) if stopped_on else None)


def test_a_clock_started_before_the_file_says_the_law_is_left_out(small, run):
    assert run(small(), "2014-08-31 question_asked") == []
    assert len(run(small(), "2014-09-01 question_asked")) == 1


def test_a_clock_is_there_only_if_it_was_in_force_on_the_day_it_would_start(small, run):
    workflow = small(add="    in_force: 2020-05-01 to 2020-09-25\n")
    started = [
        len(run(workflow, f"{day} question_asked")) for day in ("2020-04-30", "2020-05-01", "2020-09-25", "2020-09-26")
    ]
    assert started == [0, 1, 1, 0]


DATED = "within:\n      - {limit: 8 weeks, in_force: to 2016-03-31, cite: act s.9}\n      - {limit: 6 weeks, in_force: from 2016-04-01}"


def test_a_clock_keeps_the_limit_in_force_when_it_started(small, run):
    workflow = small({"within: 6 weeks": DATED})
    (old,) = run(workflow, "2016-03-31 question_asked")
    (new,) = run(workflow, "2016-04-01 question_asked")
    assert (old.due_on, str(old.limit), old.cite) == (on("2016-05-26"), "8 weeks", "act s.9")
    assert (new.due_on, str(new.limit), new.cite) == (on("2016-05-13"), "6 weeks", "act s.1")


def test_a_fixed_day_is_due_the_first_time_it_comes(small, run):
    workflow = small({"within: 6 weeks\n    counting: next_day": "by: before 15 February"})
    (clock,) = run(workflow, "2025-09-01 question_asked")
    assert (clock.due_on, clock.limit) == (on("2026-02-14"), FixedDay.read("before 15 February"))


def test_working_days_are_counted_by_the_calendar(small, run):
    (clock,) = run(small({"6 weeks": "3 working days"}), "2026-04-01 question_asked")
    assert clock.due_on == on("2026-04-08")


def test_the_basis_the_citation_and_the_check_mark_follow_the_detail(small, run):
    workflow = small(add=EACH + "    basis_when: [{is: anna, basis: local, cite: act s.7, check: R}]\n")
    anna, ben = run(workflow, f"{ASKED} who=anna", "2026-01-06 question_asked who=ben")
    assert (anna.basis, anna.cite, anna.check) == ("local", "act s.7", "R")
    assert (ben.basis, ben.cite, ben.check) == ("law", "act s.1", "V1")


def test_the_due_date_of_a_rule_can_be_asked_without_a_case():
    rule = ClockRule.model_validate(
        {"title": "x", "cite": "act s.1", "check": "R", "basis": "law", "duty_on": "x", "within": "6 weeks",
         "counting": "first_day", "starts_on": "a", "stops_on": "b"}
    )  # fmt: skip
    assert due(rule, on("2026-01-05")) == (Duration(6, "weeks"), on("2026-02-15"))
    assert rule.in_force == InForce()


def test_an_event_the_workflow_does_not_know_touches_no_clock(small, run):
    (clock,) = run(small(), ASKED, "2026-01-12 answer_snt")
    assert clock.stopped_on is None
