"""The hours: one night a day across both clock changes, whatever the machine's clock does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import structlog
from apscheduler.triggers.cron import CronTrigger

from ehcp_flow.scheduler.run import ClockSteps, make_scheduler, minute_trigger, night_trigger, plan, run_once
from ehcp_flow.scheduler.watch import Watch
from ehcp_flow.services.jobs import MINUTE_JOBS, MinuteJob
from ehcp_flow.services.office import Office
from ehcp_flow.storage import night_figures
from ehcp_flow.storage.lock import only_one
from ehcp_flow.today import ENGLAND
from tests.scheduler.nights import at, flags_of, ledger, office_at, open_requests

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def fires(trigger: CronTrigger, first: date, days: int) -> Iterator[datetime]:
    """The moments at which APScheduler would fire on so many days in England, asking it as its own loop does."""
    moment = datetime.combine(first, time(), ENGLAND)
    end = datetime.combine(first + timedelta(days=days), time(), ENGLAND)
    fired = trigger.get_next_fire_time(None, moment)
    while fired is not None and fired.timestamp() < end.timestamp():
        yield fired
        fired = trigger.get_next_fire_time(fired, fired)


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_half_past_two_comes_once_a_day_across_both_clock_changes(change: date) -> None:
    found = list(fires(night_trigger(time(2, 30)), change - timedelta(days=2), 5))
    assert [moment.date() for moment in found] == [change + timedelta(days=n) for n in range(-2, 3)]
    assert {moment.time() for moment in found} == {time(2, 30)}


def test_half_past_one_fires_twice_when_clocks_go_back() -> None:
    """The reason why the ledger, not the trigger, decides whether a night is done."""
    assert len(list(fires(night_trigger(time(1, 30)), AUTUMN, 1))) == 2


@pytest.fixture
def watch_at(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Watch]:
    """A watch on the office's database whose clock stands at a moment; its log goes into `log`."""
    monkeypatch.setattr(night_figures, "server_time", lambda _: None)

    def made(moment: str, sweep_at: str = "02:30") -> Watch:
        settings = office_at(office.settings.database_url, sweep_at=sweep_at).settings
        return Watch(settings, structlog.get_logger(), at(moment))

    return made


WatchAt = Callable[[str], Watch]


@pytest.mark.parametrize("sweep_at", ["02:30", "01:30", "00:15"])
@pytest.mark.parametrize("change", [date(2025, 3, 30), date(2025, 10, 26)])
def test_every_firing_around_a_clock_change_gives_one_night_a_day(
    office: Office, watch_at: Callable[..., Watch], change: date, sweep_at: str
) -> None:
    hour = time.fromisoformat(sweep_at)
    for moment in fires(night_trigger(hour), change - timedelta(days=2), 5):
        assert watch_at(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}", sweep_at).look()
    assert ledger(office) == [change + timedelta(days=n) for n in range(-2, 3)]


def test_started_in_the_small_hours_it_makes_up_yesterday_and_leaves_today_to_its_hour(
    office: Office, watch_at: WatchAt
) -> None:
    open_requests(office)
    watch_at("2025-02-16 03:00").look()
    watch_at("2025-02-19 01:00").look()
    assert ledger(office) == [date(2025, 2, day) for day in (16, 17, 18)]


def test_a_week_asleep_is_made_up_at_the_first_look(office: Office, watch_at: WatchAt) -> None:
    open_requests(office)
    watch_at("2025-02-16 03:00").look()
    watch_at("2025-02-23 09:00").look()
    assert ledger(office) == [date(2025, 2, day) for day in range(16, 24)]
    assert [flag[2] for flag in flags_of(office) if flag[1] == "breach"] == [
        date(2025, 2, day) for day in (18, 19, 20, 22)
    ]
    assert ledger(office, "housekeeping") == [date(2025, 2, 16), date(2025, 2, 23)]


def test_a_look_while_another_process_works_is_left_to_it_and_said(office: Office, watch_at: WatchAt) -> None:
    with structlog.testing.capture_logs() as log, only_one(office.database):
        assert watch_at("2025-02-16 03:00").look()
    assert [(line["event"], line["job"]) for line in log] == [
        ("left to another process", "sweep"),
        ("left to another process", "housekeeping"),
    ]
    assert ledger(office) == []


def test_a_database_that_is_gone_is_said_and_tried_again(office: Office, watch_at: WatchAt) -> None:
    watch = watch_at("2025-02-16 03:00")
    real, watch.settings = watch.settings, office_at("sqlite:////no/such/folder/ehcp.db").settings
    with structlog.testing.capture_logs() as log:
        assert not watch.look()
    assert {(line["event"], line["log_level"]) for line in log} == {("job failed", "error")}
    watch.settings = real
    assert watch.look()
    assert ledger(office) == [date(2025, 2, 16)]


def test_a_clock_a_year_ahead_does_nothing_and_says_so(office: Office, watch_at: WatchAt) -> None:
    open_requests(office)
    watch_at("2025-02-16 03:00").look()
    with structlog.testing.capture_logs() as log:
        assert not watch_at("2026-02-16 03:00").look()
    assert (log[0]["event"], log[0]["job"]) == ("job failed", "sweep")
    assert ledger(office) == [date(2025, 2, 16)]


def test_the_same_report_is_told_once(watch_at: WatchAt) -> None:
    watch = watch_at("2025-02-16 03:00")
    job = MinuteJob("send", "Send", 5, lambda _: {"waiting": 2, "sent": 0})
    with structlog.testing.capture_logs() as log:
        assert watch.do(job)
        assert watch.do(job)
    assert len(log) == 1


# ----------------------------------------------------------------------------------------------- plan and clock


def test_no_run_is_dropped_for_being_late() -> None:
    scheduler = make_scheduler()
    defaults = scheduler._job_defaults
    assert (defaults["misfire_grace_time"], defaults["coalesce"], defaults["max_instances"]) == (None, True, 1)
    assert str(scheduler.timezone) == "Europe/London"


def test_a_new_plan_takes_the_place_of_the_old_and_begins_at_once(watch_at: WatchAt) -> None:
    scheduler = make_scheduler()
    scheduler.start(paused=True)
    # Planned by a clock that ran a year ahead; then it was set right.
    plan(scheduler, watch_at("2026-06-01 12:00"), at("2026-06-01 12:00"))
    plan(scheduler, watch_at("2025-06-01 12:00"), at("2025-06-01 12:00"))
    begin = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert set(begin) == {"night", "look again", *(job.name for job in MINUTE_JOBS)}
    assert begin["look again"] == begin["send_notices"] == at("2025-06-01 12:00")()


def test_looks_recur_by_minutes() -> None:
    start = datetime(2025, 6, 1, 12, tzinfo=UTC)
    trigger = minute_trigger(5)
    first = trigger.get_next_fire_time(start, start)
    assert first - start == timedelta(minutes=5)


@pytest.mark.parametrize(("set_to", "step"), [("12:00:30", 0), ("12:10", 570), ("11:00", -3630), ("12:01:00", 0)])
def test_a_clock_that_is_set_or_a_machine_that_slept_is_noticed(set_to: str, step: int) -> None:
    moments = iter([datetime(2025, 6, 1, 12, tzinfo=UTC), datetime.fromisoformat(f"2025-06-01T{set_to}+00:00")])
    seconds = iter([1_000.0, 1_030.0])  # half a minute has gone by
    clock = ClockSteps(lambda: next(moments), lambda: next(seconds))
    assert clock.step() == step


def test_once_is_for_cron_it_does_all_there_is_to_do_and_says_whether_it_went_well(office: Office) -> None:
    assert run_once(office.settings)
    assert len(ledger(office)) == len(ledger(office, "housekeeping")) == 1
    assert not run_once(office_at("sqlite:////no/such/folder/ehcp.db").settings)
