"""A child called Zzcanary is in the database. Nothing that is logged, or said in passing, holds the name."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from ehcp_flow.cli.app import main
from ehcp_flow.cli.arguments import office as cli_office
from ehcp_flow.errors import BadInput
from ehcp_flow.logs import set_up_logs
from ehcp_flow.scheduler.watch import Watch
from ehcp_flow.services.jobs import MinuteJob
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.storage import people
from ehcp_flow.storage.tables import Person
from ehcp_flow.today import today
from tests.scheduler.nights import everything_written, office_at

NAME = "Zzcanary"


@pytest.fixture
def with_a_child(office: Office) -> Office:
    received = today() - timedelta(days=50)
    child = NewPerson(NAME, f"{NAME}son", date(2018, 2, 28), upn="X000000000000")
    open_case(office, "needs_assessment", "request_received", received, case_ref="C-1", person=child, note=f"{NAME}.")
    record_event(office, "C-1", "assessment_agreed", received + timedelta(days=40), note=f"{NAME}'s mother rang.")
    return office


@pytest.fixture(params=["text", "json"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Logs of each kind, and afterwards none."""
    before = logging.getLogger().handlers
    set_up_logs(request.param)
    yield request.param
    logging.getLogger().handlers = before
    structlog.reset_defaults()


Say = Callable[..., tuple[str, str]]


@pytest.fixture
def say(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Say]:
    """Runs a command as it is typed, and gives what it says and what it says on the error stream."""

    def run(*arguments: str, database_url: str = office.settings.database_url) -> tuple[str, str]:
        monkeypatch.setenv("EHCP_DATABASE_URL", database_url)
        monkeypatch.setattr("sys.argv", ["ehcp", *arguments])
        cli_office.cache_clear()
        with pytest.raises(SystemExit):
            main()
        cli_office().database.close()
        captured = capsys.readouterr()
        return captured.out, captured.err

    yield run
    cli_office.cache_clear()


def test_the_whole_nights_work_logs_no_name(
    with_a_child: Office, kind: str, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EHCP_LOG", kind)
    said = [
        *say("scheduler", "run", "--once"),
        *say("sweep", "--only"),
        *say("scheduler", "status"),
        *say("scheduler", "status", "--json"),
        *say("metrics"),
    ]
    assert "night done" in said[1]
    assert "ehcp_up 1.0" in said[-2]
    assert NAME.lower() not in "".join(said).lower()


def test_recording_and_its_refusals_say_no_name_on_the_error_stream(with_a_child: Office, say: Say) -> None:
    note = ("--note", NAME)
    said = [
        say("record", "C-1", "advice_requested", "provider=school", *note),
        say("record", "C-1", "final_plan_sent", *note),
        say("record", "C-1", "advice_requested", "provider=school", "--on", "2999-01-01", *note),
        say("open", "needs_assessment", "request_received", "--case", "C-1", *note),
        say("record", "C-1", "died", *note, database_url="sqlite:////no/folder/x.db"),
    ]
    assert [bool(refusal) for _, refusal in said] == [False, True, True, True, True]
    assert NAME not in "".join(refusal for _, refusal in said)


def test_an_unexpected_error_is_logged_by_its_kind_and_place_only(
    with_a_child: Office, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_office: Office) -> dict[str, int]:
        raise LookupError(f"no plan for {NAME}")

    watch = Watch(with_a_child.settings, structlog.get_logger())
    assert not watch.do(MinuteJob("broken", "Break", 5, fails))
    said = capsys.readouterr().err
    assert "LookupError" in said
    assert "test_logs.py" in said
    assert NAME not in said


def test_notices_that_could_not_be_written_are_told_of_without_a_name(
    with_a_child: Office, kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(*_: object) -> int:
        raise LookupError(f"no officer for {NAME}")

    channels = tmp_path / "channels.yaml"
    channels.write_text("days: every day\n")
    monkeypatch.setattr("ehcp_flow.services.write_notices.write_notices", fails)
    office = office_at(with_a_child.settings.database_url, channels=channels, sweep_at="00:00")
    assert Watch(office.settings, structlog.get_logger()).look()
    said = capsys.readouterr().err
    assert "No notices were written: a mistake in the program (LookupError at test_logs.py" in said
    assert "level=warning" in said or '"level": "warning"' in said
    assert NAME not in said
    assert NAME not in "".join(everything_written(with_a_child))


def test_an_error_of_the_database_is_logged_without_what_was_being_written(
    with_a_child: Office, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL quotes the whole row that it refuses."""
    row: dict[str, Any] = {
        "person_ref": None,
        "given_name": NAME,
        "family_name": NAME,
        "looked_after": False,
        "flags": [],
    }

    def fails(office: Office) -> dict[str, int]:
        with office.database.engine.begin() as connection:
            people.add(connection, Person, [row])
        return {}

    watch = Watch(with_a_child.settings, structlog.get_logger())
    assert not watch.do(MinuteJob("broken", "Break", 5, fails))
    said = capsys.readouterr().err
    assert "IntegrityError" in said
    assert NAME not in said


def test_other_programs_parts_log_errors_without_their_messages_too(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise LookupError(NAME)
    except LookupError:
        logging.getLogger("some.library").exception("It failed.")
    logging.getLogger("some.library").info("Nobody wants to know.")
    said = capsys.readouterr().err
    assert "It failed." in said
    assert "LookupError" in said
    assert NAME not in said
    assert "Nobody" not in said


def test_our_own_errors_are_logged_in_our_own_words(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise BadInput("The hour is wrong.", next="Write it as 02:30.")
    except BadInput:
        structlog.get_logger().exception("job failed", job="sweep")
    assert "The hour is wrong. Write it as 02:30." in capsys.readouterr().err


def test_json_is_a_line_for_each_event_and_text_is_key_and_value(capsys: pytest.CaptureFixture[str]) -> None:
    for each in ("json", "text"):
        set_up_logs(each)
        structlog.get_logger().info("night done", job="sweep", by_clock={"finalise_plan": 2}, is_good=True)
    structlog.reset_defaults()
    as_json, as_text = capsys.readouterr().err.splitlines()
    line = json.loads(as_json)
    assert (line["event"], line["level"], line["by_clock"]) == ("night done", "info", {"finalise_plan": 2})
    assert 'level=info event="night done"' in as_text
    assert "by_clock=finalise_plan:2" in as_text
    assert "is_good=true" in as_text
