"""A tracker that somebody uploads: kept privately, described, checked in a dry run, and then imported.

The steps are those of `ehcp import`; only the file is kept here between them, and removed with the import.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadFile, BadInput, UnknownName
from ehcp_flow.intake.columns import Columns, find_columns
from ehcp_flow.intake.error_workbook import write_error_workbook
from ehcp_flow.intake.file_kind import TEXTS, WORKBOOKS
from ehcp_flow.intake.guess import guess_mapping
from ehcp_flow.intake.mapping import LongMapping, WideMapping
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import Heading, Table, read_table
from ehcp_flow.services.import_events import ImportReport, import_file
from ehcp_flow.services.import_summary import summary
from ehcp_flow.services.keep_work import KeptWork, begin_work, forget_work, kept_work
from ehcp_flow.services.work_aside import Tell, do_aside, state_of

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

MOST_BYTES = 25 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
LONGEST_MAPPING = 200_000
ENDINGS = (*WORKBOOKS, *TEXTS)

_KIND = "import"
_MAPPING, _PROBLEMS = "mapping.yaml", "problems-found"
_NOT_IN_A_NAME = re.compile(r"[^\w .()-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tracker:
    """An uploaded tracker: what it is called, how many rows it has, and what its columns are said to be."""

    work: KeptWork

    @property
    def key(self) -> str:
        """What its pages are addressed by."""
        return self.work.key

    @property
    def name(self) -> str:
        """The file's name, cleaned."""
        return str(self.work.about["name"])

    @property
    def rows(self) -> int:
        """The rows below its headings."""
        return int(self.work.about["rows"])

    @property
    def notes(self) -> list[str]:
        """What was found out while reading it."""
        return list(self.work.about["notes"])

    @property
    def path(self) -> Path:
        """The file itself, gone once it is imported."""
        return self.work.folder / self.name

    @property
    def mapping_path(self) -> Path:
        """The mapping as it stands."""
        return self.work.folder / _MAPPING

    @property
    def mapping(self) -> str:
        """The mapping's text."""
        return self.mapping_path.read_text(encoding="utf-8")

    @property
    def problems_path(self) -> Path:
        """The workbook of rows with problems, there after a check that found some."""
        return self.work.folder / _PROBLEMS


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of the file and what the mapping makes of it: nothing, if `uses` is empty."""

    letter: str
    heading: str
    uses: tuple[str, ...]
    is_ignored: bool


def keep_tracker(
    office: Office, name: str, content: bytes, now: datetime, workflow: str | None = None, mapping: str | None = None
) -> Tracker:
    """Keep an uploaded file for its owner, with a mapping proposed for it (or the one given).

    Raises BadInput for a file that is too large, of a kind we do not read, or damaged.
    """
    clean = clean_name(name)
    _must_be_handy(clean, content)
    chosen = {workflow: office.workflow(workflow)} if workflow else office.workflows
    work = begin_work(office.user, _KIND, {"name": clean}, now, {clean: content})
    try:
        table = read_table(work.folder / clean)
        proposed = mapping or guess_mapping(table, chosen)
    except BaseException:
        forget_work(work)
        raise
    about = {
        "name": clean,
        "rows": len(table.rows),
        "notes": list(table.notes),
        "headings": [[each.text, each.letter] for each in table.headings],
    }
    work = work.with_about(about)
    (work.folder / _MAPPING).write_text(proposed, encoding="utf-8")
    return Tracker(work)


def clean_name(name: str) -> str:
    """The last part of a file's name, without what could mean something to a system. Raises BadInput for its ending."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    stem, suffix = Path(last).stem, Path(last).suffix.lower()
    if suffix not in ENDINGS:
        raise BadInput(
            "That is not a kind of file we read." if last else "No file was chosen.",
            f"We read {', '.join(ENDINGS)}.",
            "Save it as an Excel workbook (.xlsx) or as CSV UTF-8 (.csv) and upload that.",
        )
    return (_NOT_IN_A_NAME.sub("_", stem).strip(" .")[:80] or "tracker") + suffix


def _must_be_handy(name: str, content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise BadInput(
            f"{name} is too large.",
            f"It has {len(content) / 1024**2:.0f} MB, and {MOST_BYTES // 1024**2} MB can be uploaded.",
            "Remove what is not needed, or have it imported with `ehcp import` on the server.",
        )
    if content.startswith(b"PK"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise BadInput(f"{name} is far larger unpacked than it looks.", "It is not a usual workbook.")


def tracker(office: Office, key: str) -> Tracker:
    """The tracker kept under `key` for whoever asks. Raises UnknownName if there is none of theirs."""
    return Tracker(kept_work(key, office.user, _KIND))


def save_mapping(office: Office, found: Tracker, text: str) -> None:
    """Keep a corrected mapping, even with mistakes: raises BadFile with all of them, or BadInput."""
    if len(text) > LONGEST_MAPPING:
        raise BadInput("The mapping is too long.", f"{LONGEST_MAPPING:,} letters are enough for any tracker.")
    _must_be_there(found)
    found.mapping_path.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
    find_columns(_mapping_of(office, found), _headings_only(found))


def column_uses(office: Office, found: Tracker) -> list[ColumnUse]:
    """Column by column, what the mapping makes of it; nothing for a mapping that cannot be read."""
    try:
        mapping = _mapping_of(office, found)
    except (BadFile, BadInput):
        return []
    columns = Columns(_headings_only(found))
    uses: dict[str, list[str]] = {}
    for place, reference in mapping.references():
        with suppress(LookupError):
            uses.setdefault(columns.named(reference).letter, []).append(_use_in_words(office, mapping, place))
    ignored = set()
    for reference in mapping.ignore:
        with suppress(LookupError):
            ignored.add(columns.named(reference).letter)
    return [
        ColumnUse(
            each.letter, each.text, tuple(dict.fromkeys(uses.get(each.letter, ()))), is_ignored=each.letter in ignored
        )
        for each in columns.headings
    ]


_WORDS = {
    "case": "case reference",
    "event": "what happened",
    "date": "the day it happened",
    "upn": "unique pupil number",
    "nhs_number": "NHS number",
}


def _use_in_words(office: Office, mapping: WideMapping | LongMapping, place: tuple[str | int, ...]) -> str:
    first = str(place[0])
    if isinstance(mapping, WideMapping) and first == "events":
        name, number = str(place[1]), int(place[2])
        title = office.workflow(mapping.workflow).events[name].title
        if place[3] == "details":
            return f"{title} ({_plain(str(place[4]))})"
        if place[3] == "when":
            return f"{title} (only if it says so)"
        always = [_plain(value.always) for value in mapping.events[name][number].details.values() if value.always]
        return f"{title} ({', '.join(always)})" if always else title
    word = str(place[1]) if first in ("person", "details") else first
    return _WORDS.get(word, _plain(word))


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _mapping_of(office: Office, found: Tracker) -> WideMapping | LongMapping:
    return read_mapping(found.mapping_path, office.workflows)


def _headings_only(found: Tracker) -> Table:
    """The file's headings without its rows: enough to check a mapping by."""
    headings = tuple(
        Heading(text, number, letter) for number, (text, letter) in enumerate(found.work.about["headings"])
    )
    return Table(found.name, "", "", headings, (1,), 2, [], None)


def _must_be_there(found: Tracker) -> None:
    if not found.path.exists():
        raise UnknownName("The file was imported and is no longer kept.", next="Upload it again.")


def check_tracker(office: Office, found: Tracker) -> None:
    """Begin a dry run aside. Raises UnknownName once the file is gone, Busy while one runs."""
    _must_be_there(found)
    do_aside(found.work, "check", lambda tell: _check(office, found, tell))


def _check(office: Office, found: Tracker, tell: Tell) -> dict[str, Any]:
    report = import_file(office, found.path, found.mapping_path, dry_run=True, progress=tell)
    _keep_problems(found, report)
    return summary(report)


def import_tracker(office: Office, found: Tracker, *, skip_errors: bool) -> None:
    """Begin the import aside: all of it or nothing; then the file is removed. Raises as `check_tracker`."""
    _must_be_there(found)
    do_aside(found.work, "import", lambda tell: _import(office, found, tell, skip_errors=skip_errors))


def _import(office: Office, found: Tracker, tell: Tell, *, skip_errors: bool) -> dict[str, Any]:
    report = import_file(office, found.path, found.mapping_path, skip_errors=skip_errors, progress=tell)
    _keep_problems(found, report)
    found.path.unlink(missing_ok=True)
    return summary(report)


def _keep_problems(found: Tracker, report: ImportReport) -> None:
    found.problems_path.unlink(missing_ok=True)
    if report.intake.problems:
        write_error_workbook(found.problems_path, report.table, report.intake.problems)


def forget_tracker(found: Tracker) -> None:
    """Remove the file and everything kept with it. Raises BadInput while it is being worked on."""
    if state_of(found.work) == "running":
        raise BadInput("The file is being worked on.", next="Wait until that is done.")
    forget_work(found.work)
