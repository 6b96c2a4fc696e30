"""What a workflow file may say: keys, kinds of value, and what may not be left out."""

from __future__ import annotations

import re

import pytest

from ehcp_flow.errors import BadFile


def test_the_small_workflow_of_these_tests_is_sound(small):
    assert small.mistakes() == []
    assert small.load().clocks["answer"].wording(small.load().clocks["answer"].limits[0].limit) == "within 6 weeks"


@pytest.mark.parametrize(
    "old, new, mistake",
    [
        ("    within:", "    witin:", "small.yaml:26: `clocks.answer.witin` is not a key that is known here; did you mean `within`?"),
        ("title: Questions", "titel: Questions", "small.yaml:2: `titel` is not a key that is known here; did you mean `title`?"),
        ("ended: true", "endet: true", "small.yaml:7: `states.answered.endet` is not a key that is known here; did you mean `ended`?"),
        ("    dated: the day it came", "    frm: asked", "small.yaml:11: `events.question_asked.frm` is not a key that is known here; did you mean `from`?"),
        ("    dated: the day it came", "    zzz: asked", "small.yaml:11: `events.question_asked.zzz` is not a key that is known here."),
        ("    check: V1", "    id: other\n    check: V1", "small.yaml:23: `clocks.answer.id` is not a key that is known here."),
        ("states:\n", "digest: abc\nstates:\n", "small.yaml:5: `digest` is not a key that is known here."),
    ],
)  # fmt: skip
def test_a_key_nobody_knows_is_refused_with_the_one_that_was_meant(small, old, new, mistake):
    assert mistake in small.change(old, new).mistakes()


def test_an_unknown_key_deep_inside_is_compared_with_the_keys_of_that_place(small):
    small.change("within: 6 weeks", "within:\n      - {limit: 6 weeks, in_farce: from 2014-09-01}")
    known = "`clocks.answer.within.in_farce` is not a key that is known here; did you mean `in_force`?"
    assert small.mistakes() == [f"small.yaml:27: {known}"]


def test_an_unknown_key_inside_an_exception_of_a_clock_is_compared_with_the_keys_of_that_place(small):
    small.add(
        "    unless: {ill: {cite: act s.2, chek: V1}}\nexceptions: {ill: {title: Ill, meaning: Ill, dated: the day}}\n"
    )
    assert small.mistakes()[0].endswith(
        "`clocks.answer.unless.ill.chek` is not a key that is known here; did you mean `check`?"
    )


@pytest.mark.parametrize(
    "line, mistake",
    [
        ("    cite: act s.1\n", "small.yaml:20: `clocks.answer.cite` is missing."),
        ("    check: V1\n", "small.yaml:20: `clocks.answer.check` is missing."),
        ("    basis: law\n", "small.yaml:20: `clocks.answer.basis` is missing."),
        ("    duty_on: local_authority\n", "small.yaml:20: `clocks.answer.duty_on` is missing."),
        ("    counting: next_day\n", "small.yaml:20: `clocks.answer`: `counting` is missing: write next_day or first_day; it is never implied."),
        ("    within: 6 weeks\n", "small.yaml:20: `clocks.answer`: give exactly one of `within`, `at_least` and `by`."),
        ("    starts_on: [question_asked]\n", "small.yaml:20: `clocks.answer.starts_on` is missing."),
        ("    stops_on: [answer_sent]\n", "small.yaml:20: `clocks.answer.stops_on` is missing."),
        ("    dated: the day it came\n", "small.yaml:9: `events.question_asked.dated` is missing."),
        ("covers_from: 2014-09-01\n", "small.yaml:1: `covers_from` is missing."),
    ],
)  # fmt: skip
def test_what_may_not_be_left_out_is_missed(small, line, mistake):
    assert small.change(line, "").mistakes() == [mistake]


@pytest.mark.parametrize("second", ["at_least: 15 days", "by: before 15 February"])
def test_a_clock_with_two_kinds_of_limit_is_refused(small, second):
    small.change("    within: 6 weeks\n", f"    within: 6 weeks\n    {second}\n")
    assert small.mistakes() == ["small.yaml:20: `clocks.answer`: give exactly one of `within`, `at_least` and `by`."]


def test_a_fixed_day_needs_no_counting(small):
    small.change("    within: 6 weeks\n    counting: next_day\n", "    by: before 15 February\n")
    assert small.mistakes() == []
    assert small.load().clocks["answer"].limit_key == "by"


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("cite: act s.1", "cite: section 1 of the Act", "`clocks.answer.cite` names a source"),
        ("cite: act s.1", "cite: s.1", "`clocks.answer.cite`: `s.1` is not a citation. Write the source and the provision: regs r.5(1)."),
        ("cite: act s.1", "cite: [act s.1, act s.2]", "`clocks.answer.cite`: write one text, several citations with `;` between: regs r.5(1); act s.36."),
        ("cite: act s.1", "cite: {source: act, provision: s.1}", "`clocks.answer.cite`: write one text, several citations with `;` between: regs r.5(1); act s.36."),
        ("check: V1", "check: V4", "`clocks.answer.check` should be V1, V2, V3, P1, P2, P3 or R (found: V4)."),
        ("basis: law", "basis: lawful", "`clocks.answer.basis` should be law, guidance or local (found: lawful)."),
        ("counting: next_day", "counting: from_tomorrow", "`clocks.answer.counting` should be next_day or first_day (found: from_tomorrow)."),
        ("within: 6 weeks", "within: six weeks", "`clocks.answer.within.limit`: `six weeks` is not a length of time. Write for example 6 weeks, 15 days, 12 months."),
        ("within: 6 weeks", "within: 0 weeks", "`clocks.answer.within.limit`: `0 weeks` is not a length of time. Write for example 6 weeks, 15 days, 12 months."),
        ("within: 6 weeks", "within: 3 working weeks", "`clocks.answer.within.limit`: `3 working weeks`: only days can be working days."),
        ("within: 6 weeks", "within: {limit: 6 weeks}", "`clocks.answer.within` should be a list: [first, second]."),
        ("within: 6 weeks", "within: []", "`clocks.answer.within`: needs at least one entry."),
        ("within: 6 weeks", "within: [{limit: {amount: 6, unit: weeks}}]", "`clocks.answer.within.limit`: `{'amount': '6', 'unit': 'weeks'}` is not a length of time."),
        ("within: 6 weeks", "by: 15 Febuary", "`clocks.answer.by`: `15 Febuary` is not a day of the year. Write for example 31 March, or before 15 February."),
        ("within: 6 weeks", "by: 31 June", "`clocks.answer.by`: `31 June` does not come every year."),
        ("duty_on: local_authority", "duty_on: Local authority", "`clocks.answer.duty_on` should be small letters and _, such as local_authority (found: Local authority)."),
        ("starts_on: [question_asked]", "starts_on: {question_asked: now}", "`clocks.answer.starts_on` should be a list: [first, second]."),
        ("starts_on: [question_asked]", "starts_on: []", "`clocks.answer.starts_on`: needs at least one entry."),
        ("starts_on: [question_asked]", "starts_on: [[question_asked]]", "`clocks.answer.starts_on` should be a text."),
        ("title: Questions and answers", "title: [Questions, answers]", "`title` should be a text."),
        ("covers_from: 2014-09-01", "covers_from: 1 September 2014", "`covers_from`: `1 September 2014` is not a date. Write it as 2020-05-01."),
        ("covers_from: 2014-09-01", "covers_from: 20140901", "`covers_from`: `20140901` is not a date. Write it as 2020-05-01."),
        ("covers_from: 2014-09-01", "covers_from: 2014-02-30", "`covers_from`: `2014-02-30` is not a date. Write it as 2020-05-01."),
        ("covers_from: 2014-09-01", "covers_from: [2014-09-01]", "`covers_from` should be a date, written as 2026-01-05."),
        ("ended: true", "ended: sometimes", "`states.answered.ended` should be true or false (found: sometimes)."),
        ("  asked: {title: Asked}", "  asked: Asked", "`states.asked` should hold keys of its own (found: Asked)."),
        ("events:\n", "kpis: [one, two]\nevents:\n", "`kpis` should hold keys of its own."),
        ("states:\n", "case_prefix: small\nstates:\n", "`case_prefix` should be two to six capital letters (found: small)."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_described_in_plain_words(small, old, new, message):
    if message.endswith("names a source"):
        message = "there is no source called `section`."
    found = small.change(old, new).mistakes()
    assert any(message in each for each in found), found
    for each in found:
        assert not re.search(
            r"[Ii]nput|valid (string|dict|tuple|list|boolean|integer)|pydantic|instance|dictionary", each
        )


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("https://example.org/act", "example.org/act", "`sources.act.url` should be an address that begins with https:// (found: example.org/act)."),
        ("last_checked: never", "last_checked: last week", "`sources.act.last_checked`: `last week` is not a date. Write it as 2020-05-01."),
        ("last_checked: never", "last_checked: [never]", "`sources.act.last_checked`: `['never']` is not a date."),
    ],
)  # fmt: skip
def test_a_source_needs_an_address_and_a_day_it_was_checked_or_never(small, old, new, message):
    small.change(old, new, "sources.yaml")
    assert any(each.startswith("sources.yaml") and message in each for each in small.mistakes())


def test_one_name_may_stand_without_brackets(small):
    small.change("starts_on: [question_asked]", "starts_on: question_asked")
    assert small.load().clocks["answer"].starts_on == ("question_asked",)


@pytest.mark.parametrize(
    "revived",
    ["question_asked", "[question_asked]", "{question_asked: []}"],
)
def test_what_revives_a_clock_may_be_a_name_a_list_or_say_what_it_undoes(small, revived):
    small.add(f"    revived_on: {revived}\n")
    assert small.load().clocks["answer"].revived_on == {"question_asked": ()}


def test_a_list_of_mappings_cannot_say_what_revives_a_clock(small):
    small.add("    revived_on: [{question_asked: answer_sent}]\n")
    assert small.mistakes() == ["small.yaml:30: `clocks.answer.revived_on` should hold keys of its own."]


@pytest.mark.parametrize("length", ["20 working days"])
def test_the_length_of_an_exception_knows_no_calendar(small, length):
    small.add(
        "    unless: {ill: act s.2}\nexceptions:\n"
        f"  ill: {{title: Ill, meaning: Ill, dated: the day, lasts_at_least: {length}}}\n"
    )
    message = f"`exceptions.ill.lasts_at_least`: `{length}` cannot be used here: no calendar is looked at."
    assert any(message in each for each in small.mistakes())


def test_a_window_is_measured_in_days_or_weeks(small):
    small.add(
        "    unless: {shut: act s.2}\nexceptions:\n  shut:\n    title: Shut\n    meaning: Shut\n    dated: the day\n"
        "    asked_in_window: {event: question_asked, opens_before_start: 1 month, shuts_before_end: 1 week}\n"
    )
    place = "exceptions.shut.asked_in_window.opens_before_start"
    assert f"small.yaml:36: `{place}`: `1 month` cannot be used here: write days or weeks." in small.mistakes()


def test_the_whole_message_says_what_is_wrong_where_and_where_to_read_on(small):
    small.change("    check: V1\n", "")
    with pytest.raises(BadFile) as error:
        small.load()
    assert str(error.value) == (
        "small.yaml cannot be used:\n"
        "  small.yaml:20: `clocks.answer.check` is missing.\n"
        "Every key is explained in workflows/README.md."
    )
