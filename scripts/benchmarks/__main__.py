"""Measure, print the table, and write it as JSON if asked. Started by scripts/benchmark."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.benchmarks.measuring import FULL, QUICK, Effort, Measured, done_telling

_FEW = 20
"""Numbers below are shown with two decimals."""

PARTS = {
    "P1": "start_up",
    "P2": "replaying",
    "P3": "setwise",
    "P4": "sweeping",
    "P5": "recording",
    "P6": "importing",
    "P7": "working_days",
    "P8": "serving",
    "P9": "kpi_table",
}


def main() -> None:
    """Run the parts asked for."""
    asked = _arguments()
    wanted = [name.strip().upper() for name in asked.only.split(",")] if asked.only else list(PARTS)
    effort = QUICK if asked.quick else FULL
    found: list[Measured] = []
    for name in wanted:
        measure: Callable[[Effort], Iterator[Measured]] = import_module(f"scripts.benchmarks.{PARTS[name]}").measure
        for line in measure(effort):
            found.append(line)
            done_telling()
    _print(found)
    if asked.json:
        asked.json.write_text(json.dumps(_as_json(found), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description="EHCP Flow beside its peers, in one run.")
    parser.add_argument("--only", metavar="P1,P7", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures to FILE, too")
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds, to try it out")
    asked = parser.parse_args()
    unknown = {name.strip().upper() for name in (asked.only or "P1").split(",")} - set(PARTS)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return asked


def _print(found: list[Measured]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("aim")
    table.add_column("what", overflow="fold")
    for heading in ("ours", "peer", "ratio", "aim's"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("met")
    table.add_column("beside", overflow="fold")
    for each in found:
        met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[each.is_met]
        ours, peer = _with_unit(each.ours, each), _with_unit(each.peer, each)
        beside = f"{each.peer_name}; {each.note}" if each.note else each.peer_name
        table.add_row(each.aim, each.what, ours, peer, f"{each.ratio:,.2f}×", _wanted(each), met, beside)
    console = Console() if os.isatty(1) else Console(width=180)
    console.print(table)
    console.print("\n[dim]The best of several rounds of each, by turns; only ratios within one run count.[/]")


def _with_unit(number: float, each: Measured) -> str:
    digits = 0 if number >= _FEW else 2
    return f"{number:,.{digits}f}{'' if each.unit == '/s' else ' '}{each.unit}"


def _wanted(each: Measured) -> str:
    if each.wanted is None:
        return ""
    return f"{'≥' if each.unit == '/s' else '≤'} {each.wanted:g}×"


def _as_json(found: list[Measured]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "figures": [
            {
                "aim": each.aim,
                "what": each.what,
                "ours": each.ours,
                "peer": each.peer,
                "unit": each.unit,
                "peer_name": each.peer_name,
                "ratio": each.ratio,
                "wanted": each.wanted,
                "met": each.is_met,
                "note": each.note,
            }
            for each in found
        ],
    }


if __name__ == "__main__":
    main()
