"""A short run of the fault harness: killed again and again, the program loses nothing and doubles nothing."""

from __future__ import annotations

from pathlib import Path

from tests.faults.harness import AT_ONCE, JOBS, run


def test_killed_at_random_moments_nothing_is_lost_and_nothing_doubled(database_url: str, tmp_path: Path) -> None:
    tally = run(database_url, rounds=2, seed=7, folder=tmp_path, say=lambda _: None)
    assert tally.wrong == []
    assert tally.kills.total() >= 2 * AT_ONCE
    assert set(tally.kills) == set(JOBS)
    assert all(tally.acknowledged[what] > 0 for what in ("entry", "import", "sweep", "round"))
    assert tally.notices > 0
