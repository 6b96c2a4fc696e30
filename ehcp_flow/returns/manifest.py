"""The pack's manifest: what it holds and was made from, and a hash of every file, so that a change shows.

Everything but the part `run` follows from the day, the moment known at and the records; `run` alone differs when the
pack is made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.facts import PROGRAM

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.returns.facts import Facts

MANIFEST, SIGNED_OFF = "manifest.json", "signed_off.json"
FORMAT = 1
_RUN, _PACK = "run", "pack"


def manifest(
    facts: Facts,
    tables: Sequence[FigureTable],
    files: Mapping[str, bytes],
    settings: Mapping[str, str],
) -> dict[str, Any]:
    """The manifest without its run stamp. `settings` are digests of the files that divide and publish figures."""
    said = {
        "format": FORMAT,
        "kind": "monthly return",
        "authority": facts.authority,
        "month": facts.month,
        "first": facts.first.isoformat(),
        "last": facts.last.isoformat(),
        "as_of": facts.as_of.isoformat(),
        "known_at": facts.known_at.astimezone(UTC).isoformat(),
        "is_published": facts.is_published,
        "figures": [_figure(table) for table in tables],
        "data_quality": list(facts.data_quality),
        "workflows": {law.name: {"title": law.title, "digest": law.digest} for law in facts.laws},
        "calendar": facts.calendar,
        "settings": dict(sorted(settings.items())),
        "program": PROGRAM,
        "code_version": facts.code_version,
        "inputs": asdict(facts.inputs),
        "files": {name: sha256(content) for name, content in sorted(files.items())},
    }
    return {**said, _PACK: pack_hash(said)}


def _figure(table: FigureTable) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "basis": table.basis,
        "message": table.message,
        "columns": [column.name for column in table.columns],
        "rows": len(table.rows),
    }


def sha256(content: bytes) -> str:
    """The hash of a file, as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()


def pack_hash(said: Mapping[str, Any]) -> str:
    """One hash of everything that the pack says, its run stamp left out."""
    lasting = {name: value for name, value in said.items() if name not in (_RUN, _PACK)}
    return sha256(json.dumps(lasting, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def stamped(said: Mapping[str, Any], made_at: datetime, made_by: str) -> bytes:
    """The manifest as a file, with its run stamp."""
    stamp = {"made_at": made_at.astimezone(UTC).isoformat(timespec="seconds"), "made_by": made_by}
    return as_json({**said, _RUN: stamp})


def as_json(said: Any) -> bytes:
    """JSON that people can read too."""
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def signature(said: Mapping[str, Any], name: str, signed_at: datetime, note: str = "") -> dict[str, str]:
    """A sign-off: who, when, and the hash of what they signed."""
    return {
        "name": name,
        "signed_at": signed_at.astimezone(UTC).isoformat(timespec="seconds"),
        "pack": str(said[_PACK]),
        "note": note,
    }
