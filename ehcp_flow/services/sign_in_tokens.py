"""Secrets that are given to a browser and never kept: only their hashes rest in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime


def new_token() -> str:
    """A secret of 256 bits that can stand in a cookie or an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token. No salt is needed: nobody can guess 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def entry_at(moment: datetime) -> str:
    """A key that sorts by time, and that no two writers share."""
    return f"{moment:%Y%m%dT%H%M%S%f}-{secrets.token_hex(6)}"
