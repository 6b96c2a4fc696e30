"""Native charts of a workbook, which follow their cells; told apart by dashes, marks and shades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import NUMBERS
from ehcp_flow.returns.chart_axes import lies_down
from ehcp_flow.returns.chart_data import drawing
from ehcp_flow.returns.workbook_cells import FACE, INK, SOFT

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Chart, Column, FigureTable
    from ehcp_flow.returns.chart_data import Drawing

_LINES = ("#12436D", "#D4351C", "#28A197", "#3D3D3D")
_DASHES = ("solid", "dash", "round_dot", "dash_dot")
_MARKS = ("circle", "square", "triangle", "diamond")
_SHADES = ("#12436D", "#2073BC", "#6BACE6", "#BFD9F0", "#E9EEF3")
_WIDTH, _HEIGHT = 720, 380


def insert_chart(workbook: Any, sheet: Any, table: FigureTable, name: str, head: int, target: int | None) -> None:
    """Put the table's chart to the right of its cells, whose headings stand in row `head` (from 0) of sheet `name`.

    `target` is the column that holds the level to reach, if there is one.
    """
    drawn = drawing(table)
    if drawn is None or table.chart is None:
        return
    made = _new(workbook, drawn)
    last = head + len(table.rows) - table.has_total

    def cells(place: int) -> list[Any]:
        return [name, head + 1, place, last, place]

    x = cells(table.column(table.chart.x))
    for number, column in enumerate(table.chart.y):
        place = table.column(column)
        options = {"name": [name, head, place], "categories": x, "values": cells(place)}
        made.add_series({**options, **_look(table.chart, number)})
    for edge in (table.chart.low, table.chart.high) if table.chart.kind in ("lines", "steps") else ():
        if edge:
            place = table.column(edge)
            thin = {"color": SOFT, "width": 0.75, "dash_type": "square_dot"}
            series = {"name": [name, head, place], "categories": x, "values": cells(place), "line": thin}
            made.add_series({**series, "marker": {"type": "none"}})
    if target is not None and table.chart.kind in ("lines", "steps"):
        level = {"color": INK, "width": 1.5, "dash_type": "dash"}
        made.add_series({"name": "Target", "categories": x, "values": cells(target), "line": level, "marker": _NO_MARK})
    _dress(made, table, table.chart)
    sheet.insert_chart(head, len(table.columns) + (2 if target is not None else 1), made, _options(table))


_NO_MARK = {"type": "none"}


def _options(table: FigureTable) -> dict[str, Any]:
    says = (table.chart.says if table.chart else "") or table.message
    return {"description": f"{table.title}. {says}", "object_position": 2}


def _new(workbook: Any, drawn: Drawing) -> Any:
    kind = drawn.chart.kind
    if kind == "steps":
        return workbook.add_chart({"type": "scatter", "subtype": "straight"})
    if kind == "lines":
        return workbook.add_chart({"type": "line"})
    stacked = {"subtype": "stacked"} if kind == "stacked_bars" else {}
    return workbook.add_chart({"type": "bar" if lies_down(drawn) else "column", **stacked})


def _x(table: FigureTable, chart: Chart) -> Column:
    return table.columns[table.column(chart.x)]


def _look(chart: Chart, number: int) -> dict[str, Any]:
    if chart.kind in ("lines", "steps"):
        color, dash = _LINES[number % len(_LINES)], _DASHES[number % len(_DASHES)]
        mark = {"type": _MARKS[number % len(_MARKS)], "size": 6, "fill": {"color": color}, "border": {"color": color}}
        line = {"color": color, "width": 2.25, "dash_type": dash}
        return {"line": line, "marker": _NO_MARK if chart.kind == "steps" else mark}
    shade = _SHADES[(0, 3)[number] if len(chart.y) == 2 else number % len(_SHADES)]
    fill = {"fill": {"color": shade}, "border": {"color": INK, "width": 0.5}, "gap": 60}
    if chart.kind == "stacked_bars":
        return fill
    return {**fill, "data_labels": {"value": True, "font": {"name": FACE, "size": 9}}}


def _dress(made: Any, table: FigureTable, chart: Chart) -> None:
    font = {"name": FACE, "size": 9, "color": INK}
    x, y = _x(table, chart), table.columns[table.column(chart.y[0])]
    lies = type(made).__name__ == "ChartBar"
    places: dict[str, Any] = {"num_font": font, "reverse": lies, "line": {"color": SOFT}}
    if x.kind in NUMBERS:
        places |= {"name": x.title, "name_font": font, "min": 0}
    if x.kind == "month":
        places |= {"num_format": "mmm yy", "text_axis": True}
    values: dict[str, Any] = {
        "num_font": font,
        "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": "#D8DCDE"}},
    }
    if y.kind == "percent":
        values |= {"num_format": "0%"}
    if lies:
        # Bars that go to the right begin at the top, as the table does; the numbers are sent back to the bottom.
        values |= {"label_position": "high"}
    made.set_x_axis(values if lies else places)
    made.set_y_axis(places if lies else values)
    made.set_title({"name": table.title, "name_font": {"name": FACE, "size": 11, "color": INK}, "overlay": False})
    made.set_legend({"position": "bottom", "font": font} if len(chart.y) > 1 or chart.low else {"none": True})
    made.set_size({"width": _WIDTH, "height": _HEIGHT})
    made.show_blanks_as("gap")
