"""docs/law.md says what the workflow files say: it is written from them, and written again when they change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ehcp_flow.engine.machine import mermaid
from ehcp_flow.law.load import load_folder

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "workflows"
PAGE = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
WORKFLOWS = load_folder(FOLDER)


def written_from(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "write_law_page"), "--print"],
        env={**os.environ, "EHCP_WORKFLOWS": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_is_what_the_workflow_files_say() -> None:
    assert written_from(FOLDER) == PAGE, "run scripts/write_law_page and commit docs/law.md"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_clock_its_limit_and_its_reading_are_on_the_page(name: str) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| **")]
    for rule in WORKFLOWS[name].clocks.values():
        found = [row for row in rows if row.startswith(f"| **{rule.title}**<br>`{rule.id}`")]
        assert found, rule.id
        limits = [rule.wording(rule.by)] if rule.by else [rule.wording(dated.limit) for dated in rule.limits]
        assert any(all(limit in row for limit in limits) for row in found), rule.id
        assert rule.reading is None or f"(`{rule.id}`): {rule.reading}" in PAGE, rule.id


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_picture_of_the_steps_is_that_of_the_machine(name: str) -> None:
    assert f"```mermaid\n{mermaid(WORKFLOWS[name]).strip()}\n```" in PAGE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("within: 20 weeks", "within: 21 weeks"),
        ("starts_on: [draft_plan_sent]", "starts_on: [plan_agreed]"),
        ("school_closed: regs r.5(4)(a)", "school_closed: regs r.5(4)(b)"),
        ("The day of receipt is not counted and", "The day of receipt is counted and"),
        ("from: any_open, to: withdrawn", "from: requested, to: withdrawn"),
    ],
)
def test_a_change_in_the_law_makes_the_page_out_of_date(before: str, after: str, tmp_path: Path) -> None:
    folder = tmp_path / "workflows"
    shutil.copytree(FOLDER, folder)
    file = folder / "needs_assessment.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    assert written_from(folder) != PAGE
