"""A bank holiday proclaimed late: what it would move is shown first, and moved only as it was shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.errors import BadInput, Conflict
from ehcp_flow.services.change_calendar import (
    Override,
    calendar_of,
    calendar_text,
    change_calendar,
    fingerprint,
    overrides,
)
from ehcp_flow.services.office import Office
from ehcp_flow.services.preview_calendar_change import preview_calendar_change
from ehcp_flow.services.read_calendar import read_calendar
from ehcp_flow.services.rebuild import rebuild
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_settings import show_settings, without_password
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage import clock_table, flags

MEDIATION = """\
workflow: mediation
title: Mediation about a decision
case_prefix: ME
applies_in: England
covers_from: 2014-09-01
states:
  asked: {title: Mediation asked for}
  held: {title: Mediation held, ended: true}
events:
  mediation_asked: {title: Asked, dated: the day, from: not_started, to: asked}
  mediation_held: {title: Held, dated: the day, from: asked, to: held}
clocks:
  hold_mediation:
    {title: Hold the mediation, cite: act s.53, check: R, basis: law, duty_on: local_authority, within: 3 working days,
     counting: next_day, starts_on: mediation_asked, stops_on: mediation_held}
  wait_for_mediation:
    {title: Wait, cite: act s.53, check: R, basis: law, duty_on: local_authority, within: 2 weeks,
     counting: next_day, starts_on: mediation_asked, stops_on: mediation_held}
"""
# Thursday 3 June 2027; three working days end on Tuesday 8 June, or on the Wednesday if the Friday is a holiday.
EXTRA = Override(date(2027, 6, 4), is_closed=True, name="Extra bank holiday")


@pytest.fixture
def mediating(tmp_path: Path, migrated_url: str) -> Office:
    folder = tmp_path / "workflows"
    folder.mkdir()
    shutil.copy(shipped_workflows() / "sources.yaml", folder)
    (folder / "mediation.yaml").write_text(MEDIATION)
    calendar = tmp_path / "calendar.yaml"
    calendar.write_text("worked: [2027-05-31]\n")
    return Office(Settings(migrated_url, folder, calendar, "Madeupshire", "asmith"))


@pytest.fixture
def three_cases(mediating: Office, story: Callable, today_is: Callable[[date], None]) -> Office:
    today_is(date(2027, 6, 20))
    for ref, *lines in (
        ("ME-1", "2027-06-03 mediation_asked"),
        ("ME-2", "2027-06-03 mediation_asked", "2027-06-09 mediation_held"),
        ("ME-3", "2027-06-07 mediation_asked"),
    ):
        story(ref, *lines, workflow="mediation", at=mediating)
    return mediating


def due_dates(office: Office) -> dict[str, date]:
    with office.database.read() as connection:
        rows = clock_table.clock_rows(connection, date(2030, 1, 1), clock="hold_mediation")
        return {row.case_ref: row.due_on for row in rows}


def with_extra(office: Office) -> Calendar:
    return calendar_of([*overrides(office.calendar), EXTRA])


def test_only_limits_in_working_days_that_run_over_the_day_would_move(three_cases: Office) -> None:
    change = preview_calendar_change(three_cases, with_extra(three_cases))
    assert change.days == (date(2027, 6, 4),)
    assert change.clocks == (("mediation", "hold_mediation"),)
    assert [(each.case_ref, each.due_before, each.due_after, each.is_open) for each in change.moved] == [
        ("ME-1", date(2027, 6, 8), date(2027, 6, 9), True),
        ("ME-2", date(2027, 6, 8), date(2027, 6, 9), False),
    ]
    assert due_dates(three_cases)["ME-1"] == date(2027, 6, 8), "nothing was written"


def flags_of(office: Office, case_ref: str) -> list[str]:
    with office.database.read() as connection:
        return [row.kind for row in flags.flags_of(connection, case_ref)]


def test_an_approved_change_moves_what_was_shown(three_cases: Office) -> None:
    after = with_extra(three_cases)
    shown = preview_calendar_change(three_cases, after)
    assert change_calendar(three_cases, after, fingerprint(shown)) == 2
    assert due_dates(three_cases) == {
        "ME-1": date(2027, 6, 9),
        "ME-2": date(2027, 6, 9),
        "ME-3": date(2027, 6, 10),
    }
    assert overrides(three_cases.calendar)[-1] == EXTRA, "the office reads the file again"


def test_a_breach_that_the_change_undoes_is_cleared_and_no_other(
    mediating: Office, story: Callable, today_is: Callable[[date], None]
) -> None:
    today_is(date(2027, 6, 3))
    for ref in ("ME-1", "ME-2"):
        story(ref, "2027-06-03 mediation_asked", workflow="mediation", at=mediating)
    today_is(date(2027, 6, 9))
    sweep(mediating, date(2027, 6, 9), lambda: datetime(2027, 6, 9, 3, tzinfo=UTC))
    record_event(mediating, "ME-2", "mediation_held", date(2027, 6, 9))
    today_is(date(2027, 6, 11))
    sweep(mediating, date(2027, 6, 11), lambda: datetime(2027, 6, 11, 3, tzinfo=UTC))
    assert "breach" in flags_of(mediating, "ME-1")
    assert "breach" in flags_of(mediating, "ME-2")
    after = with_extra(mediating)
    change_calendar(mediating, after, fingerprint(preview_calendar_change(mediating, after)))
    assert flags_of(mediating, "ME-2")[-1] == "cleared", "met on 9 June, which is now in time"
    assert "cleared" not in flags_of(mediating, "ME-1"), "still not met"


def test_what_was_mended_is_what_a_rebuild_would_make(three_cases: Office) -> None:
    after = with_extra(three_cases)
    change_calendar(three_cases, after, fingerprint(preview_calendar_change(three_cases, after)))
    mended = due_dates(three_cases)
    rebuild(three_cases)
    assert due_dates(three_cases) == mended


def test_a_change_is_refused_if_something_else_would_move_by_now(three_cases: Office, story: Callable) -> None:
    after = with_extra(three_cases)
    shown = fingerprint(preview_calendar_change(three_cases, after))
    story("ME-4", "2027-06-02 mediation_asked", workflow="mediation", at=three_cases)
    with pytest.raises(Conflict, match="Something else would move"):
        change_calendar(three_cases, after, shown)
    assert EXTRA not in overrides(three_cases.calendar)


def test_the_file_is_read_back_as_it_was_written_and_says_who_changed_it(three_cases: Office) -> None:
    path = three_cases.settings.calendar
    assert path is not None
    for number, wanted in enumerate(([EXTRA], []), 1):
        after = calendar_of(wanted)
        change_calendar(three_cases, after, fingerprint(preview_calendar_change(three_cases, after)))
        assert overrides(read_calendar(path)) == wanted
        assert path.read_text().count("by asmith") == number


@pytest.mark.parametrize(
    "name", ["no", 'Queen\'s day: a "second" one', "2027-06-04", "# no remark", "{x: y}", "12:30", "Ünïversal"]
)
def test_whatever_a_holiday_is_called_its_file_can_be_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(calendar_text(calendar_of([Override(date(2027, 6, 4), is_closed=True, name=name)])))
    assert read_calendar(path).closed == ((date(2027, 6, 4), name),)


def test_a_calendar_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(BadInput, match="needs a name"):
        calendar_of([Override(date(2027, 6, 4), is_closed=True)])
    with pytest.raises(BadInput, match="changed twice"):
        calendar_of([EXTRA, Override(date(2027, 6, 4), is_closed=False)])
    with pytest.raises(BadInput, match="outside the calendar"):
        calendar_of([Override(date(2190, 6, 4), is_closed=False)])


def test_without_a_file_nothing_can_be_approved(office: Office) -> None:
    after = calendar_of([EXTRA])
    change = preview_calendar_change(office, after)
    assert change.moved == (), "no clock that is shipped counts working days"
    with pytest.raises(BadInput, match="EHCP_CALENDAR is not set"):
        change_calendar(office, after, fingerprint(change))


def test_settings_are_shown_without_what_is_secret(office: Office) -> None:
    url = "postgresql+psycopg://ehcp:hunter2@db.example:5432/ehcp?sslpassword=hunter3"
    settings = replace(office.settings, database_url=url)
    said = {
        "EHCP_OIDC_CLIENT_SECRET": "hunter4",
        "EHCP_NOTIFY_KEY": "hunter5",
        "EHCP_SOMETHING_NEW": "hunter6",
        "PATH": "/bin",
    }
    shown = {each.name: each.value for each in show_settings(Office(settings), said)}
    assert shown["EHCP_DATABASE_URL"] == "postgresql://ehcp@db.example:5432/ehcp"
    assert shown["EHCP_SOMETHING_NEW"] == "set, not shown"
    assert shown["EHCP_AUTHORITY"] == "Madeupshire"
    assert "hunter" not in str(shown)
    assert "PATH" not in shown


def test_a_databases_address_keeps_its_path() -> None:
    assert without_password("sqlite:////srv/ehcp.db") == "sqlite:////srv/ehcp.db"
    assert without_password("sqlite:///ehcp.db?x=y") == "sqlite:///ehcp.db"
