"""No request may send more than its page can want, declared or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 1_000_000


class BodyLimit:
    """Counts what comes in; `larger` says by path where more is let in."""

    def __init__(self, app: ASGIApp, larger: dict[str, int]) -> None:
        self.app, self.larger = app, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises HTTPException 413 inside the application as soon as too much has come."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, come = self._most(scope["path"]), 0

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)

    def _most(self, path: str) -> int:
        return max((most for start, most in self.larger.items() if path.startswith(start)), default=MOST_BYTES)
