"""What people see: tables that fit the terminal, one line for each row where output is piped, and words on what to do."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from datetime import date

import pytest

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def busy_database(sqlite_template, at_work, tmp_path_factory):
    """Cases with long titles, long names of providers, corrections, an exception, and officers with long names."""
    path = tmp_path_factory.mktemp("busy") / "ehcp.db"
    shutil.copy(sqlite_template, path)
    with pytest.MonkeyPatch.context() as monkeypatch:
        ehcp = at_work(f"sqlite:///{path}", monkeypatch)
        ehcp("users", "add", "bartholomew.featherstonehaugh", "--team", "Needs assessment (north and east)")
        ehcp.tell(
            "NA-2025-0001", "2025-04-02 request_received source=parent", "2025-05-14 assessment_agreed",
            "2025-05-20 advice_requested provider=speech_and_language_therapy", "2025-05-20 advice_requested provider=educational_psychologist",
            "2025-07-01 exception_recorded exception=personal_circumstances clock=finalise_plan",
        )  # fmt: skip
        ehcp.tell(
            "AR-2025-0001",
            "2024-06-01 previous_review_decided",
            "2025-05-01 review_meeting_held",
            "2025-05-29 amend_decided",
            workflow="annual_review",
        )
        ehcp("correct", "NA-2025-0001", "1", "--on", "2025-04-01", "--reason", "stamped the day before [sic]")
        ehcp("assign", "NA-2025-0001", "--to", "bartholomew.featherstonehaugh")
    return path


@pytest.fixture
def busy(ehcp, busy_database):
    """The command line with that database."""
    shutil.copy(busy_database, ehcp.url.removeprefix("sqlite:///"))
    return ehcp


READING = (
    "due --as-of 2025-08-21",
    "breaches --as-of 2025-08-21",
    "show NA-2025-0001 --as-of 2025-08-21",
    "show AR-2025-0001 --as-of 2025-08-21",
    "explain NA-2025-0001 finalise_plan --trace --as-of 2025-08-21",
    "kpis --year 2025 --as-of 2025-08-21",
    "users list",
    "workflows list",
    "workflows check",
    "workflows show needs_assessment",
)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("words", READING)
def test_nothing_is_wider_than_the_terminal_and_no_word_is_broken(busy, monkeypatch, words, width):
    monkeypatch.setenv("COLUMNS", str(width))
    said = busy(*words.split(), is_terminal=True)
    assert said.code == 0
    plain = COLOUR.sub("", said.out)
    links = ("https://", "http://")
    assert [line for line in plain.splitlines() if len(line) > width and not any(link in line for link in links)] == []
    assert_no_word_is_broken(plain, COLOUR.sub("", piped(busy, monkeypatch, words)))


def piped(ehcp, monkeypatch, words):
    monkeypatch.delenv("COLUMNS")
    return ehcp(*words.split()).out


def assert_no_word_is_broken(shown, whole):
    """Every word on the screen is a word of the whole text (which has one line for each row)."""
    words = set(re.findall(r"\S+", whole))
    strange = {word for word in re.findall(r"\S+", shown) if word not in words}
    assert strange == set()


@pytest.mark.parametrize("words", READING)
def test_piped_output_has_no_colour_and_nothing_is_cut(busy, monkeypatch, words):
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"):
        monkeypatch.setenv(name, "1")
    out = busy(*words.split()).out
    assert "\x1b" not in out
    assert out.strip()


def test_a_piped_list_has_one_line_for_each_clock(busy):
    out = busy("due", "--as-of", "2025-08-21", "--team", "Needs assessment (north and east)").out
    assert len(re.findall(r"^2025-", out, re.MULTILINE)) == 4
    assert re.search(
        r"^2025-07-01 +51 days late +NA-2025-0001 +Respond to a request for advice – educational psychologist \(guidance\) +bartholomew\.featherstonehaugh",
        out,
        re.MULTILINE,
    )


def test_a_list_says_how_many_more_there_are_and_all_shows_them(ehcp):
    for number in range(1, 5):
        ehcp.tell(f"X{number}", "2025-04-02 request_received")
    words = ("due", "--as-of", "2025-05-15", "--clock", "decide_whether_to_assess")
    short = ehcp(*words, "--lines", "3").out
    assert "Overdue (4)" in short
    assert "… and 1 more: --all" in short
    assert "X4" not in short
    assert "X4" in ehcp(*words, "--lines", "3", "--all").out


def test_brackets_in_what_people_typed_are_shown_and_not_taken_for_colour(ehcp):
    ehcp("users", "add", "b[red]", "--team", "[bold]North")
    ehcp.tell("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    ehcp("record", "X1", "setting_consulted", "setting=[link]Oak[/link]", "--on", "2025-05-20", "--note", "see [1]")
    ehcp("assign", "X1", "--to", "b[red]")
    for is_terminal in (True, False):
        shown = COLOUR.sub("", ehcp("show", "X1", is_terminal=is_terminal).out)
        assert "held by b[red] · [bold]North" in shown
        assert "[link]Oak[/link]" in shown
        assert "see [1]" in shown
        listed = COLOUR.sub("", ehcp("due", "--as-of", "2025-06-01", is_terminal=is_terminal).out)
        assert "b[red]" in listed
        assert "[link]Oak[/link]" in listed
        explained = COLOUR.sub("", ehcp("explain", "X1", "answer_consultation", is_terminal=is_terminal).out)
        assert "[link]Oak[/link]" in explained


def test_a_recording_says_what_it_did(ehcp):
    opened = ehcp(
        "open", "needs_assessment", "request_received", "source=parent", "--case", "X1", "--on", "2025-04-02"
    ).out
    assert opened.startswith(
        "Opened X1: Request for an EHC needs assessment received (source parent), Wednesday 2 April 2025\n"
    )
    assert "State     Not started → Deciding whether to assess\n" in opened
    assert re.search(r"^Started +Send the final plan +due 2025-08-20, ", opened, re.MULTILINE)

    recorded = ehcp("record", "X1", "assessment_agreed", "--on", "2025-05-15").out
    assert recorded.startswith(
        "Recorded in X1, entry 2: Family told that there will be an assessment, Thursday 15 May 2025\n"
    )
    assert re.search(
        r"^Stopped +Tell the family whether there will be an assessment +done 2025-05-15, 1 day late",
        recorded,
        re.MULTILINE,
    )

    corrected = ehcp("correct", "X1", "2", "--on", "2025-05-14", "--reason", "post book").out
    assert corrected.startswith(
        "Corrected in X1, entry 3 in the place of entry 2: Family told that there will be an assessment, Wednesday 14 May 2025\n"
    )
    assert re.search(
        r"^Changed +Tell the family whether there will be an assessment +in time, 2025-05-14", corrected, re.MULTILINE
    )

    taken_back = ehcp("correct", "X1", "3", "--retract", "--reason", "not sent").out
    assert taken_back.startswith("Taken back in X1: entry 3, Wednesday 14 May 2025 (by entry 4)\n")
    assert re.search(
        r"^Revived +Tell the family whether there will be an assessment +due 2025-05-14, ", taken_back, re.MULTILINE
    )


def test_the_last_step_names_the_command_that_opens_the_next_case(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    out = ehcp("record", "X1", "final_plan_sent", "--on", "2025-08-20").out
    command = next(line.strip() for line in out.splitlines() if line.strip().startswith("ehcp open "))
    done = ehcp(*command.split()[1:])
    assert done.out.startswith("Opened AR-2025-0001: Plan made for the first time, Wednesday 20 August 2025\n")


def test_what_may_come_next_is_shown_with_its_titles(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received")
    out = ehcp("show", "X1").out
    assert "assessment_agreed   Family told that there will be an assessment\n" in out
    assert "also advice_requested, advice_received" in out
    assert "ehcp record X1 EVENT --on DATE" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("due", "Open a case with: ehcp open --help"),
        ("due --team North", None),
        ("breaches", "No limit is broken on"),
        ("users list", "Add one with: ehcp users add"),
        ("verify", "All 0 entries are as they were recorded."),
        ("rebuild", "Rebuilt 0 clocks of 0 cases from 0 entries."),
        ("kpis", "–"),
    ],
)
def test_an_empty_database_says_what_to_do_next(ehcp, words, says):
    said = ehcp(*words.split())
    if says is None:
        assert (said.code, "Traceback" in said.err) == (1, False)
    else:
        assert (said.code, said.err) == (0, "")
        assert says in said.out


def test_a_new_database_says_what_to_do_next(ehcp_without_database):
    out = ehcp_without_database("init").out
    assert "Next: ehcp users add USERNAME" in out


def test_a_list_that_filters_made_empty_says_so(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received")
    out = ehcp("due", "--basis", "local", "--as-of", "2025-05-15").out
    assert "Nothing is overdue or due in the four weeks from 2025-05-15 with these filters." in out


def in_a_real_terminal(url, width, *words):
    """What a terminal of `width` columns shows, from a program of its own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    environment |= {"EHCP_DATABASE_URL": url, "TERM": "xterm-256color"}
    running = subprocess.Popen(
        [sys.executable, "-m", "ehcp_flow", *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert running.wait(timeout=120) == 0
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [60, 80])
def test_a_real_terminal_shows_colours_and_lines_that_fit(busy, width):
    shown = in_a_real_terminal(busy.url, width, "due", "--as-of", "2025-08-21")
    assert "\x1b[1;31mOverdue" in shown
    lines = COLOUR.sub("", shown).splitlines()
    assert max(map(len, lines)) <= width
    assert any("Decide whether to issue a plan" in line for line in lines)


def test_a_terminal_of_another_age_shows_question_marks_and_no_traceback(busy):
    environment = {**os.environ, "EHCP_DATABASE_URL": busy.url, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "ehcp_flow", "due", "--as-of", "2025-08-21"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Respond to a request for advice ? speech" in done.stdout


def test_a_reader_that_stops_reading_is_no_trouble(busy):
    environment = {**os.environ, "EHCP_DATABASE_URL": busy.url}
    done = subprocess.run(
        f"{sys.executable} -m ehcp_flow workflows show needs_assessment | head -1",
        shell=True,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("EHC needs assessment")


def test_dates_are_england_s(ehcp, today_is):
    today_is(date(2025, 5, 15))
    ehcp.tell("X1", "2025-04-02 request_received")
    assert "on Thursday 15 May 2025" in ehcp("show", "X1").out
    assert "Overdue (1)" in ehcp("due", "--as-of", "today").out
