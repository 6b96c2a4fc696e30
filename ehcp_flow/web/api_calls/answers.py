"""Answers of the API: JSON with a tag, so that what has not changed is not sent again; and pages with a cursor."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request, Response

from ehcp_flow.errors import BadInput

if TYPE_CHECKING:
    from pydantic import BaseModel

JSON: Final = "application/json"
_TAG = re.compile(r'(?:W/)?"(?P<entries>\d{1,9})(?:-[0-9a-f]*)?"')
_LONGEST_CURSOR: Final = 1_000


def answer(request: Request, content: BaseModel, *, entries: int | None = None) -> Response:
    """The content with its tag, or 304 if the caller has it already.

    The tag of a case begins with the number of its entries, which `If-Match` is compared with.
    """
    body = content.model_dump_json().encode()
    digest = hashlib.sha256(body).hexdigest()[:16]
    tag = f'"{digest}"' if entries is None else f'"{entries}-{digest}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if _has_already(request.headers.get("if-none-match", ""), tag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, JSON)


def _has_already(if_none_match: str, tag: str) -> bool:
    given = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return tag in given or "*" in given


def entries_seen(if_match: str | None) -> int | None:
    """How many entries the caller has seen, from `If-Match`; None if it does not say or does not mind.

    Raises BadInput for what is no tag of a case.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise BadInput("If-Match is not the ETag of a case.", next='Send the ETag as it came, or the entries as "7".')
    return int(found["entries"])


def cursor_after(key: tuple[Any, ...]) -> str:
    """The cursor of the page that begins after the line with this key."""
    said = json.dumps([str(part) if not isinstance(part, int) else part for part in key], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def key_in(cursor: str | None, kinds: tuple[type, ...]) -> list[Any] | None:
    """The key in a cursor, None without one. Raises BadInput for what is no cursor of this list.

    A cursor is not secret and opens nothing: each page is narrowed to what the caller may see.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
            raise ValueError
        key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise no_cursor() from None
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise no_cursor()
    if not all(part.isprintable() if isinstance(part, str) else abs(part) < 1_000_000 for part in key):
        raise no_cursor()
    return key


def no_cursor() -> BadInput:
    """What is said of a cursor that is none."""
    return BadInput("The cursor is not one of this list.", next="Send `next` of the page before, as it came.")
