"""How single values are read and shown again: lengths, days, citations, times in force."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.law.citation import Citation, Source, citation_text
from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.duration import Duration, FixedDay
from ehcp_flow.law.event_rule import NOT_STARTED, DetailRule
from ehcp_flow.law.in_force import ALWAYS, InForce, a_day
from ehcp_flow.law.load import load_folder
from ehcp_flow.settings import shipped_workflows

NEEDS_ASSESSMENT = load_folder(shipped_workflows())["needs_assessment"]


@pytest.mark.parametrize(
    "text, amount, unit, shown",
    [
        ("6 weeks", 6, "weeks", "6 weeks"),
        ("1 week", 1, "weeks", "1 week"),
        ("1 weeks", 1, "weeks", "1 week"),
        ("15 working days", 15, "working_days", "15 working days"),
        ("1 working day", 1, "working_days", "1 working day"),
        ("12 months", 12, "months", "12 months"),
        ("2 years", 2, "years", "2 years"),
        ("999 days", 999, "days", "999 days"),
    ],
)
def test_a_length_of_time_is_an_amount_and_a_unit(text, amount, unit, shown):
    assert Duration.read(text) == Duration(amount, unit)
    assert str(Duration.read(text)) == shown


@pytest.mark.parametrize(
    "text",
    ["6", "weeks", "6weeks", "-6 weeks", "0 days", "six weeks", "6.5 weeks", "1000 days", "6 Weeks", "6 weeks ", ""],
)
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ValueError, match="is not a length of time"):
        Duration.read(text)


@pytest.mark.parametrize("text", ["31 March", "before 15 February", "before 1 January", "28 February"])
def test_a_day_of_the_year_is_shown_as_it_is_written(text):
    assert str(FixedDay.read(text)) == text


@pytest.mark.parametrize(
    "text", ["29 February", "30 February", "31 April", "31 June", "31 September", "31 November", "0 May", "32 January"]
)
def test_a_day_that_does_not_come_every_year_is_refused(text):
    with pytest.raises(ValueError, match="does not come every year"):
        FixedDay.read(text)


@pytest.mark.parametrize("text", ["15 Feb", "february 15", "by 15 February", "15/02"])
def test_what_is_no_day_of_the_year_is_refused(text):
    with pytest.raises(ValueError, match="is not a day of the year"):
        FixedDay.read(text)


@pytest.mark.parametrize(
    "text, before, first, last, after, shown",
    [
        ("2020-05-01 to 2020-09-25", "2020-04-30", "2020-05-01", "2020-09-25", "2020-09-26", "2020-05-01 to 2020-09-25"),
        ("from 2020-05-01 to 2020-09-25", "2020-04-30", "2020-05-01", "2020-09-25", "2020-09-26", "2020-05-01 to 2020-09-25"),
        ("2020-05-01 to 2020-05-01", "2020-04-30", "2020-05-01", "2020-05-01", "2020-05-02", "2020-05-01 to 2020-05-01"),
        ("from 2020-05-01", "2020-04-30", "2020-05-01", None, None, "from 2020-05-01"),
        ("2020-05-01", "2020-04-30", "2020-05-01", None, None, "from 2020-05-01"),
        ("to 2020-09-25", None, None, "2020-09-25", "2020-09-26", "to 2020-09-25"),
    ],
)  # fmt: skip
def test_a_time_in_force_holds_its_first_and_its_last_day(text, before, first, last, after, shown):
    period = InForce.read(text)
    assert str(period) == shown
    assert all(period.covers(date.fromisoformat(day)) for day in (first, last) if day)
    assert not any(period.covers(date.fromisoformat(day)) for day in (before, after) if day)


def test_what_is_always_in_force_covers_every_day():
    assert ALWAYS.covers(date.min)
    assert ALWAYS.covers(date.max)
    assert str(ALWAYS) == "always"


@pytest.mark.parametrize(
    "text", ["2026-1-5", "20260105", "2026-W02-1", "5 January 2026", "2026-02-29", "", "1767571200", "2026-01-05T00:00"]
)
def test_a_date_is_written_in_one_way_only(text):
    assert a_day("2026-01-05") == date(2026, 1, 5)
    with pytest.raises(ValueError, match="is not a date"):
        a_day(text)


@pytest.mark.parametrize(
    "cite, words",
    [
        ("regs r.5(1)", "regulation 5(1) of the Regulations"),
        ("regs rr.5, 10", "regulations 5, 10 of the Regulations"),
        ("regs s.44(1)", "section 44(1) of the Regulations"),
        ("regs ss.36, 37", "sections 36, 37 of the Regulations"),
        ("regs para 9.83", "paragraph 9.83 of the Regulations"),
        ("regs chapter 9", "chapter 9 of the Regulations"),
        ("regs -", "the Regulations"),
    ],
)
def test_a_citation_is_said_in_words(cite, words):
    assert Citation.read(cite).in_words({"regs": REGULATIONS}) == words


REGULATIONS = Source(title="Regulations 2014", short="the Regulations", url="https://example.org/regs", last_checked="never",
                     provision_url="https://example.org/regs/{number}")  # fmt: skip


@pytest.mark.parametrize(
    "cite, link",
    [
        ("regs r.5(1)", "https://example.org/regs/5"),
        ("regs r.45(3A)(b)", "https://example.org/regs/45"),
        ("regs s.562A", "https://example.org/regs/562A"),
        ("regs -", "https://example.org/regs"),
    ],
)
def test_a_citation_links_to_its_provision_where_there_is_an_address_for_it(cite, link):
    assert Citation.read(cite).link({"regs": REGULATIONS}) == link
    whole = REGULATIONS.model_copy(update={"provision_url": None})
    assert Citation.read(cite).link({"regs": whole}) == "https://example.org/regs"


def test_several_citations_are_shown_as_they_are_written():
    clock = NEEDS_ASSESSMENT.clocks["send_ordered_draft"]
    assert citation_text(clock.cite) == "regs r.44(2)(c)(i); regs r.42(2); regs r.45(6)"


def test_rules_can_be_made_in_python_from_values_that_were_read_before():
    rule = NEEDS_ASSESSMENT.clocks["decide_whether_to_assess"]
    copy = ClockRule(**{name: getattr(rule, name) for name in ClockRule.model_fields})
    assert copy == rule
    fixed = dict.fromkeys(("within", "counting")) | {"by": FixedDay.read("31 March")}
    given = {name: getattr(rule, name) for name in ClockRule.model_fields} | fixed
    assert ClockRule(**given).wording(FixedDay.read("31 March")) == "by 31 March"


@pytest.mark.parametrize(
    "clock, wording, kind",
    [
        ("finalise_plan", "within 20 weeks", "limit"),
        ("hear_representations", "at least 15 days", "window"),
        ("notify_no_plan", "within 16 weeks", "only_if_done"),
    ],
)
def test_a_limit_is_worded_as_the_law_does(clock, wording, kind):
    rule = NEEDS_ASSESSMENT.clocks[clock]
    assert rule.wording(rule.limits[0].limit) == wording
    assert rule.kind == kind


def test_a_limit_before_a_day_is_worded_so():
    rule = NEEDS_ASSESSMENT.clocks["finalise_plan"]
    assert rule.wording(FixedDay.read("before 15 February")) == "before 15 February"


def test_the_basis_follows_the_provider():
    rule = NEEDS_ASSESSMENT.clocks["give_advice"]
    assert rule.basis_for("school") is None
    assert [entry.basis for entry in (rule.basis_for("health"),) if entry] == ["law"]


def test_a_state_has_words_also_before_a_case_is_opened():
    assert NEEDS_ASSESSMENT.state_title("assessing") == "Assessing"
    assert NEEDS_ASSESSMENT.state_title(NOT_STARTED) == "Not started"


def test_a_workflow_made_of_no_mapping_is_refused_like_any_other_value():
    with pytest.raises(ValueError):
        type(NEEDS_ASSESSMENT).model_validate(["events"])


def test_the_values_offered_for_a_detail_are_those_allowed_or_the_usual_ones():
    assert DetailRule(title="x", one_of={"a": "A"}).known_values == {"a": "A"}
    assert DetailRule(title="x", such_as={"b": "B"}).known_values == {"b": "B"}
    assert DetailRule(title="x").known_values == {}
