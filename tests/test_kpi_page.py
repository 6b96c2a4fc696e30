"""docs/kpis.md says what the definitions say: it is written from them, and written again when they change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ehcp_flow.analytics.catalogue import CATALOGUE, entries
from ehcp_flow.analytics.figure_request import Entry

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_definitions_say() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "write_kpi_page"), "--print"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == PAGE, "run scripts/write_kpi_page and commit docs/kpis.md"


def test_every_figure_has_a_name_of_its_own_and_says_what_it_means() -> None:
    assert len({entry.id for entry in CATALOGUE}) == len(CATALOGUE)
    assert {entry.id for entry in CATALOGUE if not says_enough(entry)} == set()


def says_enough(entry: Entry) -> bool:
    said = entry.definition
    return said.meaning.endswith(".") and bool(said.numerator or not said.denominator)


def test_figures_asked_for_come_in_the_order_of_the_catalogue() -> None:
    asked = [CATALOGUE[3].id, CATALOGUE[0].id]
    assert [entry.id for entry in entries(asked)] == asked[::-1]
    assert entries() == CATALOGUE
