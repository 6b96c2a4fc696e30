"""All pictures on one sheet: small, by role, each opening its full size."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

_STYLE = """
body { font: 14px/1.4 sans-serif; margin: 24px; background: #eee; }
section { display: flex; flex-wrap: wrap; gap: 14px; align-items: flex-start; }
figure { margin: 0; background: #fff; border: 1px solid #bbb; padding: 6px; width: 330px; }
figure.small { width: 150px; }
figure img { width: 100%; height: 260px; object-fit: cover; object-position: top; display: block; }
figcaption { overflow-wrap: anywhere; padding-top: 4px; }
figure.wrong { border: 3px solid #c00; }
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as one role saw it in a window of `width` pixels; `complaint` says what was wrong with it."""

    role: str
    path: str
    width: int
    file: str
    complaint: str = ""


def write_sheet(out: Path, pictures: list[Picture]) -> Path:
    """`index.html` in `out`."""
    by_page = sorted(pictures, key=lambda each: each.role)
    roles = groupby(by_page, key=lambda each: each.role)
    parts = [f"<h2>{escape(role)}</h2><section>{''.join(map(_figure, some))}</section>" for role, some in roles]
    index = out / "index.html"
    head = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>{_STYLE}</style>'
    index.write_text(f"{head}<h1>Every page</h1>{''.join(parts)}</html>", encoding="utf-8")
    return index


def _figure(each: Picture) -> str:
    classes = f"{'small' if each.width < 800 else ''} {'wrong' if each.complaint else ''}"
    caption = f"{escape(each.path)} {escape(each.complaint)}"
    image = f'<a href="{escape(each.file)}"><img src="{escape(each.file)}" alt="" loading="eager"></a>'
    return f'<figure class="{classes}">{image}<figcaption>{caption}</figcaption></figure>'
