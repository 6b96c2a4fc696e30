"""The folder of a pack: put there whole or not at all, never over another, checked and signed off."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput, NotAllowed
from ehcp_flow.returns.manifest import MANIFEST, SIGNED_OFF, as_json, pack_hash, sha256, signature, stamped

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a pack found: what is wrong with it, and who signed it."""

    manifest: dict[str, Any]
    problems: tuple[str, ...]
    signatures: tuple[dict[str, str], ...]


def keep(folder: Path, files: Mapping[str, bytes], said: Mapping[str, Any], made_at: datetime, made_by: str) -> bool:
    """Put a pack into its folder; False if the very same is there already, which stays as it is.

    Raises NotAllowed if another pack or other files are there, BadInput if it cannot be written; then nothing is left
    behind.
    """
    if folder.exists():
        _must_be_the_same(folder, said)
        return False
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    with _told_of_trouble(folder, beside):
        folder.parent.mkdir(parents=True, exist_ok=True)
        for name, content in {**files, MANIFEST: stamped(dict(said), made_at, made_by)}.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        beside.rename(folder)
    return True


@contextmanager
def _told_of_trouble(folder: Path, beside: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise BadInput(
            f"{folder} cannot be written.",
            f"The system says: {error.strerror}.",
            "Check the folder and the space on the disk, or name another with --out.",
        ) from None
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _must_be_the_same(folder: Path, said: Mapping[str, Any]) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        raise NotAllowed(f"{folder} is there already, and empty.", next="Remove it, or name another with --out.")
    if not (folder / MANIFEST).is_file():
        raise NotAllowed(f"{folder} is there already and is no pack.", next="Name another folder with --out.")
    there = read_manifest(folder)
    if there.get("pack") != said["pack"]:
        raise NotAllowed(
            f"{folder} holds another pack: for {there.get('month')}, as it stood on {there.get('as_of')}, "
            f"as recorded by {there.get('known_at')}.",
            "A pack is never written over, for somebody may have signed it.",
            "Name another folder with --out; `ehcp return reconcile` then tells the two apart.",
        )


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a pack says of itself. Raises BadInput where there is no pack, or its manifest cannot be read."""
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{folder} is no pack: there is no {MANIFEST} in it.", next="Name the pack's folder.") from None
    except (OSError, ValueError):
        raise BadInput(f"{path} cannot be read.", "It is damaged.", "Make the pack again in another folder.") from None
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise BadInput(f"{path} is not the manifest of a pack.", next="Make the pack again in another folder.")
    return found


def check_pack(folder: Path) -> Checked:
    """Compare every file with the hash that the manifest holds, and the signatures with the pack."""
    said = read_manifest(folder)
    problems = [*_changed_files(folder, said["files"]), *_unknown_files(folder, said["files"])]
    if pack_hash(said) != said.get("pack"):
        problems.append(f"{MANIFEST}: it was changed after the pack was made.")
    signatures = read_signatures(folder)
    problems += [
        f"{SIGNED_OFF}: {each.get('name', 'somebody')} signed another pack, not this one."
        for each in signatures
        if each.get("pack") != said.get("pack")
    ]
    return Checked(said, tuple(problems), signatures)


def _changed_files(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: it is missing."
        elif sha256(path.read_bytes()) != expected:
            yield f"{name}: it was changed after the pack was made."


def _unknown_files(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    known = {*files, MANIFEST, SIGNED_OFF}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known:
            yield f"{name}: it does not belong to the pack."


def read_signatures(folder: Path) -> tuple[dict[str, str], ...]:
    """Who signed a pack, the first first. Raises BadInput if the file of signatures cannot be read."""
    path = folder / SIGNED_OFF
    if not path.exists():
        return ()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["signatures"]
        return tuple({str(name): str(value) for name, value in each.items()} for each in found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(f"{path} cannot be read.", "It is damaged.", "Put back the copy you kept.") from None


def sign_pack(folder: Path, name: str, signed_at: datetime, note: str = "") -> dict[str, str]:
    """Add a sign-off beside the pack, which itself stays as it is.

    Raises NotAllowed if the pack is not as it was made, or this person has signed it; BadInput without a name.
    """
    if not name.strip():
        raise BadInput("A pack is signed by somebody.", next='Say who with --by "A Smith".')
    found = check_pack(folder)
    if found.problems:
        raise NotAllowed(
            f"{folder} is not as it was made: {found.problems[0]}",
            "What is signed must be what was made.",
            "See `ehcp return check`; make the pack again in another folder.",
        )
    if any(each["name"] == name.strip() for each in found.signatures):
        raise NotAllowed(f"{name.strip()} has signed this pack already.")
    made = signature(found.manifest, name.strip(), signed_at, note.strip())
    path = folder / SIGNED_OFF
    beside = path.with_name(f".{SIGNED_OFF}.{os.getpid()}.part")
    try:
        beside.write_bytes(as_json({"signatures": [*found.signatures, made]}))
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written.", f"The system says: {error.strerror}.") from None
    return made
