"""The shape of the code, held by a machine: each rule of docs and design that a reader relies on.

The import rule itself stands in pyproject.toml and is checked by import-linter.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ehcp_flow"
MIGRATIONS = PACKAGE / "storage" / "migrations"
MOST_LINES = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager"}

# The only places that may step from one date to another by a length of time.
COUNTING = ("ehcp_flow/engine/count.py", "ehcp_flow/engine/working_days.py", "ehcp_flow/made_up/")
LENGTHS_OF_TIME = {"timedelta", "relativedelta"}
# 6, 16 and 20 weeks in days, as arithmetic or a comparison would use them.
STATUTORY_DAYS = {42, 112, 140}
DAYS_IN_A_WEEK = 7

CLOCK = "ehcp_flow/today.py"
# What asks the computer for the time, by the module or class that offers it.
ASKS_THE_TIME = {
    "datetime.date": {"today"},
    "datetime.datetime": {"now", "today", "utcnow"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime"},
}

# A check yields each place in a module that breaks a rule.
Check = Callable[[ast.Module], Iterator[ast.AST]]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if MIGRATIONS not in path.parents)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def dotted(node: ast.expr) -> str:
    """`datetime.date.today` for the expression that says so; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `from datetime import date as d` gives `d` → `datetime.date`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def meaning(node: ast.expr, names: dict[str, str]) -> str:
    """The full name of what `node` refers to, through the module's imports."""
    first, _, rest = dotted(node).partition(".")
    return f"{names.get(first, first)}.{rest}".strip(".")


def asks_the_time(tree: ast.Module) -> Iterator[ast.AST]:
    names = imported_names(tree)
    for node in ast.walk(tree):
        # A reference is enough: default_factory=datetime.now asks too, later.
        if isinstance(node, ast.Name | ast.Attribute):
            owner, _, asked = meaning(node, names).rpartition(".")
            if asked in ASKS_THE_TIME.get(owner, ()):
                yield node


def makes_a_length_of_time(tree: ast.Module) -> Iterator[ast.AST]:
    # Only calls: a cell of a workbook may *be* a timedelta, and code may say so.
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and meaning(node.func, names).rpartition(".")[2] in LENGTHS_OF_TIME:
            yield node


def counts_with_a_statutory_number(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            numbers = {part.value for part in (node.left, node.right) if isinstance(part, ast.Constant)}
            times_a_week = isinstance(node.op, ast.Mult) and DAYS_IN_A_WEEK in numbers
            if numbers & STATUTORY_DAYS or times_a_week:
                yield node
        elif isinstance(node, ast.Compare):
            parts = (node.left, *node.comparators)
            if {part.value for part in parts if isinstance(part, ast.Constant)} & STATUTORY_DAYS:
                yield node


def public_without_docstring(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield node


def places(offences: Check, but: tuple[str, ...] = ()) -> list[str]:
    """Where in the package something is found, as `file:line`, the files named in `but` left out."""
    return [
        f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
        for path in modules()
        if not name_of(path).startswith(but)
        for node in offences(tree_of(path))
    ]


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    files = [*modules(), *(ROOT / "workflows").rglob("*.yaml")]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_has_a_name_that_says_what_is_in_it() -> None:
    named = [path.relative_to(PACKAGE).with_suffix("") for path in modules()]
    assert [str(path) for path in named if EMPTY_NAMES & set(path.parts)] == []


def test_dates_are_counted_in_one_place_only() -> None:
    assert places(makes_a_length_of_time, but=COUNTING) == [], "use ehcp_flow.engine.count"


def test_no_statutory_period_is_written_in_python() -> None:
    assert places(counts_with_a_statutory_number, but=COUNTING) == [], "time limits belong in workflows/"


def test_every_public_function_and_class_says_what_it_is_for() -> None:
    assert places(public_without_docstring) == []


def test_only_today_asks_what_day_it_is() -> None:
    assert places(asks_the_time, but=(CLOCK,)) == [], "take as_of as an argument, or use ehcp_flow.today"


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (asks_the_time, "import datetime\ndatetime.date.today()"),
        (asks_the_time, "from datetime import datetime as dt\nfield(default_factory=dt.utcnow)"),
        (asks_the_time, "import datetime as when\nwhen.datetime.now(when.UTC)"),
        (asks_the_time, "from time import time\ntime()"),
        (makes_a_length_of_time, "import datetime\nday + datetime.timedelta(days=1)"),
        (makes_a_length_of_time, "from datetime import timedelta as step\nday + step(1)"),
        (
            makes_a_length_of_time,
            "from dateutil.relativedelta import relativedelta\nday + relativedelta(months=1)",
        ),
        (counts_with_a_statutory_number, "late = days > 140"),
        (counts_with_a_statutory_number, "days = weeks * 7"),
        (public_without_docstring, "def decide(): ..."),
    ],
)
def test_the_checks_see_what_they_look_for(check: Check, code: str) -> None:
    assert len(list(check(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (asks_the_time, "from ehcp_flow import today\ntoday.now()"),
        (asks_the_time, "from datetime import date\ndate.fromisoformat(text)"),
        (asks_the_time, "import time\ntime.perf_counter()"),
        (makes_a_length_of_time, "from datetime import timedelta\nisinstance(cell, timedelta)"),
        (counts_with_a_statutory_number, "width = 42"),
        (public_without_docstring, "def _decide(): ..."),
        (public_without_docstring, "def decide():\n    'Decides.'"),
    ],
)
def test_the_checks_leave_good_code_alone(check: Check, code: str) -> None:
    assert list(check(ast.parse(code))) == []


# Written in pieces, so that this file does not find itself.
NEVER_COMMITTED = re.compile(
    "|".join(
        (
            r"\.\./" + "shared",
            r"(?<!\w)\." + r"library\b",
            "/work/" + "(?:main|shared)",
            "pypi" + r"\.(?:org|python)",
            "python" + r"hosted\.org",
            "npm" + r"js\.(?:org|com)",
            "debian" + r"\.org",
        )
    )
)


def test_nothing_committed_names_a_package_index_or_a_folder_outside_the_project() -> None:
    found = []
    for path in committed_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{name_of(path)}: {match[0]}" for match in NEVER_COMMITTED.finditer(text)]
    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-spark.lock"])
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pinned = re.compile(
        r"[a-z0-9-]+(?:\[[a-z0-9]+\])?==[^\s]+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?|    # via [^/]+"
    )
    assert [line for line in lines if not pinned.fullmatch(line)] == []
