"""The command line run in this process, as its own program would run it: arguments in; exit code, output and errors out."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from ehcp_flow.cli import app, arguments
from ehcp_flow.services.office import Office

SETTINGS = ("EHCP_WORKFLOWS", "EHCP_CALENDAR", "EHCP_AUTHORITY", "EHCP_DEBUG")


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as a program reads it."""
        assert self.code == 0, self.err
        return json.loads(self.out)


class Stream(TextIOWrapper):
    """Where a command writes: a pipe, or a terminal."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__(BytesIO(), encoding="utf-8")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    @property
    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


class CommandLine:
    """`ehcp("due", "--json")` runs a command; `ehcp.tell(case, *lines)` opens a case and records in it."""

    def __init__(self, law: Office, url: str) -> None:
        self._law, self.url = law, url

    def __call__(self, *words: str, stdin: str | bytes = b"", is_terminal: bool = False) -> Said:
        out, err = Stream(is_terminal=is_terminal), Stream(is_terminal=False)
        typed = stdin.encode() if isinstance(stdin, str) else stdin
        arguments.office.cache_clear()
        vars(arguments.office())["workflows"] = self._law.workflows
        before, code = (sys.argv, sys.stdin), 0
        sys.argv, sys.stdin = ["ehcp", *map(str, words)], TextIOWrapper(BytesIO(typed), encoding="utf-8")
        try:
            with redirect_stdout(out), redirect_stderr(err):
                app.main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.argv, sys.stdin = before
            if "database" in vars(arguments.office()):
                arguments.office().database.close()
            arguments.office.cache_clear()
        return Said(code, out.text, err.text)

    def tell(self, case: str, *lines: str, workflow: str = "needs_assessment") -> None:
        """A line for each event, as `2025-05-20 advice_requested provider=school`."""
        for number, line in enumerate(lines):
            day, event, *details = line.split()
            first = ("open", workflow, event, "--case", case) if number == 0 else ("record", case, event)
            done = self(*first, *details, "--on", day)
            assert done.code == 0, done.err


@pytest.fixture
def ehcp(sqlite_template: Path, tmp_path: Path, law: Office, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line with a database of its own; asmith is at work.

    SQLite will do: what a database might do otherwise is tested in the services. `ehcp_on_both` runs on each kind.
    """
    path = tmp_path / "database" / "ehcp.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    return _at_work(f"sqlite:///{path}", law, monkeypatch)


@pytest.fixture
def ehcp_on_both(migrated_url: str, law: Office, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line with a database of each kind."""
    return _at_work(migrated_url, law, monkeypatch)


@pytest.fixture
def ehcp_without_database(law: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """The command line where there is no database, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return _at_work(f"sqlite:///{tmp_path / 'ehcp.db'}", law, monkeypatch)


@pytest.fixture(scope="session")
def at_work(law: Office) -> Callable[[str, pytest.MonkeyPatch], CommandLine]:
    """Makes the command line with the database at a URL, for fixtures that outlive one test."""
    return lambda url, monkeypatch: _at_work(url, law, monkeypatch)


def _at_work(url: str, law: Office, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EHCP_DATABASE_URL", url)
    monkeypatch.setenv("EHCP_USER", "asmith")
    monkeypatch.setenv("COLUMNS", "80")
    return CommandLine(law, url)
