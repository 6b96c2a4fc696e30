"""P6: a tracker of 50,000 rows and a list of a million events, read, checked and written, beside barer peers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from python_calamine import CalamineWorkbook
from sqlmodel import Session

from ehcp_flow.intake.plan import plan
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import read_table
from ehcp_flow.services.import_events import import_file
from ehcp_flow.services.office import Office
from ehcp_flow.storage.tables import Case, JournalEntry
from ehcp_flow.today import now, today
from scripts.benchmarks.big_trackers import LONG_MAP, WIDE_MAP, write_long, write_wide
from scripts.benchmarks.made_up_data import office_at
from scripts.benchmarks.measuring import Effort, Measured, by_turns, seconds, tell

WANTED_OF_WORKBOOK, WANTED_OF_CSV = 8, 15
_ROWS, _EVENTS = 50_000, 1_000_000
_ROWS_WRITTEN, _EVENTS_WRITTEN, _EVENTS_BY_ORM = 20_000, 100_000, 20_000
_ROUNDS = 2


def measure(effort: Effort) -> Iterator[Measured]:
    """The intake (reading, checking, planning) and the whole import, each in rows per second."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        office = office_at(folder / "intake.db")
        (folder / "wide.yaml").write_text(WIDE_MAP, encoding="utf-8")
        (folder / "long.yaml").write_text(LONG_MAP, encoding="utf-8")
        yield from _workbook(effort, folder, office)
        yield from _csv(effort, folder, office)


def _workbook(effort: Effort, folder: Path, office: Office) -> Iterator[Measured]:
    rows, path, mapping = effort.of(_ROWS), folder / "tracker.xlsx", folder / "wide.yaml"
    tell(f"P6: making a workbook of {rows:,} rows")
    write_wide(path, rows)
    ours, peer, reader = by_turns(
        "P6: workbook",
        _ROUNDS,
        lambda: _intake(office, path, mapping),
        lambda: _bare_read(path),
        lambda: CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(),
    )
    name, shown = "openpyxl, bare read", f"workbook of {rows:,} rows"
    yield Measured("P6", f"{shown}: read and checked", rows / ours, rows / peer, "/s", name, WANTED_OF_WORKBOOK)
    yield Measured("P6", f"{shown}: read and checked", rows / ours, rows / reader, "/s", "the reader we use, bare read")
    fewer = effort.of(_ROWS_WRITTEN)
    write_wide(path, fewer)
    written = fewer / _import(folder, path, mapping)
    note = f"measured on {fewer:,} rows"
    yield Measured("P6", f"{shown}: and written", written, rows / peer, "/s", name, WANTED_OF_WORKBOOK, note)


def _csv(effort: Effort, folder: Path, office: Office) -> Iterator[Measured]:
    events, path, mapping = effort.of(_EVENTS), folder / "events.csv", folder / "long.yaml"
    tell(f"P6: making a list of {events:,} events")
    write_long(path, events)
    intake = events / min(by_turns("P6: list of events", _ROUNDS, lambda: _intake(office, path, mapping)))
    sample = effort.of(_EVENTS_BY_ORM)
    tell(f"P6: add_all of {sample:,} entries")
    empty = office_at(folder / "orm.db")
    by_orm = sample / seconds(lambda: _add_all(empty, sample))
    name, shown, note = "add_all", f"CSV of {events:,} events", f"add_all measured on {sample:,}"
    yield Measured("P6", f"{shown}: read and checked", intake, by_orm, "/s", name, WANTED_OF_CSV, note)
    fewer = effort.of(_EVENTS_WRITTEN)
    write_long(path, fewer)
    written = fewer / _import(folder, path, mapping)
    note = f"ours measured on {fewer:,}"
    yield Measured("P6", f"{shown}: and written", written, by_orm, "/s", name, WANTED_OF_CSV, note)


def _intake(office: Office, path: Path, mapping: Path) -> None:
    said = read_mapping(mapping, office.workflows)
    intake = plan(read_table(path), said, office.workflow(said.workflow), today())
    if intake.errors:
        raise RuntimeError(f"The benchmark's own file has errors: {intake.errors[0]}")


def _bare_read(path: Path) -> None:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for _ in book.worksheets[0].iter_rows(values_only=True):
        pass
    book.close()


def _import(folder: Path, path: Path, mapping: Path) -> float:
    """Seconds for the whole import of `path` into an empty database."""
    tell(f"P6: importing {path.name}")
    office = office_at(folder / f"{path.stem}.db")
    try:
        return seconds(lambda: import_file(office, path, mapping))
    finally:
        office.database.close()


def _add_all(office: Office, events: int) -> None:
    """The ORM's own way: an object for each row, and one transaction. It checks nothing and derives nothing."""
    moment = now()
    with office.database.write() as connection, Session(connection) as session:
        session.add(Case(case_ref="X", workflow="needs_assessment"))
        session.flush()
        session.add_all(
            JournalEntry(
                case_ref="X",
                seq=number,
                name="request_received",
                happened_on=today(),
                recorded_at=moment,
                recorded_by="benchmark",
                details={},
                prev_hash="0" * 64,
                hash="0" * 64,
            )
            for number in range(1, events + 1)
        )
        session.commit()
