"""What the pages of administration show, as plain values."""

from __future__ import annotations

from typing import Any


def report_lines(report: dict[str, Any]) -> list[str]:
    """A night's report in words: `new breaches: 511`, `skipped, excepted: 8`; nothing for what is empty."""
    lines = []
    for name, value in report.items():
        if isinstance(value, dict):
            if name == "skipped":
                lines += [f"skipped, {why}: {number:,}" for why, number in value.items()]
        elif value not in ("", None):
            lines.append(f"{name.replace('_', ' ')}: {_number(value)}")
    return lines


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
