"""A process nobody has met before, dropped into the folder, is derived set-wise like those that are shipped."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from ehcp_flow.engine.event import LONG_AGO, Event
from ehcp_flow.law.load import load_folder
from tests.analytics.setwise_harness import BACKENDS, by_the_engine, differences, set_wise

LETTERS = """\
workflow: letters
title: Letters and answers
applies_in: England
covers_from: 2019-01-01
sources:
  act: {title: Letters Act 2018, short: the Letters Act, url: 'https://example.org/act', last_checked: never}
states:
  asked: {title: Asked}
  refused: {title: Refused}
  answered: {title: Answered, ended: true}
events:
  letter_received: {title: Letter, dated: the day, from: not_started, to: asked, details: {kind: {title: Kind, optional: true}}}
  reminded: {title: Reminder, dated: the day, from: any_open, details: {who: {title: Who}}}
  office_answered: {title: Answer of an office, dated: the day, from: any_started, details: {who: {title: Who}}}
  refusal_sent: {title: Refusal, dated: the day, from: asked, to: refused}
  refusal_given_up: {title: Given up, dated: the day, from: refused, to: asked}
  answer_sent: {title: Answer, dated: the day, from: [asked, refused], to: answered}
  away: {title: Away, dated: the day, from: any_started, records_exception: true,
         details: {exception: {title: Which, is: exception}, clock: {title: Clock, is: clock}, until: {title: Until, is: date, optional: true}}}
exceptions:
  holiday: {title: Holiday, meaning: The office was closed., dated: first day, until: last day, lasts_at_least: 10 days, measured: in_the_period,
            asked_in_window: {event: reminded, where: {who: [north, south]}, opens_before_start: 2 weeks, shuts_before_end: 3 days}}
  long_absence: {title: Absence, meaning: Away., dated: first day, until: last day, lasts_at_least: LENGTH}
clocks:
"""
LIMITS = {
    "answer_in_days": "within: 20 days, counting: first_day, dropped_on: [refusal_sent], revived_on: {refusal_given_up: refusal_sent}, unless: {holiday: act s.9, long_absence: {cite: act s.9, in_force: 2021-01-01 to 2021-12-31}}",
    "answer_in_months": "within: 3 months, counting: next_day",
    "answer_in_a_month_from_the_day": "within: 1 month, counting: first_day",
    "answer_in_years": "within: 1 year, counting: first_day, dropped_on: [refusal_sent], revived_on: [refusal_given_up]",
    "answer_in_working_days": "within: 7 working days, counting: next_day",
    "answer_by_a_day": "by: before 15 February",
    "answer_as_the_law_stood": "within: [{limit: 4 weeks, in_force: to 2020-12-31}, {limit: 6 weeks, in_force: from 2021-01-01}], counting: next_day",
    "answer_urgent": "within: 2 days, counting: next_day, only_when: {kind: urgent}",
    "answer_for_a_time": "within: 8 weeks, counting: next_day, in_force: 2020-06-01 to 2021-06-01",
    "leave_time": "at_least: 2 weeks, counting: first_day, if_repeated: restart",
    "answer_if_refused": "within: 9 weeks, counting: next_day, arises_on: [refusal_sent], breach_only_when: stopped",
}  # fmt: skip


def clock(name, keys):
    said = f"title: Answer, cite: act s.1, check: R, basis: law, duty_on: local_authority, starts_on: [letter_received], stops_on: [answer_sent], {keys}"
    return f"  {name}: {{{said}}}\n"


def office_clock():
    keys = "one_for_each: who, within: 3 weeks, counting: next_day, starts_on: [reminded], stops_on: [office_answered], dropped_on: [answer_sent], basis_when: [{is: [north], basis: guidance, cite: act s.2, check: R}]"
    return f"  office_answers: {{title: Answer, cite: act s.1, check: R, basis: law, duty_on: office, {keys}}}\n"


@pytest.fixture
def letters(tmp_path):
    """Reads the process from a folder, the absence lasting at least so long."""

    def read(length="4 weeks"):
        clocks = "".join(clock(name, keys) for name, keys in LIMITS.items())
        text = LETTERS.replace("LENGTH", length) + clocks + office_clock()
        (tmp_path / "letters.yaml").write_text(text, encoding="utf-8")
        return load_folder(tmp_path)

    return read


def journals(workflow, cases, seed):
    dice = random.Random(seed)
    return [(workflow, journal(workflow, f"L{number}", dice)) for number in range(cases)]


def journal(workflow, case_ref, dice):
    day = date(2018, 12, 1) + timedelta(days=dice.randrange(1300))
    events = []
    for seq in range(1, dice.randrange(2, 9)):
        name = "letter_received" if seq == 1 else dice.choice(list(workflow.events))
        until = (day + timedelta(days=dice.choice((5, 20, 40)))).isoformat()
        said = {
            "letter_received": {"kind": dice.choice(("urgent", "plain"))},
            "reminded": {"who": dice.choice(("north", "south", "east"))},
            "office_answered": {"who": dice.choice(("north", "south", "east"))},
            "away": {"exception": dice.choice(("holiday", "long_absence")), "clock": "answer_in_days", "until": until},
        }.get(name, {})
        events.append(Event(case_ref, seq, name, day, LONG_AGO, details=said))
        day += timedelta(days=dice.choice((0, 1, 5, 30, 90)))
    return events


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_kind_of_limit_is_derived_as_the_engine_derives_it(letters, backend):
    workflows = letters()
    told = journals(workflows["letters"], 700, seed=5)
    for as_of in (date(2023, 1, 1), date(2020, 12, 31)) if backend == "polars" else (date(2021, 3, 1),):
        engine = by_the_engine(told, as_of)
        found, left = set_wise(told, workflows, backend, as_of)
        assert list(differences(engine, found, left)) == []
        assert len(left) < len(told) / 2
        assert {row[2] for rows in found.values() for row in rows} == {*LIMITS, "office_answers"}
    assert any(row[10] for rows in found.values() for row in rows), "no exception was ever taken"


def test_cases_with_an_exception_that_lasts_months_are_left_to_the_engine(letters):
    workflows = letters(length="2 months")
    told = journals(workflows["letters"], 100, seed=6)
    _, left = set_wise(told, workflows, "polars", date(2023, 1, 1))
    claiming = {events[0].case_ref for _, events in told if any(each.name == "away" for each in events)}
    assert claiming <= left


def test_what_was_recorded_after_the_moment_is_not_known(letters):
    workflows = letters()
    late = datetime.fromisoformat("2022-06-01T12:00:00+00:00")
    told = [
        (workflows["letters"], [
            Event("L1", 1, "letter_received", date(2021, 1, 4), LONG_AGO),
            Event("L1", 2, "letter_received", date(2021, 1, 11), late, corrects=1),
        ])
    ]  # fmt: skip
    for known_at, started_on in (
        (None, date(2021, 1, 11)),
        (datetime.fromisoformat("2022-01-01T00:00:00+00:00"), date(2021, 1, 4)),
    ):
        found, left = set_wise(told, workflows, "polars", date(2023, 1, 1), known_at)
        assert {row[6] for row in found["L1"]} == {started_on}
        assert left == set()
