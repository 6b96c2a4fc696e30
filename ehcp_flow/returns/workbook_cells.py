"""How a cell of a workbook is written: as what it is, and never as a formula."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import shown

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, Kind

FACE = "Arial"
INK, BLUE, SOFT, PALE = "#0B0C0C", "#12436D", "#505A5F", "#EEF2F6"
_LONGEST_TEXT = 32_767
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HUNDRED = 100
_FORMS = {
    "count": "#,##0",
    "percent": "0.0%",
    "weeks": "#,##0.0",
    "days": "#,##0",
    "number": "#,##0.0#",
    "day": "d mmm yyyy",
    "month": "mmm yyyy",
}


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        def made(**properties: Any) -> Any:
            return workbook.add_format({"font_name": FACE, "font_size": 11, "valign": "top", **properties})

        self.title = made(bold=True, font_size=18, font_color=BLUE)
        self.message = made(bold=True, font_size=12, text_wrap=True)
        self.heading = made(bold=True, font_size=14, font_color=BLUE, bottom=1, bottom_color=BLUE)
        self.head_text = made(bold=True, bg_color=PALE, text_wrap=True, valign="bottom", bottom=2, indent=1)
        self.head_number = made(bold=True, bg_color=PALE, text_wrap=True, valign="bottom", align="right", bottom=2)
        self.text = made(text_wrap=True)
        self.words = made(text_wrap=True, indent=1)  # apart from the number in the column before it
        self.label = made(bold=True, text_wrap=True)
        self.soft = made(font_color=SOFT, text_wrap=True, italic=True)
        self.link = made(font_color="#1D70B8", underline=1, text_wrap=True)
        self.quoted = made(text_wrap=True, quote_prefix=True)
        left = {kind: {"align": "left", "indent": 1} for kind in ("day", "month")}
        self._cells = {kind: made(num_format=form, **left.get(kind, {})) for kind, form in _FORMS.items()}

    def cell(self, kind: str) -> Any:
        """The format of a value of some kind."""
        return self._cells.get(kind, self.words)


def write_cell(sheet: Any, row: int, place: int, cell: Cell, kind: Kind, styles: Styles) -> None:
    """Write one value of a table. Text is always text; what there is none of stays empty, so that no chart draws it."""
    style = styles.cell(kind)
    day = _day(cell, kind)
    if cell is None:
        sheet.write_blank(row, place, None, style)
    elif day is not None:
        sheet.write_datetime(row, place, day, style)
    elif isinstance(cell, int | float) and cell - cell == 0:
        sheet.write_number(row, place, cell / _HUNDRED if kind == "percent" else cell, style)
    else:
        write_text(sheet, row, place, str(cell), styles, styles.words)


def write_text(sheet: Any, row: int, place: int, text: str, styles: Styles, style: Any = None) -> None:
    """Write text that came from data; marked as text where Excel could take it for a formula when it is edited."""
    is_doubtful = text.lstrip().startswith(_BEGINS_FORMULA)
    sheet.write_string(row, place, text[:_LONGEST_TEXT], styles.quoted if is_doubtful else style or styles.text)


def _day(cell: Cell, kind: Kind) -> date | None:
    if isinstance(cell, date):
        return cell
    if kind == "month" and isinstance(cell, str):
        try:
            return date.fromisoformat(f"{cell}-01")
        except ValueError:
            return None
    return None


def width_of(title: str, cells: list[Cell], kind: Kind) -> float:
    """How wide a column should be, in letters: its longest value, or the longest word of its title."""
    longest = max((len(shown(cell, kind)) for cell in cells), default=0)
    word = max((len(each) for each in title.split()), default=0)
    least = 12 if kind in _FORMS else 16
    return float(min(max(longest + 2, word + 3, least), 46))
