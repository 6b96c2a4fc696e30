"""Names that point at nothing are found, and the nearest one is offered."""

from __future__ import annotations

import pytest

EXCEPTION = """\
exceptions:
  ill:
    title: Ill
    meaning: Somebody was ill.
    dated: the first day
"""
CLAIM = """\
  claim:
    title: Exception claimed
    dated: the day it began
    from: any_started
    records_exception: true
    details:
      exception: {title: Which, is: exception}
      clock: {title: For which clock, is: clock}
"""


def with_exception(small, use="act s.2"):
    """The small workflow with an exception that its clock allows and an event that claims it."""
    return small.change("clocks:\n", CLAIM + "clocks:\n").add(f"    unless: {{ill: {use}}}\n" + EXCEPTION)


def test_an_unknown_state_is_refused(small):
    small.change("    from: asked\n", "    from: askd\n")
    assert small.mistakes() == ["small.yaml:17: there is no state called `askd`; did you mean `asked`?"]


def test_an_unknown_state_to_go_to_is_refused(small):
    small.change("    to: answered\n", "    to: answerd\n")
    assert small.mistakes() == ["small.yaml:18: there is no state called `answerd`; did you mean `answered`?"]


def test_a_state_unknown_both_before_and_after_is_named_in_both_places(small):
    small.change("    from: asked\n    to: answered\n", "    from: lost\n    to: lost\n")
    found = [each for each in small.mistakes() if "no state called" in each]
    assert found == [
        "small.yaml:17: there is no state called `lost`.",
        "small.yaml:18: there is no state called `lost`.",
    ]


@pytest.mark.parametrize("word", ["not_started", "any_open", "any_started"])
def test_the_words_for_many_states_are_no_state_to_go_to(small, word):
    small.change("    to: answered\n", f"    to: {word}\n")
    assert small.mistakes() == [f"small.yaml:18: `{word}` is not a state a case can come to."]


@pytest.mark.parametrize("word", ["not_started", "any_open", "any_started"])
def test_a_state_may_not_be_called_as_the_words_that_mean_many(small, word):
    small.change("states:\n", f"states:\n  {word}: {{title: Somewhere}}\n")
    assert f"small.yaml:6: `{word}` has a meaning of its own: call the state something else." in small.mistakes()


@pytest.mark.parametrize("key", ["starts_on", "stops_on", "dropped_on", "arises_on"])
def test_an_unknown_event_in_a_list_of_a_clock_is_refused_on_its_own_line(small, key):
    known = {"starts_on": "question_asked", "stops_on": "answer_sent"}.get(key)
    lines = f"    {key}:\n      - {known or 'question_asked'}\n      - question_askt\n"
    small = small.change(f"    {key}: [{known}]\n", lines) if known else small.add(lines)
    line = 1 + (small.folder / "small.yaml").read_text().splitlines().index("      - question_askt")
    assert small.mistakes() == [
        f"small.yaml:{line}: there is no event called `question_askt`; did you mean `question_asked`?"
    ]


def test_an_unknown_event_that_revives_a_clock_is_refused(small):
    small.add("    revived_on:\n      answer_sent: []\n      answer_returned: [answer_sent]\n")
    assert small.mistakes() == [
        "small.yaml:32: there is no event called `answer_returned`; did you mean `answer_sent`?"
    ]


def test_a_revival_can_only_undo_what_ends_the_clock(small):
    small.add("    revived_on: {answer_sent: question_asked}\n")
    assert small.mistakes() == ["small.yaml:30: `question_asked` neither stops nor drops this clock."]


def test_an_event_cannot_both_stop_and_drop_a_clock(small):
    small.add("    dropped_on: [answer_sent]\n")
    assert small.mistakes() == ["small.yaml:30: `answer_sent` already stops this clock: it cannot drop it too."]


def test_a_workflow_with_an_exception_is_sound(small):
    assert with_exception(small).mistakes() == []


def test_an_unknown_exception_is_refused(small):
    with_exception(small).change("unless: {ill:", "unless: {il:")
    assert "small.yaml:38: there is no exception called `il`; did you mean `ill`?" in small.mistakes()


def test_an_exception_that_no_clock_allows_is_refused(small):
    with_exception(small).change("    unless: {ill: act s.2}\n", "")
    assert small.mistakes() == ["small.yaml:39: no clock allows the exception `ill`."]


def test_exceptions_that_no_event_can_record_are_refused(small):
    with_exception(small).change("    records_exception: true\n", "")
    assert small.mistakes() == ["small.yaml:38: no event records exceptions: give one `records_exception: true`."]


@pytest.mark.parametrize("detail", ["exception", "clock"])
def test_an_event_that_records_exceptions_must_ask_which_and_for_which_clock(small, detail):
    with_exception(small).change(f"      {detail}: {{title: ", "      other: {optional: true, title: ")
    assert small.mistakes() == [f"small.yaml:19: records exceptions, so it needs a detail called `{detail}`."]


WINDOW = (
    "    asked_in_window: {event: EVENT, where: {WHERE: x}, opens_before_start: 1 week, shuts_before_end: 1 week}\n"
)


def test_the_request_an_exception_asks_for_must_be_an_event(small):
    with_exception(small).add(WINDOW.replace("EVENT", "question_askd").replace("WHERE", "who"))
    assert small.mistakes() == [
        "small.yaml:44: there is no event called `question_askd`; did you mean `question_asked`?"
    ]


def test_the_request_an_exception_asks_for_must_have_the_detail_it_looks_at(small):
    with_exception(small).add(WINDOW.replace("EVENT", "question_asked").replace("WHERE", "who"))
    assert small.mistakes() == ["small.yaml:44: `question_asked` has no detail called `who`."]


@pytest.mark.parametrize(
    "old, new",
    [
        ("cite: act s.1", "cite: akt s.1"),
        ("    dated: the day it came\n", "    dated: the day it came\n    cite: akt s.1\n"),
        ("within: 6 weeks", "within: [{limit: 6 weeks, cite: akt s.1}]"),
        ("within: 6 weeks", "at_least: [{limit: 6 weeks, cite: akt s.1}]"),
        (
            "    duty_on:",
            "    one_for_each: who\n    basis_when: [{is: x, basis: local, cite: akt s.1, check: R}]\n    duty_on:",
        ),
    ],
)
def test_an_unknown_source_is_refused_wherever_it_is_cited(small, old, new):
    small.change(old, new).change(
        "    from: not_started\n", "    from: not_started\n    details: {who: {title: Who}}\n"
    )
    line = 1 + next(i for i, line in enumerate((small.folder / "small.yaml").read_text().splitlines()) if "akt" in line)
    assert small.mistakes() == [f"small.yaml:{line}: there is no source called `akt`; did you mean `act`?"]


def test_an_unknown_source_of_an_exception_is_refused(small):
    assert with_exception(small, "akt s.2").mistakes() == [
        "small.yaml:38: there is no source called `akt`; did you mean `act`?"
    ]


def test_one_clock_for_each_needs_a_detail_of_the_event_that_starts_it(small):
    small.add("    one_for_each: provider\n")
    assert small.mistakes() == ["small.yaml:30: `question_asked` has no detail called `provider`."]


def test_a_basis_that_follows_a_detail_needs_one_clock_for_each(small):
    small.add("    basis_when: [{is: x, basis: local, cite: act s.1, check: R}]\n")
    assert small.mistakes() == ["small.yaml:30: needs `one_for_each`: the basis follows the detail the clock is for."]


def test_a_clock_only_for_some_details_needs_an_event_that_has_them(small):
    small.add('    only_when: {under_five: "yes"}\n')
    assert small.mistakes() == ["small.yaml:30: no event that starts this clock has a detail called `under_five`."]


@pytest.mark.parametrize(
    "detail, answer, is_allowed",
    [
        ("{title: Small, is: yes_or_no}", "'yes'", True),
        ("{title: Small, is: yes_or_no}", "yess", False),
        ("{title: Small, one_of: {a: A, b: B}}", "b", True),
        ("{title: Small, one_of: {a: A, b: B}}", "c", False),
        ("{title: Small, such_as: {a: A, b: B}}", "c", True),
    ],
)
def test_a_clock_only_for_some_details_needs_an_answer_that_can_be_given(small, detail, answer, is_allowed):
    small.change("    to: asked\n", f"    to: asked\n    details: {{small: {detail}}}\n")
    small.add(f"    only_when: {{small: {answer}}}\n")
    refused = [f"small.yaml:31: `{answer}` is not an answer that `small` can have."]
    assert small.mistakes() == ([] if is_allowed else refused)


def test_an_answer_filled_in_from_the_age_must_be_one_of_yes_and_no(small):
    small.change(
        "    to: asked\n", "    to: asked\n    details: {young: {title: Young, is: yes_or_no, yes_if_under: 5}}\n"
    )
    assert small.mistakes() == []
    small.change("is: yes_or_no", "is: text")
    assert small.mistakes() == ["small.yaml:14: needs `is: yes_or_no`: what is filled in is yes or no."]


KPI = "kpis:\n  share:\n    title: Share\n    meaning: The share.\n    clock: answer\n    cohort: due_in_period\n"


def test_a_figure_on_an_unknown_clock_is_refused(small):
    small.add(KPI.replace("clock: answer", "clock: anser"))
    assert small.mistakes() == ["small.yaml:34: there is no clock called `anser`; did you mean `answer`?"]


def test_a_figure_on_a_basis_its_clock_does_not_have_is_refused(small):
    small.add(KPI + "    basis: guidance\n")
    assert small.mistakes() == ["small.yaml:31: counts `basis: guidance`, but the clock `answer` has law."]


def test_a_figure_may_count_the_basis_of_some_details(small):
    small.change("    to: asked\n", "    to: asked\n    details: {who: {title: Who}}\n")
    small.add("    one_for_each: who\n    basis_when: [{is: x, basis: local, cite: act s.1, check: R}]\n")
    assert small.add(KPI + "    basis: local\n").mistakes() == []


def test_a_figure_on_clocks_stopped_by_what_does_not_stop_them_is_refused(small):
    small.add(KPI + "    stopped_by: [answer_sent, question_asked]\n")
    assert small.mistakes() == ["small.yaml:36: `question_asked` does not stop the clock `answer`."]
