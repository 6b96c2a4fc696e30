"""What IT and an officer type: ehcp notices, and ehcp calendar."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ehcp_flow.cli import arguments
from ehcp_flow.cli.app import main
from ehcp_flow.services.assign import assign
from tests.notices.conftest import morning

LATE_DAY = date(2025, 5, 15)


@pytest.fixture
def ehcp(story, office, staff, told, mail, monkeypatch, capsys):
    """Runs a command in an office with one notice waiting for asmith; gives code, output and errors."""
    story("X1", "2025-04-02 request_received")
    assign(office, "X1", "asmith")
    office = told(f"mail: {mail.url}\nofficers: {{asmith: [asmith@council.example]}}\n")
    morning(office, LATE_DAY)
    monkeypatch.setenv("EHCP_DATABASE_URL", office.settings.database_url)
    monkeypatch.setenv("EHCP_CHANNELS", str(office.settings.channels))
    arguments.office.cache_clear()

    def run(*words):
        monkeypatch.setattr("sys.argv", ["ehcp", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    yield run
    arguments.office().database.close()
    arguments.office.cache_clear()


def test_list_send_and_show_follow_a_notice_on_its_way(ehcp, mail):
    code, out, _ = ehcp("notices", "list")
    assert code == 0
    assert ["2025-05-15", "officer", "asmith", "digest", "waiting", "0"] in [line.split() for line in out.splitlines()]
    assert ehcp("notices", "send")[1] == ("1 sent, 0 to be tried again, 0 given up.\n0 wait; 0 were given up in all.\n")
    assert ehcp("notices", "list")[1] == "Every notice has been sent.\n"
    (row,) = json.loads(ehcp("notices", "list", "--sent", "--json")[1])
    assert (row["standing"], row["recipient"], row["attempts"]) == ("sent", "officer asmith", 1)
    assert mail.keys == [row["key"]]
    assert "newly late 1 law" in ehcp("notices", "show", row["key"])[1]


def test_a_mail_server_that_refuses_shows_in_the_list_with_the_next_try(ehcp, mail):
    mail.mood = "refuses"
    assert ehcp("notices", "send", "--json")[:2] == (
        0,
        '{\n  "sent": 0,\n  "failed": 1,\n  "given_up": 0,\n  "waiting": 1,\n  "dead": 0\n}\n',
    )
    out = " ".join(ehcp("notices", "list")[1].split())
    assert "tried 1 The mail server 127.0.0.1 refused the recipient (550).; again" in out
    assert ehcp("notices", "list", "--dead")[1] == "No notice was given up.\n"


def test_retry_wants_one_or_all(ehcp):
    assert ehcp("notices", "retry")[0] == 2
    code, _, err = ehcp("notices", "retry", "asmith")
    assert code == 1
    assert "was not given up" in err
    assert ehcp("notices", "retry", "--all-dead")[1] == "None was given up.\n"


def test_check_and_preview_send_nothing(ehcp, mail):
    _, out, _ = ehcp("notices", "check")
    assert "e-mail to asmith@council.example" in out
    assert "Look at this: Officers who are told nothing: bjones, cwest." in out
    assert "NEWLY LATE (1 law)" in ehcp("notices", "preview", "officer", "asmith", "--as-of", "2025-05-15")[1]
    assert ehcp("notices", "preview", "officer", "bjones", "--as-of", "2025-05-15")[1] == (
        "There is nothing to tell, so nothing would be sent.\n"
    )
    assert mail.taken == []


def test_preview_writes_html_to_look_at(ehcp, tmp_path):
    page = tmp_path / "team.html"
    assert ehcp("notices", "preview", "team", "North", "--as-of", "2025-05-15", "--html", page)[0] == 0
    assert "North this morning" in page.read_text(encoding="utf-8")


def test_a_file_with_mistakes_is_one_clear_message(ehcp, told):
    told("oficers: {}")
    code, _, err = ehcp("notices", "send")
    assert code == 1
    assert "channels.yaml:1: `oficers` is not known here" in err


def test_without_a_file_the_commands_say_what_to_do(ehcp, monkeypatch):
    monkeypatch.delenv("EHCP_CHANNELS")
    arguments.office.cache_clear()
    for command in ("send", "check"):
        code, _, err = ehcp("notices", command)
        assert (code, err.count("\n")) == (1, 1)
        assert "EHCP_CHANNELS is not set" in err


def test_calendar_writes_a_file_or_prints_it(ehcp, tmp_path):
    path = tmp_path / "asmith.ics"
    assert ehcp("calendar", "asmith", "--out", path)[1] == f"3 due dates of asmith are in {path}.\n"
    printed = ehcp("calendar", "asmith", "--out", "-")[1]
    assert printed.count("BEGIN:VEVENT") == path.read_text(encoding="utf-8").count("BEGIN:VEVENT") == 3
    assert "There is no officer asmyth." in ehcp("calendar", "asmyth", "--out", path)[2]
