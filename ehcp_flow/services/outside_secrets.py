"""What secrets given to other programs have in common: a number that may be written down, and when a use is noted."""

from __future__ import annotations

import secrets
from datetime import datetime

_NUMBER_BYTES = 5
_NOTED_EVERY_SECONDS = 300


def new_number() -> str:
    """A short random name for something that has a secret, which may be shown and written down."""
    return secrets.token_hex(_NUMBER_BYTES)


def is_worth_noting(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether a use should be noted: not each one, for that would make every reading a writing."""
    return last_used_at is None or now.timestamp() - last_used_at.timestamp() >= _NOTED_EVERY_SECONDS
