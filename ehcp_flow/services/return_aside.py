"""The monthly pack made from a page: aside, into a private folder, from which its files are downloaded."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ehcp_flow.analytics.periods import month_name
from ehcp_flow.errors import UnknownName
from ehcp_flow.services.keep_work import KeptWork, begin_work, kept_work, works_of
from ehcp_flow.services.monthly_return import make_monthly_return
from ehcp_flow.services.work_aside import Tell, do_aside
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

_KIND, _PACK = "return", "pack"
_PARTS: Final = 8
_WHOLE: Final = ("data/cases.", "data/observations.")
_DICTIONARY: Final = "data/data_dictionary.csv"
_FIRST_OF_ALL: Final = (".pdf", ".xlsx", ".html")


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of a pack: its name there, its size in bytes, and whether it has a line for each case."""

    name: str
    size: int
    is_of_cases: bool


@dataclass(frozen=True, slots=True)
class WebPack:
    """A pack made, or being made, from a page."""

    work: KeptWork

    @property
    def key(self) -> str:
        """What its pages are addressed by."""
        return self.work.key

    @property
    def title(self) -> str:
        """`October 2026`, and whether it is for publication."""
        first = date.fromisoformat(self.work.about["month"])
        return month_name(first) + (", for publication" if self.work.about["publish"] else "")

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.work.folder / _PACK

    def files(self, *, with_cases: bool) -> list[PackFile]:
        """Its files, reports first; those with a line for each case only if asked for."""
        of_cases = _of_cases(self.folder)
        found = [
            PackFile(name, path.stat().st_size, name in of_cases)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and (name := path.relative_to(self.folder).as_posix())
        ]
        found.sort(key=lambda each: ("/" in each.name, not each.name.endswith(_FIRST_OF_ALL), each.name))
        return [each for each in found if with_cases or not each.is_of_cases]

    def read(self, name: str, *, with_cases: bool) -> bytes:
        """One of its files, by the name it is listed under. Raises UnknownName for any other."""
        if name not in {each.name for each in self.files(with_cases=with_cases)}:
            raise UnknownName("The pack has no such file.", next="Go back to the pack and choose another.")
        return (self.folder / name).read_bytes()

    def zipped(self, *, with_cases: bool) -> bytes:
        """All of them as one file."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in self.files(with_cases=with_cases):
                archive.write(self.folder / each.name, each.name)
        return content.getvalue()


def _of_cases(folder: Path) -> frozenset[str]:
    """The names of the files that list cases. The reports do, if a table whose rows are cases has any."""
    dictionary = folder / _DICTIONARY
    if not dictionary.exists():
        return frozenset()
    with dictionary.open(encoding="utf-8-sig", newline="") as file:
        listing = {row["file"] for row in csv.DictReader(file) if row["kind"] == "case"}
    found = {name for stem in listing for name in _files_of(folder, stem)}
    found |= {path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_whole(folder, path)}
    in_reports = any(
        name.endswith(".csv") and not name.startswith(_WHOLE) and _has_rows(folder / name) for name in found
    )
    reports = {path.name for path in folder.iterdir() if path.suffix in _FIRST_OF_ALL}
    return frozenset(found | reports if in_reports else found)


def _files_of(folder: Path, said: str) -> set[str]:
    """The files that the dictionary means by a name: its CSV and its Parquet."""
    stem = Path(said).stem
    return {path.relative_to(folder).as_posix() for path in (folder / "data").glob(f"{stem}.*")}


def _is_whole(folder: Path, path: Path) -> bool:
    return path.relative_to(folder).as_posix().startswith(_WHOLE)


def _has_rows(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as file:
        return len(list(islice(file, 2))) > 1


def begin_return(office: Office, month: date, moment: datetime, *, publish: bool) -> WebPack:
    """Begin the pack for the month that begins on `month`."""
    work = begin_work(office.user, _KIND, {"month": month.isoformat(), "publish": publish}, moment)
    do_aside(work, _KIND, lambda tell: _make(office, work, month, tell, publish=publish))
    return WebPack(work)


def _make(office: Office, work: KeptWork, month: date, tell: Tell, *, publish: bool) -> dict[str, Any]:
    parts: list[str] = []

    def told(part: str) -> None:
        parts.append(part)
        tell(len(parts) - 1, _PARTS, part)

    made = make_monthly_return(office, month, work.folder / _PACK, now(), today(), publish=publish, tell=told)
    facts = made.facts
    return {
        "principal": list(made.principal),
        "lines": [list(line) for line in facts.lines()],
        "data_quality": list(facts.data_quality),
        "pack": made.pack,
    }


def web_pack(office: Office, key: str) -> WebPack:
    """The pack kept under `key` for whoever asks. Raises UnknownName if there is none of theirs."""
    return WebPack(kept_work(key, office.user, _KIND))


def web_packs(office: Office) -> list[WebPack]:
    """The packs that whoever asks had made within the last two hours, the newest first."""
    return [WebPack(work) for work in works_of(office.user, _KIND)]
