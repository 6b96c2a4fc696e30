"""docs/security-tests.md names tests that there are, and every attack that is tried."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
PAGE = (TESTS.parent / "docs" / "security-tests.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(test_\w+)`", PAGE))


def defined(folder: Path) -> set[str]:
    return {
        name
        for path in folder.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_every_test_that_the_page_names_is_there():
    assert NAMED - defined(TESTS / "web") - defined(TESTS / "api") == set()


def test_every_attack_stands_on_the_page():
    own = {
        name for name in defined(Path(__file__).parent) if "page_names" not in name and "stands_on_the_page" not in name
    }
    assert own - NAMED == set()
