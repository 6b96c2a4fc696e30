"""A short run of the fault harness: killed again and again, the program loses nothing and doubles nothing."""

from __future__ import annotations

from pathlib import Path

from tests.faults.harness import run


def test_killed_at_random_moments_nothing_is_lost_and_nothing_doubled(database_url: str, tmp_path: Path) -> None:
    tally = run(database_url, rounds=5, seed=7, folder=tmp_path, say=lambda _: None)
    assert tally.wrong == []
    assert tally.kills.total() == 10
    assert tally.acknowledged["entry"] > 0
