"""P1: how long a command takes from start to end, beside a Typer program that only imports the same libraries."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.benchmarks.made_up_data import demo_database
from scripts.benchmarks.measuring import Effort, Measured, by_turns, tell

WANTED = 1.25
_LOCKED = Path(".venv/bin").resolve()
_PEERS = Path(__file__).parent / "peers"
_HELLO = (str(_LOCKED / "python"), str(_PEERS / "hello.py"))
_HELLO_DATABASE = (str(_LOCKED / "python"), str(_PEERS / "hello_database.py"))

_CASE = """
case: NA-1
workflow: needs_assessment
as_of: 2026-06-01
events:
  - {event: request_received, on: 2026-01-05}
  - {event: assessment_agreed, on: 2026-02-16}
"""


def measure(effort: Effort) -> Iterator[Measured]:
    """Reading commands, without and with a database of the demonstration's size."""
    with TemporaryDirectory() as folder:
        chronology = Path(folder) / "case.yaml"
        chronology.write_text(_CASE, encoding="utf-8")
        tell("P1: making the demonstration's database")
        url, case_ref = demo_database(Path(folder))
        hello, database = "a Typer program with pydantic, YAML", "… and SQLModel"
        for arguments, peer, name in (
            (["--help"], [*_HELLO, "--help"], hello),
            (["workflows", "list"], _HELLO, hello),
            (["replay", str(chronology)], _HELLO, hello),
            (["due"], _HELLO_DATABASE, database),
            (["breaches"], _HELLO_DATABASE, database),
            (["show", case_ref], _HELLO_DATABASE, database),
        ):
            shown = f"ehcp {arguments[0]}" + (" list" if arguments[0] == "workflows" else "")
            ours = partial(_run, [str(_LOCKED / "ehcp"), *arguments], url)
            best = by_turns(f"P1: {shown}", 2 * effort.rounds, ours, partial(_run, peer, url))
            yield Measured("P1", shown, *(each * 1000 for each in best), "ms", name, WANTED)


def _run(command: Sequence[str], url: str) -> None:
    subprocess.run(command, env={**os.environ, "EHCP_DATABASE_URL": url}, stdout=subprocess.DEVNULL, check=True)
