"""A private place for work under way: a tracker somebody uploaded, a pack being made. Kept for an hour or so.

Each piece of work has a folder of its own, named by a key that cannot be guessed, readable by the program's own
account only, and shown to nobody but the person it belongs to. What is old is removed when the next work begins.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ehcp_flow.errors import BadInput, UnknownName

SECONDS_KEPT = 2 * 3_600

_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_ABOUT, _STATE = "about.json", "state.json"
_NOT_THERE = "Nothing is kept under this address any more."
_WHY_NOT = "Work is kept for two hours, for the person who began it."


@dataclass(frozen=True, slots=True)
class KeptWork:
    """One piece of work: its folder, whose it is, and what it is about."""

    key: str
    folder: Path
    owner: str
    kind: str
    about: dict[str, Any]

    def with_about(self, about: Mapping[str, Any]) -> KeptWork:
        """The same work, about something more."""
        said = {"owner": self.owner, "kind": self.kind, "about": dict(about)}
        (self.folder / _ABOUT).write_text(json.dumps(said), encoding="utf-8")
        return KeptWork(self.key, self.folder, self.owner, self.kind, dict(about))

    def read_state(self) -> dict[str, Any]:
        """What was last noted of it; empty before anything was."""
        try:
            found = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return dict(found)

    def note_state(self, state: Mapping[str, Any]) -> None:
        """Note how it stands, whole or not at all: others read it meanwhile."""
        beside = self.folder / f".{_STATE}.{secrets.token_hex(4)}"
        beside.write_text(json.dumps(state, default=str), encoding="utf-8")
        beside.replace(self.folder / _STATE)


def work_folder() -> Path:
    """Where work is kept: a folder of this account's own in the system's place for such files.

    Raises BadInput where somebody else has put something there under its name.
    """
    folder = Path(tempfile.gettempdir()) / f"ehcp-flow-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise BadInput(
            f"{folder} cannot be used for uploads.",
            "It belongs to somebody else, or others may read it.",
            "Remove it, or set TMPDIR to a folder of the program's own.",
        )
    return folder


def begin_work(
    owner: str, kind: str, about: Mapping[str, Any], now: datetime, files: Mapping[str, bytes] | None = None
) -> KeptWork:
    """Make a folder for a piece of work of `owner`, with `files` in it; removes what is too old."""
    root = work_folder()
    forget_old(root, now)
    key = secrets.token_urlsafe(24)
    folder = root / key
    folder.mkdir(mode=0o700)
    for name, content in (files or {}).items():
        _write_privately(folder / name, content)
    said = {"owner": owner, "kind": kind, "about": dict(about)}
    _write_privately(folder / _ABOUT, json.dumps(said).encode())
    return KeptWork(key, folder, owner, kind, dict(about))


def _write_privately(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def kept_work(key: str, owner: str, kind: str) -> KeptWork:
    """The work kept under `key`. Raises UnknownName if there is none, or it is another person's or of another kind."""
    folder = work_folder() / key if _KEY.fullmatch(key) else None
    try:
        said = json.loads((folder / _ABOUT).read_text(encoding="utf-8")) if folder else {}
    except (OSError, ValueError):
        said = {}
    if folder is None or said.get("owner") != owner or said.get("kind") != kind:
        raise UnknownName(_NOT_THERE, _WHY_NOT, "Begin again.")
    return KeptWork(key, folder, owner, kind, dict(said["about"]))


def works_of(owner: str, kind: str) -> list[KeptWork]:
    """All that is kept of one kind for a person, the newest first."""
    found = []
    for folder in sorted(work_folder().iterdir(), key=lambda each: each.stat().st_mtime, reverse=True):
        with suppress(UnknownName):
            found.append(kept_work(folder.name, owner, kind))
    return found


def forget_work(work: KeptWork) -> None:
    """Remove everything that is kept of it."""
    shutil.rmtree(work.folder, ignore_errors=True)


def forget_old(root: Path, now: datetime) -> None:
    """Remove what nobody touched for longer than work is kept."""
    for folder in root.iterdir():
        try:
            last = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
        except OSError:  # another process removed it at this moment
            continue
        if last < now.timestamp() - SECONDS_KEPT:
            shutil.rmtree(folder, ignore_errors=True)
