"""Addresses of cases. A `/` in a reference is written `~`, which none holds; `{ref:case}` in a route undoes it.

Starlette undoes `%2F` before it looks for the route, so a `/` cannot be kept by quoting it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode

from starlette.convertors import Convertor, register_url_convertor

_SLASH: Final = "~"


class CaseRef(Convertor[str]):
    """A case reference as a part of an address."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        """The reference that a part of an address stands for."""
        return value.replace(_SLASH, "/")

    def to_string(self, value: str) -> str:
        """A reference as it is written in an address."""
        return value.replace("/", _SLASH)


register_url_convertor("case", CaseRef())


def case_path(case_ref: str, *more: str, **query: str) -> str:
    """The address of a case, of a page below it with `more`, and with a `query`.

    >>> case_path("NA/2026/1", "clocks", "give_advice[school]", period="2")
    '/cases/NA~2026~1/clocks/give_advice%5Bschool%5D?period=2'
    """
    path = "/".join(["/cases", *map(_quoted, (case_ref.replace("/", _SLASH), *more))])
    return f"{path}?{urlencode(query)}" if query else path


@lru_cache(maxsize=10_000)
def _quoted(part: str) -> str:
    return quote(part, safe=_SLASH)  # slow, and a list of limits has three for each line


def new_case_path(workflow: str, event: str, **query: str) -> str:
    """The address of the form that opens a case of `workflow` by `event`."""
    path = f"/new-case/{quote(workflow)}/{quote(event)}"
    return f"{path}?{urlencode(query)}" if query else path
