"""The law as shipped loads without a mistake, cites texts that can be found, and breaks only in words."""

from __future__ import annotations

import random
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import replay
from ehcp_flow.engine.verdict import verdict
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.law.check import sources_never_checked, unverified
from ehcp_flow.law.gather import SOURCES, main_files, part_files
from ehcp_flow.law.load import load_folder
from ehcp_flow.law.test_table import read_table, table_files
from ehcp_flow.law.workflow import Workflow
from ehcp_flow.settings import shipped_workflows

SHIPPED = shipped_workflows()
WORKFLOWS = load_folder(SHIPPED)
FILES = [each for main in main_files(SHIPPED) for each in (main, *part_files(main))] + [SHIPPED / SOURCES]
TABLES = [table for main in main_files(SHIPPED) for table in table_files(main)]


def test_the_shipped_workflows_load_without_a_mistake():
    assert set(WORKFLOWS) >= {"annual_review", "needs_assessment"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_clock_cites_a_text_that_can_be_opened(name):
    workflow = WORKFLOWS[name]
    for clock in workflow.clocks.values():
        entries = (clock.cite, *(use.cite for use in clock.unless.values()), *(each.cite for each in clock.basis_when))
        for citation in [citation for cite in entries for citation in cite]:
            assert re.fullmatch(r"https://\S+", citation.link(workflow.sources)), clock.id
            assert workflow.sources[citation.source].title


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_no_person_has_compared_is_listed_and_nothing_else(name):
    workflow = WORKFLOWS[name]
    listed = {each.rule for each in unverified(workflow)}
    for clock in workflow.clocks.values():
        never = any(workflow.sources[each.source].last_checked == "never" for each in clock.cite)
        assert (clock.id in listed) == (never or clock.check != "V1")


def test_a_rule_compared_with_a_text_that_was_read_is_no_longer_listed(small):
    assert [each.rule for each in unverified(small.load())] == ["answer"]
    assert sources_never_checked(small.load()) == ["Small Act 2014"]
    small.change("last_checked: never", "last_checked: 2026-11-24", "sources.yaml")
    assert unverified(small.load()) == []
    assert sources_never_checked(small.load()) == []
    (left,) = unverified(small.change("check: V1", "check: V2").load())
    assert (left.check, left.cite, left.meaning) == (
        "V2",
        "act s.1",
        "compared with a word-for-word quotation on another site",
    )


# --- Spoilt at random: every file either loads, and then can be replayed, or is refused with its mistakes.

NASTY = ["", "~", "on", "12:30", "[]", "{}", "[[]]", "{a: {b: c}}", "&x", "*x", "!!str", "'", '"', "\t", ": ", "- ", "0", "-1",
         "9999", "999 years", "9999-12-31", "0001-01-01", "to 9999-12-31", "not_started", "any_open", "any_started", "clocks",
         "events", "within", "at_least", "by", "before 15 February", "15 working days", "restart", "\x00", "é", "\u2028", "#"]  # fmt: skip
WORD = re.compile(r"[^\s{}\[\],:]+")


def spoilt(lines: list[str], dice: random.Random) -> list[str]:
    """`lines` with one mutation: a line deleted, doubled, moved, indented or cut, or a word put in another's place."""
    result, at = list(lines), dice.randrange(len(lines))
    what = dice.choice(
        ["delete", "double", "swap words", "swap words", "swap words", "nasty", "nasty", "move", "indent", "cut"]
    )
    if what == "delete":
        del result[at]
    elif what == "double":
        result.insert(dice.randrange(len(lines)), result[at])
    elif what == "move":
        result.insert(dice.randrange(len(lines)), result.pop(at))
    elif what == "indent":
        result[at] = dice.choice([" ", "  ", ""]) + result[at].lstrip()
    elif what == "cut":
        result[at] = result[at][: dice.randrange(len(result[at]) + 1)]
    else:
        words = WORD.findall("\n".join(lines)) if what == "swap words" else NASTY
        found = list(WORD.finditer(result[at]))
        if found:
            old = dice.choice(found)
            result[at] = result[at][: old.start()] + dice.choice(words) + result[at][old.end() :]
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("spoilt") / "workflows"))


def plain_mistakes(error: BadFile) -> set[str]:
    """The files an error names, after a look at its words."""
    for problem in error.problems:
        assert not re.search(r"[Ii]nput should|pydantic|instance of|Traceback", problem.message)
    return {problem.file for problem in error.problems}


def loaded(folder: Path) -> dict[str, Workflow]:
    """The workflows in `folder`; none if they are refused, after a look at how."""
    try:
        return load_folder(folder)
    except BadInput:
        return {}
    except BadFile as error:
        if not plain_mistakes(error) <= {path.name for path in FILES}:
            raise
        return {}


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(FILES), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_workflow_file_spoilt_at_random_loads_or_is_refused_with_file_and_line(folder, file, times, dice):
    lines = file.read_text(encoding="utf-8").split("\n")
    for _ in range(times):
        lines = spoilt(lines, dice) or [""]
    (folder / file.name).write_text("\n".join(lines), encoding="utf-8")
    try:
        for workflow in loaded(folder).values():
            replay_everything(workflow, dice)
    finally:
        shutil.copy(file, folder / file.name)


def replay_everything(workflow: Workflow, dice: random.Random) -> None:
    """Whatever loads must also run: every event once, on days at random."""
    details = {
        "exception": dice.choice([*workflow.exceptions, ""]),
        "clock": dice.choice(list(workflow.clocks)),
        "until": "2026-09-01",
    }
    events = [
        Event("X", seq, name, date.fromordinal(date(2026, 1, 1).toordinal() + dice.randrange(300)), details=details)
        for seq, name in enumerate(workflow.events, 1)
    ]
    seen = history(events, date(2026, 12, 31))
    replay(workflow, seen)
    for clock in clocks(workflow, seen, Calendar()):
        verdict(clock, date(2026, 12, 31))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TABLES), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_table_spoilt_at_random_is_read_or_refused_with_file_and_line(folder, table, times, dice):
    lines = table.read_text(encoding="utf-8").split("\n")
    for _ in range(times):
        lines = spoilt(lines, dice) or [""]
    path = folder / "spoilt.test.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        read_table(path)
    except BadFile as error:
        if plain_mistakes(error) != {path.name}:
            raise
    finally:
        path.unlink()
