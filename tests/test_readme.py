"""The README's first case is run as it stands, and says what the README says it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def first_case() -> list[str]:
    section = README.split("## A first case")[1]
    lines = re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)[0].strip().splitlines()
    return [line for line in lines if not line.startswith("export")]


def spoken(text: str) -> str:
    return " ".join(text.replace(">", " ").split())


def test_the_first_case_takes_at_most_ten_lines() -> None:
    assert len(first_case()) <= 10


def test_the_first_case_runs_as_written_and_explains_its_date(tmp_path: Path) -> None:
    said = ""
    for line in first_case():
        done = subprocess.run(
            line.replace("ehcp ", f"{sys.executable} -m ehcp_flow ", 1),
            shell=True,
            cwd=tmp_path,
            env={"EHCP_DATABASE_URL": "sqlite:///first.db", "PATH": "/usr/bin:/bin", "EHCP_USER": "reader"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        said += done.stdout
    quoted = re.search(r"(> The local authority.*?)\n\n", README, flags=re.DOTALL)
    assert quoted
    assert spoken(quoted[1]) in spoken(said)


@pytest.mark.parametrize("command", ["scripts/demo", "scripts/test"])
def test_the_two_commands_can_be_run(command: str) -> None:
    assert (Path(__file__).parent.parent / command).stat().st_mode & 0o111
