"""Whoever watches is told the truth: the last nights, what is missing, what waits, how much is broken."""

from __future__ import annotations

import stat
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from ehcp_flow.errors import BadInput
from ehcp_flow.services.list_work import list_breaches
from ehcp_flow.services.metrics import metrics, metrics_in_any_case, write_whole
from ehcp_flow.services.night_status import night_status
from ehcp_flow.services.nights import do_nights
from ehcp_flow.services.office import Office
from ehcp_flow.services.record_event import record_event
from ehcp_flow.storage import night_figures
from ehcp_flow.storage.tables import Notice, sql_table
from tests.scheduler.nights import at, office_at, open_requests

SUNDAY, MONDAY = date(2025, 2, 16), date(2025, 2, 17)


@pytest.fixture(autouse=True)
def the_servers_clock_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests live in February 2025; a PostgreSQL server does not."""
    monkeypatch.setattr(night_figures, "server_time", lambda _: None)


@pytest.fixture
def swept(office: Office) -> Office:
    open_requests(office)
    do_nights(office, SUNDAY, now=at("2025-02-16 02:31"))
    return office


def figures(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.mark.parametrize(
    ("moment", "missing"),
    [
        ("2025-02-16 23:59", ()),
        ("2025-02-17 02:30", ()),  # its time has come, and it has an hour to be done
        ("2025-02-17 03:29", ()),
        ("2025-02-17 03:30", (MONDAY,)),
        ("2025-02-18 12:00", (MONDAY, date(2025, 2, 18))),
    ],
)
def test_a_night_is_missing_when_it_had_an_hour_to_be_done(
    swept: Office, moment: str, missing: tuple[date, ...]
) -> None:
    status = night_status(swept, at(moment))
    assert status.missing == missing
    assert status.is_well is not bool(missing)


def test_another_hour_for_the_night_is_an_hour_for_the_status_too(swept: Office) -> None:
    later = office_at(swept.settings.database_url, sweep_at="06:00")
    assert night_status(later, at("2025-02-17 06:59")).is_well
    assert not night_status(later, at("2025-02-17 07:00")).is_well
    later.database.close()


def test_the_status_tells_the_last_runs_the_next_and_what_waits(swept: Office) -> None:
    with swept.database.write() as connection:
        for key, given_up_at in (("a", None), ("b", None), ("c", datetime(2025, 2, 1, tzinfo=UTC))):
            row = {"key": key, "kind": "digest", "recipient": "officer asmith", "business_date": SUNDAY, "attempts": 0}
            said = {"subject": "s", "text": "t", "html": "h", "created_at": datetime(2025, 1, 1, tzinfo=UTC)}
            connection.execute(insert(sql_table(Notice)), {**row, **said, "given_up_at": given_up_at})
    status = night_status(swept, at("2025-02-16 14:31"))
    assert status.sweep_age_hours == 12
    assert status.next_at.isoformat() == "2025-02-17T02:30:00+00:00"
    assert (status.notices_waiting, status.notices_given_up) == (2, 1)
    (run,) = status.jobs[0].runs
    assert (run.business_date, run.report["new_breaches"]) == (SUNDAY, 0)


def test_housekeeping_that_was_not_done_wakes_nobody(swept: Office) -> None:
    status = night_status(swept, at("2025-02-16 14:31"))
    assert status.jobs[1].missing == (SUNDAY,)
    assert status.is_well


def test_a_clock_that_was_ahead_is_doubted_when_it_is_right_again(swept: Office) -> None:
    do_nights(swept, date(2025, 2, 20), now=at("2025-02-20 02:31"))
    status = night_status(swept, at("2025-02-19 14:00"))
    assert not status.is_well
    assert "The night of 2025-02-20 is done, and today is 2025-02-19" in status.doubts[0]


def test_entries_from_days_to_come_are_doubted(swept: Office) -> None:
    assert night_status(swept, at("2025-02-10 02:00")).doubts[-1].startswith("The night of 2025-02-16 is done")
    assert night_status(swept, at("2025-02-09 12:00")).doubts[-1].startswith("Something is recorded for 2025-02-10")


def test_a_clock_two_minutes_from_the_servers_is_doubted(swept: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night_figures, "server_time", lambda _: datetime(2025, 2, 16, 14, 0, tzinfo=UTC))
    assert night_status(swept, at("2025-02-16 14:01")).is_well
    assert "14:03 UTC, the server's 2025-02-16 14:00" in night_status(swept, at("2025-02-16 14:03")).doubts[0]


def test_the_server_is_asked_the_time_where_there_is_one(
    office: Office, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with office.database.read() as connection:
        assert (night_figures.server_time(connection) is None) == (database_kind == "sqlite")


# ------------------------------------------------------------------------------------------------------- metrics


def test_the_metrics_count_what_the_lists_list(swept: Office) -> None:
    day = date(2025, 5, 1)
    found = figures(metrics(swept, at(f"{day} 12:00")))
    by_basis = Counter(each.basis for each in list_breaches(swept, day))
    assert found["ehcp_open_breaches{basis=law}"] == by_basis["law"] == 5
    assert found["ehcp_open_breaches{basis=guidance}"] == by_basis["guidance"] == 3
    assert found["ehcp_open_breaches{basis=local}"] == 0
    assert found["ehcp_journal_entries"] == 5
    assert found["ehcp_nights_missing"] == 74
    assert found["ehcp_up"] == 1


def test_a_limit_on_its_last_day_and_one_that_is_lifted_are_no_breaches(swept: Office) -> None:
    said = {"exception": "personal_circumstances", "clock": "decide_whether_to_assess"}
    record_event(swept, "NA-0107", "exception_recorded", date(2025, 2, 12), said)
    # Past their day are NA-0106, NA-0107 (lifted) and NA-0108; NA-0110 has this day left.
    found = figures(metrics(swept, at("2025-02-21 12:00")))
    assert found["ehcp_open_breaches{basis=law}"] == 2


def test_the_metrics_tell_the_age_and_length_of_the_last_sweep(swept: Office) -> None:
    found = figures(metrics(swept, at("2025-02-17 08:31")))
    assert found["ehcp_sweep_age_hours"] == 30
    assert found["ehcp_last_run_timestamp_seconds{job=sweep}"] == at("2025-02-16 02:31")().timestamp()
    assert 0 < found["ehcp_last_run_duration_seconds{job=sweep}"] < 60
    assert found["ehcp_nights_missing"] == 1


def test_limits_near_are_those_within_their_warning_time_and_not_past(swept: Office) -> None:
    expected = night_status(swept, at("2025-02-16 12:00")).jobs[0].runs[0].report["new_near"]
    assert expected > 0
    assert figures(metrics(swept, at("2025-02-16 12:00")))["ehcp_limits_near"] == expected


def test_where_the_database_cannot_be_read_the_figures_say_so(tmp_path: Path) -> None:
    text, trouble = metrics_in_any_case(office_at(f"sqlite:///{tmp_path / 'gone.db'}"))
    assert figures(text) == {"ehcp_up": 0, "ehcp_build_info{version=0.1.0}": 1}
    assert "There is no database" in str(trouble)


def test_a_file_of_figures_is_whole_and_may_be_read_by_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "ehcp.prom"
    path.write_text("old and much, much longer\n")
    write_whole(path, "ehcp_up 1.0\n")
    assert path.read_text() == "ehcp_up 1.0\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        write_whole(tmp_path / "no such folder" / "ehcp.prom", "")
