"""How the differences between two packs look in a terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ehcp_flow.cli.output import escaped

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.returns.compare_figures import CellChange
    from ehcp_flow.returns.reconcile import CaseChange, Entry, Reconciliation

MOST = 20
_MOST_REFS = 8
_MOST_CELLS = 4
PASSED = "time passed"
_ONLY_STATE = frozenset({"state", "in_ended_case"})


def print_reconciliation(out: Console, found: Reconciliation, *, everything: bool) -> None:
    """Print what the packs were made with, the cases that changed, and the numbers with the cases behind them."""
    if found.is_same:
        out.print("The two packs say the same.")
    _print_settings(out, found)
    _print_cases(out, found, everything=everything)
    _print_cells(out, found, everything=everything)
    for note in found.notes:
        out.print(f"\n[yellow]{escaped(note)}[/]")


def _print_settings(out: Console, found: Reconciliation) -> None:
    if not found.settings:
        return
    out.print("[bold]Made with[/]")
    for each in found.settings:
        out.print(f"  {escaped(each.what)}: {escaped(each.before)} [dim]then[/] {escaped(each.after)}")


def _print_cases(out: Console, found: Reconciliation, *, everything: bool) -> None:
    if not found.cases:
        return
    reasons = Counter(reason for each in found.cases for reason in each.reasons)
    out.print("\n[bold]Time limits that are not the same[/]")
    for reason, number in reasons.most_common():
        out.print(f"  {number:>6,}  {reason}", style="bold red" if reason == "not explained" else "")
    by_case = {ref: list(rows) for ref, rows in groupby(found.cases, key=lambda each: each.case_ref)}
    told = [rows for rows in by_case.values() if everything or any(each.reasons != (PASSED,) for each in rows)]
    shown = told if everything else told[:MOST]
    for rows in shown:
        _print_case(out, rows)
    if left := len(by_case) - len(shown):
        out.print(f"\n[dim]{left:,} more cases, among them those for which only time passed: --all[/]")


def _print_case(out: Console, rows: Sequence[CaseChange]) -> None:
    """A case: why, who recorded what, and what it changed; clocks with nothing new but a state are left out."""
    reasons = dict.fromkeys(reason for each in rows for reason in each.reasons)
    out.print(f"\n  [bold]{escaped(rows[0].case_ref)}[/] {', '.join(reasons)}")
    for entry in rows[0].entries:
        out.print(f"    {escaped(_told(entry))}")
    for each in rows:
        fields = [field for field in each.fields if field[0] not in _ONLY_STATE]
        if fields:
            said = "; ".join(f"{name} {was} → {now}" for name, was, now in fields)
            out.print(f"    [dim]{escaped(f'{each.clock}: {said}')}[/]")


def _told(entry: Entry) -> str:
    what = f"entry {entry.corrects} corrected: {entry.event}" if entry.corrects is not None else entry.event
    return f"{what} of {entry.happened_on}, recorded {entry.recorded_at:%Y-%m-%d %H:%M} UTC by {entry.recorded_by}"


def _print_cells(out: Console, found: Reconciliation, *, everything: bool) -> None:
    if not found.cells:
        return
    out.print("\n[bold]Numbers that are not the same[/]")
    shown = found.cells if everything else _first_of_each(found.cells)
    figure = ""
    for cell in shown:
        if cell.figure != figure:
            figure = cell.figure
            out.print(f"\n  [bold]{escaped(cell.title)}[/]")
        out.print(f"    {escaped(cell.row)}, {escaped(cell.column)}: {escaped(cell.before)} → {escaped(cell.after)}")
        for word, refs in (("came", cell.came), ("went", cell.went)):
            if refs:
                out.print(f"      {word}: {escaped(_with_reasons(found, refs, everything=everything))}")
    if left := len(found.cells) - len(shown):
        out.print(f"\n[dim]{left:,} more numbers: --all[/]")


def _first_of_each(cells: Sequence[CellChange]) -> list[CellChange]:
    """Of each figure a few numbers whose cases are known."""
    shown: list[CellChange] = []
    of_figure: Counter[str] = Counter()
    for cell in cells:
        if cell.is_listed and of_figure[cell.figure] < _MOST_CELLS and len(shown) < 2 * MOST:
            of_figure[cell.figure] += 1
            shown.append(cell)
    return shown or list(cells[:MOST])


def _with_reasons(found: Reconciliation, refs: Sequence[str], *, everything: bool) -> str:
    some = refs if everything else refs[:_MOST_REFS]
    said = [f"{ref} ({', '.join(why)})" if (why := found.reasons_of(ref)) else ref for ref in some]
    more = len(refs) - len(some)
    return ", ".join(said) + (f" and {more:,} more" if more else "")


def as_json(found: Reconciliation) -> dict[str, Any]:
    """Everything that differs, for programs."""
    return {
        "same": found.is_same,
        "made_with": [{"what": each.what, "before": each.before, "after": each.after} for each in found.settings],
        "cases": list(_cases(found)),
        "numbers": list(_numbers(found)),
        "notes": list(found.notes),
    }


def _cases(found: Reconciliation) -> Iterator[dict[str, Any]]:
    for each in found.cases:
        yield {
            "case": each.case_ref,
            "clock": each.clock,
            "changed": {name: [was, now] for name, was, now in each.fields},
            "reasons": list(each.reasons),
            "entries": [_entry(entry) for entry in each.entries],
        }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "event": entry.event,
        "on": entry.happened_on,
        "recorded_at": entry.recorded_at.isoformat(),
        "recorded_by": entry.recorded_by,
        "corrects": entry.corrects,
    }


def _numbers(found: Reconciliation) -> Iterator[dict[str, Any]]:
    for each in found.cells:
        yield {
            "figure": each.figure,
            "row": each.row,
            "column": each.column,
            "before": each.before,
            "after": each.after,
            "came": [{"case": ref, "reasons": found.reasons_of(ref)} for ref in each.came],
            "went": [{"case": ref, "reasons": found.reasons_of(ref)} for ref in each.went],
        }
