"""A newcomer adds a process with two files and no Python, and finds its clocks everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parent.parent / "workflows"

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
  mediation_asked:
    {title: Family asked for mediation, dated: the day the authority was told, from: not_started, to: asked}
  mediation_held:
    {title: Mediation held, dated: the day of the meeting, from: asked, to: held}
clocks:
  arrange_mediation:
    title: Hold the mediation
    cite: act s.53
    check: R
    basis: law
    duty_on: local_authority
    within: 30 days
    counting: next_day
    starts_on: [mediation_asked]
    stops_on: [mediation_held]
  tell_health_body:
    title: Tell the health body what the mediation is about
    cite: act s.53
    check: R
    basis: law
    duty_on: local_authority
    within: 3 working days
    counting: next_day
    starts_on: [mediation_asked]
    stops_on: [mediation_held]
kpis:
  mediations_within_30_days:
    title: Mediations held within 30 days
    meaning: Of the mediations held in the period, the share held within 30 days.
    clock: arrange_mediation
    cohort: stopped_in_period
"""

MEDIATION_TABLE = """\
tests:
  - name: thirty days run from the day after the family asked
    why: Act s.53
    history:
      - 2026-03-02 mediation_asked
      - 2026-04-01 mediation_held
    as_of: 2026-04-01
    expect:
      state: held
      arrange_mediation: {due_on: 2026-04-01, outcome: in_time}
      tell_health_body: {due_on: 2026-03-05, outcome: breach, days_late: 27}
  - name: the thirty-first day is late
    why: Act s.53
    history:
      - 2026-03-02 mediation_asked
    as_of: 2026-04-02
    expect:
      arrange_mediation: {due_on: 2026-04-01, outcome: breach, days_late: 1}
  - name: three working days skip Easter
    why: Act s.53
    history:
      - 2026-04-01 mediation_asked
    as_of: 2026-04-08
    expect:
      tell_health_body: {due_on: 2026-04-08, outcome: running, days_left: 0}
  - name: a working day more is late
    why: Act s.53
    history:
      - 2026-04-01 mediation_asked
    as_of: 2026-04-09
    expect:
      tell_health_body: {due_on: 2026-04-08, outcome: breach, days_late: 1}
"""


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    folder = tmp_path / "workflows"
    shutil.copytree(SHIPPED, folder)
    (folder / "mediation.yaml").write_text(MEDIATION, encoding="utf-8")
    (folder / "mediation.test.yaml").write_text(MEDIATION_TABLE, encoding="utf-8")
    return folder


def test_a_process_dropped_into_the_folder_is_everywhere_with_no_change_in_the_program(
    workflows: Path, database_url: str
) -> None:
    def ehcp(*words: str) -> str:
        environment = {
            "EHCP_WORKFLOWS": str(workflows),
            "EHCP_DATABASE_URL": database_url,
            "EHCP_USER": "newcomer",
            "PATH": "",
        }
        done = subprocess.run(
            [sys.executable, "-m", "ehcp_flow", *words], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "mediation: 4 of 4 examples pass" in ehcp("workflows", "test", "mediation")
    assert "arrange_mediation" in ehcp("workflows", "show", "mediation")
    assert "mediation_held" in ehcp("workflows", "diagram", "mediation")

    ehcp("init")
    opened = ehcp("open", "mediation", "mediation_asked", "--on", "2026-03-02")
    assert "ME-2026-0001" in opened
    assert "Hold the mediation" in opened

    due = json.loads(ehcp("due", "--as-of", "2026-03-30", "--json"))
    assert [each["clock"] for each in due["next_7_days"]] == ["arrange_mediation"]
    assert [each["clock"] for each in due["overdue"]] == ["tell_health_body"]

    swept = json.loads(ehcp("sweep", "--date", "2026-04-02", "--json"))
    assert swept["by_clock"] == {"arrange_mediation": 1, "tell_health_body": 1}

    ehcp("record", "ME-2026-0001", "mediation_held", "--on", "2026-04-07")
    kpis = json.loads(ehcp("kpis", "--month", "2026-04", "--kpi", "mediations_within_30_days", "--json"))["kpis"]
    assert [(each["numerator"], each["denominator"]) for each in kpis] == [(0, 1)]
