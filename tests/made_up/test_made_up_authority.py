"""The made-up authority: repeatable, lawful step by step, nothing after its last day, every route taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from ehcp_flow.engine.event import Event
from ehcp_flow.engine.machine import moves
from ehcp_flow.engine.replay import replay
from ehcp_flow.errors import BadInput
from ehcp_flow.law.load import load_folder
from ehcp_flow.made_up import MadeUpAuthority, MadeUpCase, make_up_authority, make_up_histories

WORKFLOWS = load_folder(Path(__file__).parents[2] / "workflows")
UNTIL = date(2026, 11, 25)

# As fixed in the contract: names that outsiders rely on.
NEEDS_ASSESSMENT = """
    request_received responsibility_began assessment_agreed assessment_refused advice_requested advice_received
    advice_returned plan_agreed plan_refused draft_plan_sent representations_received early_finish_asked
    setting_consulted setting_responded final_plan_sent exception_recorded request_withdrawn moved_away left_england
    died assessment_ordered assessment_agreed_at_mediation assessment_appeal_unopposed assessment_conceded
    plan_ordered plan_agreed_at_mediation plan_appeal_unopposed plan_conceded
"""
ANNUAL_REVIEW = """
    plan_first_made previous_review_decided meeting_called papers_circulated meeting_postponed review_meeting_held
    review_report_sent maintain_decided amend_decided cease_decided reassess_decided amendment_notice_sent
    representations_received early_finish_asked setting_consulted setting_responded final_amended_plan_sent
    amendment_abandoned plan_ceased moved_away left_england died
"""
REVIEW_DECISIONS = {"maintain_decided", "amend_decided", "cease_decided", "reassess_decided"}


@pytest.fixture(scope="module")
def authority() -> MadeUpAuthority:
    return make_up_authority(2026, UNTIL)


def engine_events(case: MadeUpCase) -> tuple[Event, ...]:
    return tuple(
        Event(case.case_ref, seq, e.name, e.happened_on, e.recorded_at, e.recorded_by, e.details)
        for seq, e in enumerate(case.events, 1)
    )


def unlawful_steps(case: MadeUpCase) -> list[str]:
    """Each step that the workflow does not allow where the case stands, taking the events exactly as they come."""
    allowed, state, found = moves(WORKFLOWS[case.workflow]), "not_started", []
    for event in case.events:
        if (state, event.name) not in allowed:
            found.append(f"{case.case_ref}: {event.name} on {event.happened_on} while {state}")
        state = allowed.get((state, event.name), state)
    return found


def too_late(case: MadeUpCase, until: date) -> list[str]:
    return [
        f"{case.case_ref}: {event.name} {event.happened_on} {event.recorded_at}"
        for event in case.events
        if event.happened_on > until or not event.happened_on <= event.recorded_at.date() <= until
    ]


def names_in(authority: MadeUpAuthority, workflow: str) -> Counter[str]:
    cases = (case for case in authority.cases if case.workflow == workflow)
    return Counter(event.name for case in cases for event in case.events)


def test_the_same_seed_and_day_give_the_same_authority() -> None:
    once, again = (asdict(make_up_authority(5, UNTIL, people=200)) for _ in range(2))
    assert repr(once) == repr(again)


def test_another_seed_gives_another_authority() -> None:
    one, other = (make_up_authority(seed, UNTIL, people=200) for seed in (5, 6))
    assert one.cases != other.cases
    assert one.people != other.people


def test_as_many_people_as_asked_for(authority: MadeUpAuthority) -> None:
    assert len(authority.people) == 3000
    assert len({person.ref for person in authority.people}) == 3000


def test_an_authority_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="at least one person"):
        make_up_authority(1, UNTIL, people=0)


@pytest.mark.parametrize("until", [date(2024, 2, 29), date(2026, 7, 24), date(2026, 12, 26), date(2031, 1, 2)])
def test_any_last_day_will_do(until: date) -> None:
    small = make_up_authority(3, until, people=400)
    assert [line for case in small.cases for line in too_late(case, until)] == []
    assert [line for case in small.cases for line in unlawful_steps(case)] == []


def test_nothing_happens_or_is_recorded_after_the_last_day(authority: MadeUpAuthority) -> None:
    assert [line for case in authority.cases for line in too_late(case, UNTIL)] == []


def test_no_entry_was_typed_before_the_one_it_follows(authority: MadeUpAuthority) -> None:
    for case in authority.cases:
        typed = [event.recorded_at for event in case.events]
        happened = [event.happened_on for event in case.events]
        assert typed == sorted(set(typed)), case.case_ref
        assert happened == sorted(happened), case.case_ref


def test_most_is_recorded_the_same_day_and_some_of_it_weeks_late(authority: MadeUpAuthority) -> None:
    late = [(e.recorded_at.date() - e.happened_on).days for case in authority.cases for e in case.events]
    assert sum(days == 0 for days in late) > 0.5 * len(late)
    assert 0.01 * len(late) < sum(days >= 14 for days in late) < 0.06 * len(late)


def test_every_step_is_lawful_where_the_case_stands(authority: MadeUpAuthority) -> None:
    assert [line for case in authority.cases for line in unlawful_steps(case)] == []


def test_the_engine_finds_nothing_wrong_with_the_histories(authority: MadeUpAuthority) -> None:
    for case in authority.cases[::7]:
        assert replay(WORKFLOWS[case.workflow], engine_events(case)).findings == (), case.case_ref


@pytest.mark.parametrize(
    ("workflow", "names"), [("needs_assessment", NEEDS_ASSESSMENT), ("annual_review", ANNUAL_REVIEW)]
)
def test_every_event_of_the_contract_happens_and_no_other(
    authority: MadeUpAuthority, workflow: str, names: str
) -> None:
    assert set(names_in(authority, workflow)) == set(names.split())


def test_case_references_count_from_one_in_order_of_opening(authority: MadeUpAuthority) -> None:
    for prefix, workflow in (("NA", "needs_assessment"), ("AR", "annual_review")):
        cases = [case for case in authority.cases if case.workflow == workflow]
        assert [case.case_ref for case in cases] == [f"{prefix}-{n:04d}" for n in range(1, len(cases) + 1)]
        opened = [case.events[0].happened_on for case in cases]
        assert opened == sorted(opened)


def test_every_case_is_held_by_an_officer_for_a_person(authority: MadeUpAuthority) -> None:
    teams = {officer.username: officer.team for officer in authority.officers}
    people = {person.ref for person in authority.people}
    assert set(teams.values()) == set(authority.teams)
    for case in authority.cases:
        assert teams[case.officer] == case.team
        assert case.person_ref in people
        assert {event.recorded_by for event in case.events} <= set(teams)


def test_an_officer_of_an_area_holds_as_many_open_plans_as_the_brief_says(authority: MadeUpAuthority) -> None:
    held = Counter(
        case.officer for case in authority.cases if not replay(WORKFLOWS[case.workflow], engine_events(case)).is_ended
    )
    teams = {officer.username: officer.team for officer in authority.officers}
    area = [count for officer, count in held.items() if teams[officer] != "Needs assessment"]
    assert all(130 <= count <= 300 for count in area), held


def test_a_plan_is_reviewed_from_the_day_it_was_made(authority: MadeUpAuthority) -> None:
    made = {
        case.plan_ref: event.happened_on
        for case in authority.cases
        for event in case.events
        if event.name == "final_plan_sent"
    }
    opened = {
        case.plan_ref: event.happened_on
        for case in authority.cases
        for event in case.events
        if event.name == "plan_first_made"
    }
    assert len(made) > 700
    assert opened == made


def test_each_review_opens_on_the_day_the_one_before_was_decided(authority: MadeUpAuthority) -> None:
    cycles: dict[str, list[MadeUpCase]] = defaultdict(list)
    for case in authority.cases:
        if case.workflow == "annual_review":
            cycles[str(case.plan_ref)].append(case)
    for plan, cases in cycles.items():
        for before, after in pairwise(cases):
            decided = [event.happened_on for event in before.events if event.name in REVIEW_DECISIONS]
            assert decided == [after.events[0].happened_on], plan
            assert after.events[0].name == "previous_review_decided"


def test_the_most_frequent_exceptions_are_lawful_and_a_few_are_not(authority: MadeUpAuthority) -> None:
    claims = [e for case in authority.cases for e in case.events if e.name == "exception_recorded"]
    kinds = Counter(event.details["exception"] for event in claims)
    assert set(kinds) == {"school_closed", "personal_circumstances", "absent_from_area", "appointment_missed"}
    away = [
        date.fromisoformat(event.details["until"]) - event.happened_on + timedelta(days=1)
        for event in claims
        if event.details["exception"] == "absent_from_area"
    ]
    too_short = sum(days < timedelta(weeks=4) for days in away)
    assert 0 < too_short < len(claims) / 4


def test_there_is_a_backlog_today_and_work_for_the_next_weeks(authority: MadeUpAuthority) -> None:
    asked_on = [
        case.events[0].happened_on
        for case in authority.cases
        if case.workflow == "needs_assessment" and not replay(WORKFLOWS[case.workflow], engine_events(case)).is_ended
    ]
    ages = [(UNTIL - day).days for day in asked_on]
    assert 10 < sum(age > 140 for age in ages) < 80
    assert sum(112 < age <= 140 for age in ages) > 5
    assert sum(age <= 42 for age in ages) > 20


def test_histories_for_the_benchmark_are_lawful_too() -> None:
    assert [line for case in make_up_histories(8, 4000) for line in unlawful_steps(case)] == []


def test_histories_are_repeatable_and_as_many_as_asked_for() -> None:
    once, again = (list(make_up_histories(8, 300)) for _ in range(2))
    assert once == again
    assert len({case.case_ref for case in once}) == 300
    assert once != list(make_up_histories(9, 300))


def test_histories_stop_at_their_last_day() -> None:
    until = date(2020, 2, 29)
    assert [line for case in make_up_histories(8, 2000, until) for line in too_late(case, until)] == []
