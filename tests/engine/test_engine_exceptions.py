"""May an exception be relied on? The functions that decide, at the edges, with dates worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.engine.exceptions import claimed_against, objection_to, read_date
from ehcp_flow.law.exception_rule import AskedInWindow, ExceptionRule, ExceptionUse

# The clock: asked on 5 January 2026, six weeks, due on 16 February.
ASKED = "2026-01-05 question_asked"
PLAIN = {"title": "Away", "meaning": "Somebody was away.", "dated": "the first day", "until": "the last day"}
USE = ExceptionUse.model_validate({"cite": "act s.2"})


@pytest.fixture
def objection(small, run, told):
    """The objection to a claim from `first` to `last`, under a rule and use with these values."""
    (clock,) = run(small(), ASKED)

    def find(first: str, last: str = "", *, history: tuple[str, ...] = (), use: ExceptionUse = USE, **rule):
        (claim,) = told(f"{first} claim" + (f" until={last}" if last else ""))
        made = ExceptionRule.model_validate({**PLAIN, **rule})
        return objection_to(made, use, clock, claim, told(*history))

    return find


@pytest.mark.parametrize(
    "first, until, says",
    [
        ("2026-01-20", "2026-01-30", None),
        ("2026-01-20", "", None),  # not over yet, and no length is asked for
        ("2026-02-16", "2026-03-01", None),  # begins on the last day in time
        ("2026-02-17", "2026-03-01", "it began on 2026-02-17, after the limit had passed on 2026-02-16."),
        ("2025-12-01", "2026-01-05", None),  # ends on the day the clock starts
        ("2025-12-01", "2026-01-04", "it ended on 2026-01-04, before the clock started on 2026-01-05."),
        ("2025-12-01", "", None),
        ("2026-01-20", "2026-01-20", None),
        ("2026-01-20", "2026-01-19", "it is said to end on 2026-01-19, before it began on 2026-01-20."),
        ("2026-01-20", "soon", None),  # no date: as if none were given; the finding says so
    ],
)
def test_an_exception_must_touch_the_time_of_the_clock(objection, first, until, says):
    assert objection(first, until) == says


@pytest.mark.parametrize(
    "first, says",
    [
        ("2026-01-05", None),
        ("2026-01-04", "it ended on 2026-01-04, before the clock started on 2026-01-05."),
        ("2026-02-16", None),
        ("2026-02-17", "it began on 2026-02-17, after the limit had passed on 2026-02-16."),
    ],
)
def test_what_has_no_last_day_is_over_on_the_day_it_happened(objection, first, says):
    assert objection(first, "2026-03-01", until=None) == says


@pytest.mark.parametrize(
    "first, says",
    [
        ("2026-01-09", "it was in force 2026-01-10 to 2026-01-20, and this began on 2026-01-09."),
        ("2026-01-10", None),
        ("2026-01-20", None),
        ("2026-01-21", "it was in force 2026-01-10 to 2026-01-20, and this began on 2026-01-21."),
    ],
)
def test_an_exception_must_have_begun_while_it_was_law(objection, first, says):
    use = ExceptionUse.model_validate({"cite": "act s.2", "in_force": "2026-01-10 to 2026-01-20"})
    assert objection(first, "2026-02-01", use=use) == says


@pytest.mark.parametrize(
    "first, until, says",
    [
        ("2026-01-10", "2026-02-06", None),  # 28 days, both counted
        ("2026-01-10", "2026-02-05", "it must last at least 4 weeks; 27 days (2026-01-10 to 2026-02-05)."),
        ("2026-01-10", "", "it must last at least 4 weeks, and no last day was given (`until`)."),
        ("2025-12-09", "2026-01-05", None),  # before the clock started, but in all long enough
    ],
)
def test_an_exception_must_last_as_long_as_the_paragraph_says(objection, first, until, says):
    assert objection(first, until, lasts_at_least="4 weeks") == says


def test_a_paragraph_can_set_another_length(objection):
    use = ExceptionUse.model_validate({"cite": "act s.2", "lasts_at_least": "2 weeks"})
    assert objection("2026-01-10", "2026-01-23", use=use, lasts_at_least="4 weeks") is None
    assert objection("2026-01-10", "2026-01-22", use=use, lasts_at_least="4 weeks") == (
        "it must last at least 2 weeks; 13 days (2026-01-10 to 2026-01-22)."
    )


@pytest.mark.parametrize(
    "first, until, says",
    [
        ("2025-12-20", "2026-02-01", None),  # 5 January to 1 February are 28 days
        ("2025-12-20", "2026-01-31", "it must last at least 4 weeks; 27 days of it fall inside the period (2026-01-05 to 2026-01-31)."),
        ("2026-01-20", "2026-06-30", None),  # 20 January to 16 February are 28 days
        ("2026-01-21", "2026-06-30", "it must last at least 4 weeks; 27 days of it fall inside the period (2026-01-21 to 2026-02-16)."),
    ],
)  # fmt: skip
def test_some_lengths_count_only_the_days_inside_the_period(objection, first, until, says):
    assert objection(first, until, lasts_at_least="4 weeks", measured="in_the_period") == says


# Shut from 23 January to 15 February, open again on the 16th: the window is from 16 January to 9 February, both included.
WINDOW = {
    "event": "asked",
    "where": {"of": ["school", "college"]},
    "opens_before_start": "1 week",
    "shuts_before_end": "1 week",
}
CLOSURE = ("2026-01-23", "2026-02-15")


@pytest.mark.parametrize(
    "history, is_asked",
    [
        (("2026-01-16 asked of=school",), True),
        (("2026-01-15 asked of=school",), False),
        (("2026-02-09 asked of=college",), True),
        (("2026-02-10 asked of=school",), False),
        (("2026-01-20 asked of=nursery",), False),
        (("2026-01-20 asked",), False),
        (("2026-01-20 told of=school",), False),
        (("2026-01-15 asked of=school", "2026-01-20 asked of=nursery", "2026-02-01 asked of=school"), True),
        ((), False),
    ],
)
def test_a_closure_counts_only_if_advice_was_asked_for_in_its_window(objection, history, is_asked):
    says = "no request for advice to school or college was recorded from 2026-01-16 to 2026-02-09."
    assert objection(*CLOSURE, history=history, asked_in_window=WINDOW) == (None if is_asked else says)


def test_a_window_may_be_for_any_request(objection):
    window = AskedInWindow.model_validate({**WINDOW, "where": {}})
    assert objection(*CLOSURE, history=("2026-01-20 asked",), asked_in_window=window) is None
    says = "no request for advice was recorded from 2026-01-16 to 2026-02-09."
    assert objection(*CLOSURE, asked_in_window=window) == says


def test_without_a_last_day_there_is_no_window_to_look_in(objection):
    assert objection("2026-01-23", asked_in_window=WINDOW) is None


@pytest.mark.parametrize("until", ["9999-12-31", "0001-01-02"])
def test_a_last_day_at_the_end_of_time_is_read_as_none(objection, until):
    assert read_date(until) is None
    assert objection("2026-01-23", until, asked_in_window=WINDOW) is None


def test_a_first_day_at_the_beginning_of_time_is_judged_like_any_other(objection):
    assert objection("0001-01-03", "2026-02-15", asked_in_window=WINDOW).startswith("no request for advice")


@pytest.mark.parametrize(
    "text, day",
    [("2026-02-16", date(2026, 2, 16)), ("", None), ("soon", None), ("16/02/2026", None), ("2026-02-30", None)],
)
def test_a_date_in_a_detail_is_read_or_left_out(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    "claim, subjects",
    [
        ("clock=answer", ["anna", "ben"]),
        ("clock=answer who=ben", ["ben"]),
        ("clock=answer[anna]", ["anna"]),
        ("clock=answer[anna] who=ben", ["anna"]),
        ("clock=other", []),
        ("who=anna", []),
    ],
)
def test_a_claim_is_made_against_a_clock_by_its_name_or_for_one_subject(small, run, told, claim, subjects):
    lines = (f"{ASKED} who=anna", "2026-01-06 question_asked who=ben")
    clocks = run(small(add="    one_for_each: who\n"), *lines)
    (event,) = told(f"2026-01-10 claim {claim}")
    assert [clock.subject for clock in clocks if claimed_against(event, clock)] == subjects


CLAIM = "2026-01-20 exception_recorded clock=decide_whether_to_assess"
OPENED = "2026-01-05 request_received"


@pytest.mark.parametrize(
    "claim, is_taken, reason",
    [
        (f"{CLAIM} exception=personal_circumstances", True, "Within regs r.5(4)(c): Exceptional personal circumstances"),
        (f"{CLAIM} exception=weather", False, "There is no exception called `weather`."),
        (CLAIM, False, "There is no exception called ``."),
        (f"{CLAIM} exception=appointment_missed", False, "“Child missed an appointment made by the provider” is not an exception this limit allows. It allows: school_closed,"),
        (f"{CLAIM} exception=absent_from_area", False, "Not within regs r.5(4)(d): it must last at least 4 weeks, and no last day was given (`until`)."),
    ],
)  # fmt: skip
def test_a_claim_is_taken_or_not_and_the_reason_names_the_paragraph(shipped, run, claim, is_taken, reason):
    (clock,) = [each for each in run(shipped["needs_assessment"], OPENED, claim) if each.exceptions]
    (judged,) = clock.exceptions
    assert judged.is_taken is is_taken
    assert judged.reason.startswith(reason)
    assert (clock.excepted_by is not None) is is_taken


def test_a_limit_that_allows_no_exception_says_so(shipped, run):
    clocks = run(
        shipped["needs_assessment"],
        OPENED,
        "2026-01-20 draft_plan_sent",
        CLAIM.replace("decide_whether_to_assess", "hear_representations exception=school_closed"),
    )
    (clock,) = [each for each in clocks if each.exceptions]
    assert clock.exceptions[0].reason.endswith("It allows: none.")


def test_of_several_claims_the_first_that_may_be_relied_on_lifts_the_limit(shipped, run):
    clocks = run(
        shipped["needs_assessment"], OPENED, f"{CLAIM} exception=weather", f"{CLAIM} exception=personal_circumstances"
    )
    (clock,) = [each for each in clocks if each.exceptions]
    assert [each.is_taken for each in clock.exceptions] == [False, True]
    assert clock.excepted_by.rule.id == "personal_circumstances"
