"""The report as a PDF, by typst: nothing to install, no network, fonts that travel with the program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ehcp_flow.returns.charts import FONTS

if TYPE_CHECKING:
    from ehcp_flow.returns.report import Content

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
ACCESSIBLE: Literal["ua-1"] = "ua-1"
"""PDF/UA: tagged, with a language, a title and words for every picture."""


def report_pdf(content: Content) -> bytes:
    """The report as bytes, the same for the same content (see `as_content`).

    Texts travel as JSON and are never read as markup. The day written into the file is the moment known at.
    """
    import typst

    moment = datetime.fromisoformat(content["known_at"])
    made = typst.compile(
        str(_TEMPLATE),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(content, ensure_ascii=False)},
        timestamp=moment.astimezone(UTC).replace(microsecond=0),
        pdf_standards=ACCESSIBLE,
    )
    return _bytes(made)


def _bytes(made: bytes | Sequence[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("typst gives one PDF as bytes")
    return made
