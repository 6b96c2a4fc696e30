"""What must hold for every history, however odd: drawn at random from the events of each shipped workflow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.count import days_between
from ehcp_flow.engine.event import LONG_AGO, Event
from ehcp_flow.engine.explain import explain
from ehcp_flow.engine.history import corrected, history
from ehcp_flow.engine.replay import replay
from ehcp_flow.engine.verdict import verdict
from ehcp_flow.engine.working_days import Calendar

FAR = date(2050, 1, 1)
OFFSETS = st.integers(0, 900)


def on(offset: int) -> date:
    return date(2025, 1, 1) + timedelta(days=offset)


def judged(workflow, events, as_of, known_at=None):
    known = history(events, as_of, known_at)
    return replay(workflow, known), [verdict(clock, as_of) for clock in clocks(workflow, known, Calendar())]


def key(clock):
    return clock.name, clock.started_by


@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_in_which_days_are_recorded_never_changes_state_or_clocks(histories, data, dice):
    workflow, events = data.draw(histories(distinct_days=True))
    numbers = [event.seq for event in events]
    dice.shuffle(numbers)
    otherwise = [
        Event("X", number, event.name, event.happened_on, event.recorded_at, details=event.details)
        for number, event in zip(numbers, events, strict=True)
    ]

    def plain(verdicts):
        return [
            (each.clock.name, each.clock.period, each.clock.started_on, each.clock.due_on, each.outcome, each.under)
            for each in verdicts
        ]

    one_state, one = judged(workflow, events, FAR)
    two_state, two = judged(workflow, otherwise, FAR)
    assert one_state == two_state
    assert plain(one) == plain(two)


@given(st.data(), OFFSETS, st.integers(1, 400))
def test_what_happens_after_the_day_changes_nothing(histories, data, offset, later):
    workflow, events = data.draw(histories())
    more = [Event("X", 100 + seq, name, on(offset + later), LONG_AGO) for seq, name in enumerate(workflow.events)]
    assert judged(workflow, [*events, *more], on(offset)) == judged(workflow, events, on(offset))


@given(st.data(), st.integers(0, 1500))
def test_what_is_typed_in_after_the_moment_changes_nothing(histories, data, offset):
    workflow, events = data.draw(histories())
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=offset)
    known = [event for event in events if event.recorded_at <= moment]
    assert judged(workflow, events, FAR, moment) == judged(workflow, known, FAR)


@given(st.data())
def test_at_most_one_entry_stands_for_each_fact_and_none_that_was_replaced(histories, data):
    _, events = data.draw(histories())
    standing = corrected(events)
    assert not {event.corrects for event in events} & {event.seq for event in standing}
    assert "retracted" not in {event.name for event in standing}


@given(st.data(), OFFSETS)
def test_whatever_the_history_it_is_judged_and_explained_and_the_numbers_agree(histories, data, offset):
    workflow, events = data.draw(histories())
    as_of = on(offset)
    state, verdicts = judged(workflow, events, as_of)
    assert state.state in {"not_started", *workflow.states}
    for each in verdicts:
        clock = each.clock
        assert clock.started_on <= as_of
        assert clock.due_on >= clock.started_on
        assert each.days_late >= 0
        assert each.days_taken == days_between(clock.started_on, clock.stopped_on or clock.dropped_on or as_of)
        agrees(each)
        assert explain(each, workflow, Calendar()).paragraph


def agrees(each):
    """The outcome, the days and what ended the clock tell the same story."""
    clock, kind = each.clock, each.clock.rule.kind
    is_open = clock.stopped_on is None and clock.dropped_on is None
    assert (each.days_left is None) == (not is_open)
    assert (each.under is None) == (each.outcome != "excepted")
    if each.outcome == "running":
        assert is_open
        assert not each.is_final
        assert each.days_late == 0
        assert kind == "only_if_done" or each.days_left >= 0
    elif each.outcome == "in_time":
        assert each.days_late == 0
        assert kind == "window" or clock.stopped_on <= clock.due_on
    elif each.outcome == "dropped":
        assert clock.dropped_on is not None
    else:
        assert each.days_late > 0
        if kind == "window":
            assert clock.started_on <= clock.stopped_on <= clock.due_on
        elif is_open:
            assert kind == "limit"
            assert each.days_left == -each.days_late


@given(st.data(), OFFSETS, OFFSETS)
def test_a_due_date_never_depends_on_the_day_we_ask(histories, data, one, two):
    workflow, events = data.draw(histories())
    first = {key(each.clock): each.clock.due_on for each in judged(workflow, events, on(one))[1]}
    second = {key(each.clock): each.clock.due_on for each in judged(workflow, events, on(two))[1]}
    shared = first.keys() & second.keys()
    assert {each: first[each] for each in shared} == {each: second[each] for each in shared}


@given(st.data(), OFFSETS, st.integers(0, 900))
def test_when_only_days_pass_what_is_done_stays_as_it_is_and_what_runs_can_only_run_out(histories, data, offset, more):
    workflow, events = data.draw(histories())
    known = history(events, on(offset))
    for clock in clocks(workflow, known, Calendar()):
        now, later = verdict(clock, on(offset)), verdict(clock, on(offset + more))
        if now.outcome == "running":
            allowed = {
                "limit": {"running", "breach", "excepted"},
                "window": {"running", "in_time"},
                "only_if_done": {"running"},
            }
            assert later.outcome in allowed[clock.rule.kind]
        else:
            assert later.outcome == now.outcome
        if now.is_final:
            assert (later.outcome, later.days_late) == (now.outcome, now.days_late)
        assert later.days_late >= now.days_late


@given(st.data())
def test_a_clock_starts_only_on_days_for_which_the_file_says_the_law(histories, data):
    workflow, events = data.draw(histories())
    for each in judged(workflow, events, FAR)[1]:
        assert each.clock.started_on >= workflow.covers_from
        assert each.clock.rule.in_force.covers(each.clock.started_on)
