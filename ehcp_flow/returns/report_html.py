"""The report as one HTML page that can be read on a screen and printed; it loads nothing from anywhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ehcp_flow.returns.report import as_content

if TYPE_CHECKING:
    from jinja2 import Template

    from ehcp_flow.returns.report import Report


def report_html(report: Report) -> bytes:
    """The page as bytes; whatever comes from data is escaped, and pictures are those of `chart_svg`."""
    return _template().render(report=as_content(report)).encode()


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("ehcp_flow.returns"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template("report.html")
