"""The report as one HTML page that can be read on a screen and printed; it loads nothing from anywhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

    from ehcp_flow.returns.report import Content


def report_html(content: Content) -> bytes:
    """The page as bytes, from what `as_content` gives: whatever comes from data is escaped, pictures are SVG."""
    return _template().render(report=content).encode()


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
