"""Every business date is swept once, in order, whatever happened to the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from threading import Thread

import pytest

from ehcp_flow.errors import BadInput, Busy, NotAllowed
from ehcp_flow.services import jobs, write_case
from ehcp_flow.services.flagging import settle_flags
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.jobs import NIGHT_JOBS, SWEEP_JOB, NightJob
from ehcp_flow.services.nights import (
    do_nights,
    do_one_night,
    last_night_due,
    missing_nights,
    next_night,
    sweep_time,
    work_through,
)
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import read_settings
from ehcp_flow.storage import flags, night_figures
from ehcp_flow.storage.database import Database
from ehcp_flow.storage.lock import only_one
from ehcp_flow.today import ENGLAND
from tests.scheduler.nights import at, everything_written, flags_of, ledger, office_at, open_requests

SUNDAY, MONDAY, TUESDAY, WEDNESDAY = (date(2025, 2, day) for day in (16, 17, 18, 19))
NEXT_SUNDAY = date(2025, 2, 23)


def february(*days: int) -> list[date]:
    return [date(2025, 2, day) for day in days]


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = office_at(database_url)
    initialise(made)
    open_requests(made)
    yield made
    made.database.close()


# ------------------------------------------------------------------------------- which nights, and in what order


def test_the_very_first_night_is_the_one_asked_for(office: Office) -> None:
    assert missing_nights(office, SUNDAY) == [SUNDAY]
    assert [night.business_date for night in do_nights(office, SUNDAY)] == [SUNDAY]
    assert missing_nights(office, SUNDAY) == []


def test_a_machine_that_slept_for_a_week_makes_up_every_night_in_order(office: Office) -> None:
    do_nights(office, SUNDAY)
    done = do_nights(office, NEXT_SUNDAY)
    assert [night.business_date for night in done] == february(17, 18, 19, 20, 21, 22, 23)
    assert ledger(office) == february(16, 17, 18, 19, 20, 21, 22, 23)
    assert [flag for flag in flags_of(office) if flag[1] == "breach"] == [
        ("NA-0106", "breach", date(2025, 2, 18)),
        ("NA-0107", "breach", date(2025, 2, 19)),
        ("NA-0108", "breach", date(2025, 2, 20)),
        ("NA-0110", "breach", date(2025, 2, 22)),
    ]


def test_running_twice_changes_nothing(office: Office) -> None:
    do_nights(office, SUNDAY)
    do_nights(office, NEXT_SUNDAY)
    before = everything_written(office)
    assert do_nights(office, NEXT_SUNDAY) == []
    do_one_night(office, NEXT_SUNDAY)
    assert everything_written(office) == before


def test_a_run_that_is_cut_off_goes_on_where_it_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sweep

    def fails_on_wednesday(office: Office, day: date, now: object) -> object:
        if day == WEDNESDAY:
            raise OSError("power cut")
        return real(office, day, now)  # type: ignore[arg-type]

    do_nights(office, SUNDAY)
    monkeypatch.setattr(jobs, "sweep", fails_on_wednesday)
    with pytest.raises(OSError, match="power cut"):
        do_nights(office, NEXT_SUNDAY)
    assert ledger(office) == february(16, 17, 18)
    monkeypatch.setattr(jobs, "sweep", real)
    assert [night.business_date for night in do_nights(office, NEXT_SUNDAY)] == february(19, 20, 21, 22, 23)
    assert [flag[2] for flag in flags_of(office) if flag[1] == "breach"] == february(18, 19, 20, 22)


def test_asked_to_stop_it_stops_between_two_nights(office: Office) -> None:
    do_nights(office, SUNDAY)
    asked = iter([False, False, True])
    done = list(work_through(office, SWEEP_JOB, NEXT_SUNDAY, stop=lambda: next(asked)))
    assert [night.business_date for night in done] == [MONDAY, TUESDAY]
    assert ledger(office) == [SUNDAY, MONDAY, TUESDAY]


def test_one_night_alone_makes_up_what_was_missed_before_it(office: Office) -> None:
    do_nights(office, SUNDAY)
    assert do_one_night(office, NEXT_SUNDAY).report["new_breaches"] == 4
    assert ledger(office) == [SUNDAY, NEXT_SUNDAY]
    assert missing_nights(office, NEXT_SUNDAY) == []


# ---------------------------------------------------------------------------------------------------- one at a time


def test_while_another_works_we_say_so_and_do_nothing(office: Office) -> None:
    with only_one(office.database), pytest.raises(Busy):
        do_nights(office, SUNDAY)
    assert ledger(office) == []


def test_nights_that_another_did_while_we_waited_are_not_done_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def had_by_another_before(database: Database, **_: object) -> Iterator[None]:
        monkeypatch.setattr("ehcp_flow.services.nights.only_one", only_one)
        assert len(do_nights(office, WEDNESDAY)) == 3
        with only_one(database):
            yield

    do_nights(office, SUNDAY)
    monkeypatch.setattr("ehcp_flow.services.nights.only_one", had_by_another_before)
    assert do_nights(office, WEDNESDAY) == []


def test_where_nothing_is_missing_nobody_waits_for_the_lock(office: Office) -> None:
    do_nights(office, SUNDAY)
    with only_one(office.database):
        assert do_nights(office, SUNDAY) == []


def test_a_night_waits_for_a_recording_that_is_half_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that, the night misses the case's rows and the recording misses the night: no flag, for ever."""
    real, began = settle_flags, []

    def a_night_begins_meanwhile(*arguments: object) -> object:
        settled = real(*arguments)  # type: ignore[arg-type]
        night = Thread(target=do_nights, args=(office_at(office.settings.database_url), WEDNESDAY))
        night.start()
        night.join(timeout=0.5)
        began.append(night)
        assert night.is_alive(), "the night went ahead of an unfinished recording"
        return settled

    do_nights(office, SUNDAY)
    monkeypatch.setattr(write_case, "settle_flags", a_night_begins_meanwhile)
    open_case(office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="LATE")
    began[0].join(timeout=120)
    assert ledger(office)[-1] == WEDNESDAY
    assert ("LATE", "breach", TUESDAY) in flags_of(office)


# ------------------------------------------------------------------------------------------- clocks that are wrong


def test_a_clock_a_day_behind_does_no_night_again(office: Office) -> None:
    do_nights(office, WEDNESDAY)
    before = everything_written(office)
    assert do_nights(office, TUESDAY) == []
    assert everything_written(office) == before


def test_a_clock_a_day_ahead_costs_no_night_and_its_early_flag_is_cleared(office: Office) -> None:
    do_nights(office, SUNDAY)
    # The 17th is the last day of the first limit; by a clock that is a day ahead it is past.
    do_nights(office, TUESDAY)
    assert ("NA-0106", "breach", TUESDAY) in flags_of(office)
    record_event(office, "NA-0106", "assessment_agreed", MONDAY)
    assert [flag[1] for flag in flags_of(office) if flag[0] == "NA-0106"][-1] == "cleared"
    # The clock is set right: the 18th is done, and the 19th follows in its time.
    assert do_nights(office, MONDAY) == do_nights(office, TUESDAY) == []
    assert [night.business_date for night in do_nights(office, WEDNESDAY)] == [WEDNESDAY]
    assert [flag for flag in flags_of(office) if flag[1] == "breach"][1:] == [("NA-0107", "breach", WEDNESDAY)]


@pytest.mark.parametrize("until", [date(2025, 4, 1), date(2026, 2, 17)])
def test_a_jump_past_all_that_the_database_knows_of_is_refused(office: Office, until: date) -> None:
    do_nights(office, SUNDAY, now=at("2025-02-16 03:00"))
    with pytest.raises(NotAllowed, match=r"after the last thing the database knows of .2025-02-16.*ehcp sweep --date"):
        do_nights(office, until, now=at(f"{until} 03:00"))
    assert ledger(office) == [SUNDAY]


def test_a_history_typed_in_today_is_news_of_today(office: Office) -> None:
    do_nights(office, SUNDAY, now=at("2025-02-16 03:00"))
    open_case(office, "needs_assessment", "request_received", date(2025, 2, 12), case_ref="TYPED-TODAY")
    assert len(do_nights(office, date(2025, 4, 1))) == 44


def test_whoever_is_sure_of_the_date_may_have_it(office: Office) -> None:
    do_nights(office, SUNDAY, now=at("2025-02-16 03:00"))
    done = list(work_through(office, SWEEP_JOB, date(2025, 4, 1), is_sure=True))
    assert (len(done), done[-1].business_date) == (44, date(2025, 4, 1))


def test_nights_without_a_single_entry_are_news_enough(office: Office) -> None:
    for day in (date(2025, 3, 9), date(2025, 4, 5), date(2025, 5, 1)):
        assert do_nights(office, day, now=at(f"{day} 03:00"))[-1].business_date == day


def test_the_database_servers_clock_is_believed_before_our_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    do_nights(office, SUNDAY)
    monkeypatch.setattr(night_figures, "server_time", lambda _: datetime(2025, 2, 17, 23, 59, tzinfo=UTC))
    assert do_nights(office, MONDAY) != []
    with pytest.raises(NotAllowed, match="clock is ahead: it says 2025-02-18, the database server's says 2025-02-17"):
        do_nights(office, TUESDAY)


# ------------------------------------------------------------------------------------- hours, and clock changes


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-06-10 01:29", date(2026, 6, 9)),  # 02:29 in summer time
        ("2026-06-10 01:30", date(2026, 6, 10)),
        ("2026-06-10 23:30", date(2026, 6, 10)),  # 00:30 on the 11th, whose hour has not come
        ("2026-12-10 02:29", date(2026, 12, 9)),
        ("2026-12-10 02:30", date(2026, 12, 10)),
        ("2026-03-29 01:29", date(2026, 3, 28)),  # clocks went from 01:00 to 02:00 half an hour ago
        ("2026-03-29 01:30", date(2026, 3, 29)),
        ("2026-10-25 01:30", date(2026, 10, 24)),  # 01:30 for the second time
        ("2026-10-25 02:30", date(2026, 10, 25)),
    ],
)
def test_a_night_comes_when_the_clock_on_the_wall_says_so(moment: str, until: date) -> None:
    assert last_night_due(at(moment)(), time(2, 30)) == until


def test_an_hour_that_the_clocks_skip_or_repeat_loses_no_night() -> None:
    half_past_one = time(1, 30)
    assert last_night_due(at("2026-03-29 01:00")(), half_past_one) == date(2026, 3, 29)  # 02:00; there was no 01:30
    assert last_night_due(at("2026-10-25 00:30")(), half_past_one) == date(2026, 10, 25)  # the first 01:30
    assert last_night_due(at("2026-10-25 01:00")(), half_past_one) == date(2026, 10, 24)  # 01:00 again: done already


def test_the_next_night_is_said_in_englands_time() -> None:
    assert next_night(at("2026-03-28 12:00")(), time(2, 30)) == datetime(2026, 3, 29, 2, 30, tzinfo=ENGLAND)
    assert next_night(at("2026-10-24 12:00")(), time(2, 30)).isoformat() == "2026-10-25T02:30:00+00:00"


@pytest.mark.parametrize("wrong", ["25:00", "half past two", "02:30:15", "02:30Z", "2"])
def test_an_hour_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput, match="EHCP_SWEEP_AT"):
        sweep_time(read_settings({"EHCP_SWEEP_AT": wrong}))


def test_the_hour_is_half_past_two_unless_said() -> None:
    assert sweep_time(read_settings({})) == time(2, 30)
    assert sweep_time(read_settings({"EHCP_SWEEP_AT": "00:15"})) == time(0, 15)


# ------------------------------------------------------------------------------------------ reports, and other jobs


def test_the_ledger_keeps_what_was_done_how_long_it_took_and_what_was_skipped_and_why(office: Office) -> None:
    record_event(
        office,
        "NA-0107",
        "exception_recorded",
        date(2025, 2, 12),
        {"exception": "personal_circumstances", "clock": "decide_whether_to_assess"},
    )
    do_nights(office, SUNDAY)
    do_nights(office, WEDNESDAY)
    with office.database.read() as connection:
        rows = {row.business_date: row.report for row in flags.runs_of(connection, "sweep", 9)}
    assert rows[TUESDAY]["by_clock"] == {"decide_whether_to_assess": 1}
    assert rows[WEDNESDAY]["skipped"] == {"lifted by an exception": 1}
    assert rows[WEDNESDAY]["new_breaches"] == 0
    assert 0 < rows[SUNDAY]["seconds"] < 60


def test_a_new_job_needs_one_entry(office: Office) -> None:
    done = []

    def write_return(office: Office, day: date, now: object) -> dict[str, int]:
        done.append(day)
        with office.database.write() as connection:
            flags.finish_run(connection, "monthly_return", day, datetime(2025, 1, 1, tzinfo=UTC), {})
        return {}

    monthly = NightJob("monthly_return", "The month's return", write_return, falls_on=lambda day: day.day == 3)
    for until in (date(2025, 3, 3), date(2025, 3, 9), date(2025, 6, 1), date(2025, 6, 3)):
        list(work_through(office, monthly, until, is_sure=True))
    assert done == [date(2025, 3, 3), date(2025, 4, 3), date(2025, 5, 3), date(2025, 6, 3)]


def test_housekeeping_is_done_once_however_many_nights_were_missed(office: Office, database_kind: str) -> None:
    keep_house = next(job for job in NIGHT_JOBS if job.name == "housekeeping")
    list(work_through(office, keep_house, SUNDAY))
    (night,) = work_through(office, keep_house, NEXT_SUNDAY)
    assert ledger(office, "housekeeping") == [SUNDAY, NEXT_SUNDAY]
    assert night.report["analysed" if database_kind == "postgresql" else "log_emptied"]


def test_jobs_have_names_of_their_own() -> None:
    names = [job.name for job in (*NIGHT_JOBS, *jobs.MINUTE_JOBS)]
    assert len(names) == len(set(names))
    assert NIGHT_JOBS[0] is SWEEP_JOB
