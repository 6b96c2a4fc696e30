"""A command starts fast because it imports only what it needs (aim P1)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SLOW = {"alembic", "apprise", "apscheduler", "duckdb", "fastapi", "holidays", "icalendar", "jinja2", "numpy", "pandas", "polars", "psycopg", "python_calamine", "xlsxwriter"}  # fmt: skip
DATABASE = {"sqlalchemy", "sqlmodel"}

# Runs a command and then says which modules are there.
REPORT = """
import sys
from ehcp_flow.cli.app import main
try:
    main()
except SystemExit as end:
    code = end.code
print("imported", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


def imported_by(words, url="sqlite:///nowhere.db", stdin=""):
    environment = {**os.environ, "EHCP_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *words.split()], env=environment, capture_output=True, text=True, input=stdin
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split("imported ")[1].split())


CASE = '{"workflow": "needs_assessment", "as_of": "2025-08-21", "events": [{"event": "request_received", "on": "2025-04-02"}]}'


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "record --help",
        "workflows --help",
        "workflows list",
        "workflows show needs_assessment",
        "replay -",
        "replay - --json",
        "--version",
    ],
)
def test_commands_without_a_database_do_not_load_one(words):
    assert imported_by(words, stdin=CASE) & (SLOW | DATABASE) == set()


def test_help_does_not_even_read_the_law():
    assert imported_by("--help") & {"yaml", "pydantic", "transitions"} == set()


@pytest.fixture(scope="module")
def filled(sqlite_template, tmp_path_factory):
    """A database with a case in it, and its URL."""
    import shutil

    path = tmp_path_factory.mktemp("startup") / "ehcp.db"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    imported_by("open needs_assessment request_received --case X1 --on 2025-04-02", url)
    return url


@pytest.mark.parametrize(
    "words",
    [
        "due",
        "due --json",
        "show X1",
        "show X1 --json",
        "breaches",
        "kpis",
        "record X1 advice_requested provider=school --on 2025-04-03",
        "verify",
    ],
)
def test_daily_commands_load_the_database_and_nothing_slower(filled, words):
    loaded = imported_by(words, filled)
    assert loaded >= DATABASE
    assert loaded & SLOW == set()


def test_json_needs_no_screen(filled):
    assert "rich" not in imported_by("due --json", filled)
