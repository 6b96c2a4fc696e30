"""Back up and restore, the same way on both databases: one file that holds everything that was recorded.

The file is a ZIP of one JSON-lines member for each table and a manifest with counts and checksums. It holds
special-category data about children: it is made readable by its owner only, and belongs where such data may be.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ehcp_flow import __version__
from ehcp_flow.errors import BadInput, NotAllowed
from ehcp_flow.services.rebuild import Verified, rebuild, verify
from ehcp_flow.storage import dump, people
from ehcp_flow.storage.database import SCHEMA_VERSION
from ehcp_flow.storage.migrate import migrate
from ehcp_flow.storage.tables import Case
from ehcp_flow.today import now

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

Progress = Callable[[int, int], None]

MANIFEST = "manifest.json"
_KIND = "ehcp-flow backup"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds, or a restore brought back: rows by table."""

    path: Path
    rows: dict[str, int]


def backup(office: Office, path: Path, progress: Progress | None = None) -> BackedUp:
    """Write everything recorded to `path`, as it stood at one moment; others may go on recording meanwhile.

    Raises BadInput if the file is there already or cannot be written; a half-written file is not left behind.
    """
    if path.exists():
        raise BadInput(f"There is a file {path} already; a backup never replaces one.", next="Choose another name.")
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            rows = _write(office, file, progress)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {(error.strerror or 'unknown reason').lower()}.") from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return BackedUp(path, rows)


def _write(office: Office, file: IO[bytes], progress: Progress | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    checksums: dict[str, str] = {}
    with office.database.snapshot() as connection, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        total = sum(dump.count_rows(connection, name) for name in dump.table_names())
        done = 0
        for name in dump.table_names():
            checksum = hashlib.sha256()
            counts[name] = 0
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as member:
                for row in dump.rows_of(connection, name):
                    line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                    member.write(line)
                    checksum.update(line)
                    counts[name] += 1
                    done += 1
                    if progress and done % 1_000 == 0:
                        progress(done, total)
            checksums[name] = checksum.hexdigest()
        manifest = {
            "kind": _KIND,
            "schema": SCHEMA_VERSION,
            "made_at": now().isoformat(),
            "made_by_version": __version__,
            "rows": counts,
            "sha256": checksums,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
    return counts


def restore(office: Office, path: Path, progress: Progress | None = None) -> tuple[BackedUp, Verified]:
    """Bring the backup at `path` into a new or empty database, and prove it: counts, checksums and hash chain.

    An older backup is loaded as it was and then brought up to date. Raises BadInput for a file that is
    damaged or no backup, NotAllowed if the database holds cases already; then nothing is written.
    """
    with _opened(path) as archive:
        manifest = _manifest(path, archive)
        _check_members(path, archive, manifest)
        _must_be_empty(office)
        migrate(office.database, to=manifest["schema"])
        with office.database.migrating() as connection:
            total, done = sum(manifest["rows"].values()), 0
            for name, count in manifest["rows"].items():
                loaded = dump.load_rows(connection, name, _rows(archive, name))
                if loaded != count:
                    raise BadInput(f"{path.name} is damaged: {name} has {loaded} rows, not {count}.")
                done += loaded
                if progress:
                    progress(done, total)
    migrate(office.database)
    rebuild(office)
    return BackedUp(path, manifest["rows"]), verify(office)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, OSError):
        raise BadInput(f"{path.name} is no backup, or was cut short.", next="Take another backup.") from None


def _manifest(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (KeyError, json.JSONDecodeError):
        manifest = {}
    if manifest.get("kind") != _KIND:
        raise BadInput(f"{path.name} is no backup of EHCP Flow.", next="Make one with: ehcp backup FILE")
    if manifest["schema"] > SCHEMA_VERSION:
        raise BadInput(
            f"{path.name} is of a newer version of EHCP Flow ({manifest['schema']}; this one knows {SCHEMA_VERSION}).",
            next="Upgrade EHCP Flow.",
        )
    return manifest


def _check_members(path: Path, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for name, expected in manifest["sha256"].items():
        checksum = hashlib.sha256()
        try:
            with archive.open(f"{name}.jsonl") as member:
                while block := member.read(1 << 20):
                    checksum.update(block)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError):
            raise BadInput(f"{path.name} is damaged: {name} cannot be read. Nothing was restored.") from None
        if checksum.hexdigest() != expected:
            raise BadInput(f"{path.name} is damaged: {name} is not as it was saved. Nothing was restored.")


def _must_be_empty(office: Office) -> None:
    if office.database.version() is None:
        return
    with office.database.migrating() as connection:
        if people.count(connection, Case):
            raise NotAllowed(
                "The database holds cases already; a backup is restored into an empty one.",
                next="Choose a new database with EHCP_DATABASE_URL.",
            )


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    with archive.open(f"{name}.jsonl") as member:
        for line in member:
            yield json.loads(line)
