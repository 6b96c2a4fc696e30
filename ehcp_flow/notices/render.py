"""A document as a message: subject, plain text and HTML, from the two templates beside this file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ehcp_flow.engine.words import long_date
from ehcp_flow.notices.document import Document, Row, Table

WIDTH = 76
"""Of plain text, so that no mail program breaks its lines for us."""
_BAR = 20
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the same said twice, for every kind of reader."""

    subject: str
    text: str
    html: str


def render(document: Document) -> Message:
    """The document as text and as HTML; whatever comes from data is escaped in the HTML."""
    text = _templates().get_template("message.txt").render(doc=document)
    html = _templates().get_template("message.html").render(doc=document)
    return Message(document.subject, text.strip() + "\n", html)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("ehcp_flow.notices"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "long_date": long_date,
        "folded": folded,
        "drawn": drawn,
        "aligned": aligned,
        "case_line": case_line,
    }
    return made


def folded(text: str, indent: int = 0) -> str:
    """Text in lines no longer than WIDTH."""
    space = " " * indent
    lines = wrap(text, WIDTH, initial_indent=space, subsequent_indent=space, break_long_words=False)
    return "\n".join(lines)


def drawn(percent: float | None) -> str:
    """A bar of letters.

    >>> drawn(50.0)
    '##########----------'
    """
    full = round(_BAR * (percent or 0) / _HUNDRED)
    return "#" * full + "-" * (_BAR - full)


def case_line(row: Row, day: str) -> str:
    """A case in plain text: what is owed, and under it which case, since when and who holds it."""
    facts = [row.case_ref, f"{day.lower()} {row.day}", row.when, row.who]
    lines = [folded(f"- {row.what}", 2), "    " + " · ".join(fact for fact in facts if fact)]
    return "\n".join([*lines, f"    {row.link}"] if row.link else lines)


def aligned(table: Table) -> str:
    """A table in plain text: words to the left, numbers to the right; long words go on a line of their own."""
    rows = [table.headings, *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.headings))]
    if sum(widths) + 2 * len(widths) <= WIDTH:
        return "\n".join(_aligned(row, widths, table.words) for row in rows)
    return "\n".join(_listed(table.headings, row) for row in table.rows)


def _aligned(row: Sequence[str], widths: Sequence[int], words: int) -> str:
    cells = [
        cell.ljust(width) if place < words else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  " + "  ".join(cells).rstrip()


def _listed(headings: Sequence[str], row: Sequence[str]) -> str:
    facts = [f"{heading.lower()} {cell}" for heading, cell in zip(headings[1:], row[1:], strict=True)]
    return f"{folded(f'- {row[0]}', 2)}\n{folded(' · '.join(facts), 4)}"
