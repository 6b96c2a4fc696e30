"""0 done, 1 refused with one clear line, 2 wrong usage, 3 breaches found; and never a traceback."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, text

from ehcp_flow.services import show_case


def refused(said):
    """The one line of a refusal."""
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert line.startswith("ehcp: ")
    return line.removeprefix("ehcp: ")


def test_a_case_from_end_to_end(ehcp_on_both):
    ehcp = ehcp_on_both
    assert ehcp("open", "needs_assessment", "request_received", "--case", "X1", "--on", "2025-04-02").code == 0
    for line in (
        "assessment_agreed --on 2025-05-14",
        "draft_plan_sent --on 2025-07-20",
        "final_plan_sent --on 2025-08-20",
    ):
        assert ehcp("record", "X1", *line.split()).code == 0
    assert "Final plan issued" in ehcp("show", "X1").out
    assert "in time" in ehcp("explain", "X1", "finalise_plan").out
    assert ehcp("breaches", "--exit-code").code == 0
    assert ehcp("verify").out == "All 4 entries are as they were recorded.\n"


def test_breaches_end_with_three_only_if_asked_and_only_if_there_are_any(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received")
    assert ehcp("breaches", "--as-of", "2025-05-14", "--exit-code").code == 0
    assert ehcp("breaches", "--as-of", "2025-05-15", "--exit-code").code == 3
    assert ehcp("breaches", "--as-of", "2025-05-15", "--exit-code", "--json").code == 3
    assert ehcp("breaches", "--as-of", "2025-05-15").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("show X9", "There is no case X9. Open one with: ehcp open"),
        ("record X9 died --on 2025-04-02", "There is no case X9."),
        ("record X1 draft_plan_sent --on 2025-06-01", "draft_plan_sent is not allowed while case X1 is requested."),
        ("record X1 final_plan --on 2025-06-01", "has no event called final_plan. Did you mean final_plan_sent?"),
        ("record X1 advice_requested --on 2025-06-01", "advice_requested needs `provider`"),
        ("record X1 assessment_agreed --on 2199-01-01", "cannot be recorded for a day that has not come."),
        ("record X1 assessment_agreed --on 2025-05-01 --if-entries 5", "Case X1 has changed since you looked."),
        ("correct X1 1 --on 2025-04-01", "A correction needs a reason. Give --reason"),
        ("correct X1 7 --retract --reason x", "Case X1 has no entry 7."),
        ("assign X1", "Nobody was named to hold the case."),
        ("assign X1 --to nobody", "There is no officer nobody."),
        ("explain X1 finalise", "Case X1 has no clock finalise on"),
        ("due --officer nobody", "There is no officer nobody."),
        ("due --clock plans", "There is no clock called plans."),
        ("kpis --kpi plans", "There is no figure called plans."),
        ("kpis --from 2025-02-01 --to 2025-01-01", "The period ends on 2025-01-01, before it begins on 2025-02-01."),
        ("open needs_assessment request_received --case X1 --on 2025-04-02", "There is a case X1 already."),
        ("open tribunal appeal --on 2025-04-02", "tribunal"),
        ("workflows show tribunal", "tribunal"),
        ("workflows test tribunal", "tribunal"),
    ],
)
def test_a_refusal_is_one_clear_line(ehcp, words, said):
    ehcp.tell("X1", "2025-04-02 request_received")
    assert said in refused(ehcp(*words.split()))


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "show",
        "show X1 --as-of yesterday",
        "show X1 --as-of 2025-02-29",
        "show X1 --as-of 9999-12-31",
        "due --as-of 0001-01-01",
        "show X1 --known-at noon",
        "record X1",
        "record X1 advice_requested school",
        "record X1 died --on 2/4/2025",
        "correct X1 first --retract --reason x",
        "due --basis habit",
        "due --lines 0",
        "kpis --month 2025-13",
        "kpis --month 2025-1",
        "kpis --year 99999",
        "kpis --year 2025 --month 2025-05",
        "open needs_assessment request_received --born 1/5/2019",
        "open needs_assessment request_received --person P-1 --given-name Robin",
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_is_right(ehcp, words):
    ehcp.tell("X1", "2025-04-02 request_received")
    said = ehcp(*words.split())
    assert (said.code, said.out) == (2, "")
    assert "Usage:" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("month", "last"), [("2024-02", "2024-02-29"), ("2025-02", "2025-02-28"), ("2025-12", "2025-12-31")]
)
def test_a_month_ends_on_its_last_day(ehcp, month, last):
    assert ehcp("kpis", "--month", month, "--json").json["to"] == last


def test_a_bad_entry_found_by_verify_ends_with_one(ehcp_on_both, database_kind, migrated_url):
    ehcp = ehcp_on_both
    ehcp.tell("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    engine = create_engine(migrated_url)
    drop = {"sqlite": "DROP TRIGGER journal_no_update", "postgresql": "ALTER TABLE journal DISABLE TRIGGER ALL"}
    with engine.begin() as connection:
        connection.execute(text(drop[database_kind]))
        connection.execute(text("UPDATE journal SET happened_on = '2025-05-13' WHERE seq = 2"))
    engine.dispose()
    line = refused(ehcp("verify"))
    assert line.startswith(
        "entry 2 of case X1 is not as it was recorded: what it says was changed after it was recorded."
    )
    found = ehcp("verify", "--json")
    assert found.code == 1
    assert '"entry": 2' in found.out


def test_without_a_database_every_command_says_how_to_make_one(ehcp_without_database, tmp_path):
    for words in ("due", "breaches", "kpis", "show X1", "explain X1", "verify", "rebuild", "sweep", "users list", "record X1 died",
                  "open needs_assessment request_received", "assign X1 --to a", "correct X1 1 --retract --reason x"):  # fmt: skip
        line = refused(ehcp_without_database(*words.split()))
        assert line == f"There is no database at {tmp_path / 'ehcp.db'}. Make one with: ehcp init"
    assert list(tmp_path.glob("*.db*")) == []


def test_a_file_that_is_no_database_is_refused_by_every_command(ehcp_without_database, tmp_path):
    (tmp_path / "ehcp.db").write_text("Child,Date\n" * 100)
    for words in ("due", "init", "open needs_assessment request_received", "verify"):
        assert "The file is not a database." in refused(ehcp_without_database(*words.split()))


def test_an_address_that_is_no_database_is_refused(ehcp_without_database, monkeypatch):
    monkeypatch.setenv("EHCP_DATABASE_URL", "ehcp.db")
    assert refused(ehcp_without_database("due")).startswith("EHCP_DATABASE_URL is not the address of a database.")


def test_init_can_be_run_twice(ehcp_without_database, tmp_path):
    assert ehcp_without_database("init").out.startswith(f"A new database was made at {tmp_path / 'ehcp.db'}.\n")
    ehcp_without_database.tell("X1", "2025-04-02 request_received")
    assert "is up to date" in ehcp_without_database("init").out
    assert ehcp_without_database("show", "X1").code == 0


def test_made_up_cases_are_never_mixed_with_real_ones(ehcp_without_database):
    ehcp_without_database("init")
    ehcp_without_database.tell("X1", "2025-04-02 request_received")
    said = ehcp_without_database("init", "--made-up")
    assert said.code == 1
    assert said.err.startswith("ehcp: The database holds cases already. Made-up cases are never mixed with others.")


def test_workflows_that_cannot_be_read_are_refused_with_every_mistake(ehcp_without_database, tmp_path, monkeypatch):
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "x.yaml").write_text("workflow: x\ncolour: red\n")
    monkeypatch.setenv("EHCP_WORKFLOWS", str(tmp_path / "law"))
    monkeypatch.setenv("EHCP_DATABASE_URL", "sqlite://")
    done = subprocess.run([sys.executable, "-m", "ehcp_flow", "workflows", "list"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "x.yaml:2: `colour`" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nobody_foresaw_is_one_line_without_what_was_said(ehcp, monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError("Canary Featherstone")

    monkeypatch.setattr(show_case, "show_case", fail)
    line = refused(ehcp("show", "X1"))
    assert line.startswith("this should not happen (ZeroDivisionError in cases.py, line")
    assert "Canary" not in line
    monkeypatch.setenv("EHCP_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        ehcp("show", "X1")


CHILD = ("--given-name", "Canary", "--family-name", "Featherstone", "--born", "2019-05-01", "--upn", "A123456789012")


def test_no_childs_name_is_ever_in_an_error(ehcp_on_both, migrated_url):
    ehcp = ehcp_on_both
    opened = ("open", "needs_assessment", "request_received", "--case", "X1", "--on", "2025-04-02", *CHILD)
    assert ehcp(*opened).code == 0
    engine = create_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO person (person_ref, given_name, family_name, flags) VALUES ('P-X2', '', '', '[]')")
        )
    engine.dispose()
    errors = [
        ehcp(*opened),  # the case is there already
        ehcp(*(word.replace("X1", "X2") for word in opened)),  # the person is there already
        ehcp("open", "needs_assessment", "request_received", "--case", "X3", "--on", "2199-01-01", *CHILD),
        ehcp("open", "needs_assessment", "request_received", "--case", "X3", "--officer", "nobody", *CHILD),
        ehcp("open", "needs_assessment", "draft_plan_sent", "--case", "X3", *CHILD),
        ehcp("record", "X1", "final_plan_sent", "--on", "2025-04-03"),
        ehcp("show", "X"),
    ]
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE person RENAME TO people_no_more"))
    engine.dispose()
    errors += [ehcp(*(word.replace("X1", "X4") for word in opened)), ehcp("show", "X1")]
    for said in errors:
        assert said.code == 1
        assert "Canary" not in said.out + said.err
        assert "Featherstone" not in said.out + said.err
        assert "A123456789012" not in said.out + said.err


def test_ctrl_c_says_that_it_stopped_and_leaves_the_journal_whole(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received")
    other = sqlite3.connect(ehcp.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits = subprocess.Popen(
        [sys.executable, "-c", "import ehcp_flow.cli.app as app; print('ready', flush=True); app.main()", "record", "X1", "died", "--on", "2025-04-03"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "EHCP_DATABASE_URL": ehcp.url},
    )  # fmt: skip
    assert waits.stdout is not None
    assert waits.stdout.readline() == "ready\n"
    time.sleep(1)
    waits.send_signal(signal.SIGINT)
    other.execute("ROLLBACK")
    other.close()
    out, err = waits.communicate(timeout=120)
    if waits.returncode == 0:
        pytest.skip("it was done before the signal came")
    assert (waits.returncode, out) == (130, "")
    assert err == "ehcp: stopped. What was not finished was not written.\n"
    assert ehcp("verify", "--json").json == {"entries": 1, "bad": None}
