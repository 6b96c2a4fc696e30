"""The same figures whichever way they are read: from the clock table, or derived again for a day gone by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.list_work import list_breaches, list_work
from ehcp_flow.services.observe import observations
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.report_kpis import report_kpis
from ehcp_flow.services.show_case import show_case

LONG_AFTER = datetime(2099, 1, 1, tzinfo=UTC)
SEEDS = (1, 2)


def seen(office, as_of, known_at=None):
    found = list(observations(office, as_of, known_at))
    by_key = {(each.case_ref, each.clock, each.subject, each.period): each for each in found}
    assert len(by_key) == len(found)
    return by_key


def end_of(day):
    return datetime.combine(day, time.max, UTC)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_clock_table_and_the_journal_give_the_same_figures(office, draw_histories, fill, seed):
    fill(office, draw_histories(200, seed))
    for day in (date(2027, 1, 1), date(2027, 6, 30), date(2040, 1, 1)):
        from_table = seen(office, day)
        assert from_table == seen(office, day, LONG_AFTER)
        assert len(from_table) > 300


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_known_on_a_past_day_is_what_the_table_said_on_that_day(new_office, draw_histories, fill, seed):
    histories, today = draw_histories(120, seed), new_office()
    fill(today, histories)
    for day in (date(2023, 6, 1), date(2023, 12, 1), date(2024, 9, 1)):
        then = new_office()
        fill(
            then, [(name, [each for each in entries if each.recorded_at <= end_of(day)]) for name, entries in histories]
        )
        assert seen(today, day, end_of(day)) == seen(then, day)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_past_day_is_judged_as_if_it_were_the_last_one_recorded(new_office, draw_histories, fill, seed):
    histories, today = draw_histories(120, seed, corrected=False), new_office()
    fill(today, histories)
    for day in (date(2023, 6, 1), date(2023, 12, 1), date(2024, 9, 1)):
        then = new_office()
        fill(then, [(name, cut(entries, day)) for name, entries in histories])
        assert seen(today, day) == seen(then, day)
        assert list_work(today, day) == list_work(then, day)
        assert list_breaches(today, day) == list_breaches(then, day)
        since = day - timedelta(days=90)
        assert list_breaches(today, day, since=since) == list_breaches(then, day, since=since)


def cut(entries, day):
    """The entries of events that had happened by a day; hand-overs all count, as they do for a past day."""
    if not any(each.happened_on <= day and each.name != "assigned" for each in entries):
        return []
    kept = [each for each in entries if each.happened_on <= day or each.name == "assigned"]
    last = max(each.happened_on for each in kept if each.name != "assigned")
    moved = [
        replace(each, happened_on=min(each.happened_on, last)) if each.name == "assigned" else each for each in kept
    ]
    return [replace(each, seq=seq) for seq, each in enumerate(moved, 1)]


def test_a_late_entry_changes_todays_figures_and_yesterdays_can_still_be_shown(story, office, today_is):
    today_is(date(2025, 8, 25))
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    yesterday = datetime(2025, 8, 25, 23, 59, tzinfo=UTC)
    assert show_case(office, "X1", date(2025, 8, 25)).state.state == "consulting"
    assert len(list_breaches(office, date(2025, 8, 25))) == 1

    today_is(date(2025, 8, 26))
    record_event(office, "X1", "final_plan_sent", date(2025, 8, 19))

    assert list_breaches(office, date(2025, 8, 25)) == []
    assert show_case(office, "X1", date(2025, 8, 25)).state.state == "issued"
    then = show_case(office, "X1", date(2025, 8, 25), yesterday)
    assert (then.state.state, len(then.lines)) == ("consulting", 3)
    assert [each.outcome for each in then.verdicts if each.clock.name == "finalise_plan"] == ["breach"]

    def percent(known_at):
        return report_kpis(
            office, date(2025, 8, 1), date(2025, 8, 31), date(2025, 8, 31), known_at, kpi="plans_due_within_20_weeks"
        )[0].percent

    assert (percent(None), percent(yesterday)) == (100.0, 0.0)


def test_a_correction_is_not_known_before_it_was_recorded(story, office, today_is):
    today_is(date(2025, 5, 1))
    story("X1", "2025-04-02 request_received")
    today_is(date(2025, 5, 9))
    correct_event(office, "X1", 1, happened_on=date(2025, 4, 1), reason="stamped the day before")

    def due(known_at):
        verdicts = show_case(office, "X1", date(2025, 5, 9), known_at).verdicts
        return next(each.clock.due_on for each in verdicts if each.clock.name == "finalise_plan")

    assert due(datetime(2025, 5, 9, 11, 59, tzinfo=UTC)) == date(2025, 8, 20)
    assert due(datetime(2025, 5, 9, 12, 0, tzinfo=UTC)) == date(2025, 8, 19)


def test_before_a_case_was_opened_or_known_there_is_nothing_to_see(story, office, today_is):
    today_is(date(2025, 5, 1))
    story("X1", "2025-04-02 request_received")
    assert show_case(office, "X1", date(2025, 4, 1)).verdicts == ()
    assert show_case(office, "X1", date(2025, 4, 1)).state.state == "not_started"
    assert seen(office, date(2025, 4, 1)) == {}
    assert seen(office, date(2025, 5, 1), datetime(2025, 4, 30, tzinfo=UTC)) == {}
