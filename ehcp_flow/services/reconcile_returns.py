"""Two packs beside each other: every difference explained, by the packs alone or with the journal's who and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput, DatabaseTrouble
from ehcp_flow.returns.compare_figures import Figures, cells_between
from ehcp_flow.returns.pack import DATA, OBSERVATIONS
from ehcp_flow.returns.reconcile import Between, CaseChange, Entry, Reconciliation, cases_between, settings_between
from ehcp_flow.services.keep_return import check_pack
from ehcp_flow.storage.journal_heads import heads_known_at, recorded_between

if TYPE_CHECKING:
    import polars as pl
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

_CASES = "cases"


def reconcile_returns(office: Office | None, first: Path, second: Path) -> Reconciliation:
    """Explain every difference between the pack in `first` and the one in `second`.

    With an office, who recorded what between the two comes from its journal; where that cannot be read, the packs
    alone speak, and a note says so. Raises BadInput if either is no pack or was changed after it was made.
    """
    plain = Between(_sound_manifest(first), _sound_manifest(second))
    before, after = _changed_rows(first, second)
    notes: list[str] = []
    changed = list(cases_between(plain, before, after))
    entries = _entries(office, plain, changed, notes)
    between = Between(plain.before, plain.after, entries)
    cases = tuple(cases_between(between, before, after)) if entries is not None else tuple(changed)
    if plain.before.get("is_published") or plain.after.get("is_published"):
        notes.append("A pack for publication lists no cases, so only its numbers can be compared.")
    cells = cells_between(_figures(first, plain.before), _figures(second, plain.after))
    return Reconciliation(tuple(settings_between(between)), cases, tuple(cells), tuple(notes))


def _sound_manifest(folder: Path) -> dict[str, Any]:
    found = check_pack(folder)
    if found.problems:
        raise BadInput(
            f"{folder} is not as it was made: {found.problems[0]}",
            "Differences with a changed pack would explain nothing.",
            "Make it again with the as-of and known-at of its manifest.",
        )
    return found.manifest


def _changed_rows(first: Path, second: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The observations of either pack that do not stand in the other just so."""
    paths = [folder / DATA / f"{OBSERVATIONS}.parquet" for folder in (first, second)]
    if not all(path.is_file() for path in paths):
        return [], []
    before, after = map(_frame, paths)
    shared = [name for name in before.columns if name in after.columns]
    left = before.join(after, on=shared, how="anti", nulls_equal=True)
    right = after.join(before, on=shared, how="anti", nulls_equal=True)
    return left.to_dicts(), right.to_dicts()


def _frame(path: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(path)


def _figures(folder: Path, said: Mapping[str, Any]) -> Figures:
    names = {each["id"]: each["title"] for each in said["figures"]}
    rows = {name: _frame(folder / DATA / f"{name}.parquet").to_dicts() for name in names}
    cases: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    path = folder / DATA / f"{_CASES}.parquet"
    for figure, row, column, ref in _frame(path).iter_rows() if path.is_file() else ():
        cases[figure, row, column].add(ref)
    return Figures(rows, names, {key: frozenset(refs) for key, refs in cases.items()})


def _entries(
    office: Office | None, between: Between, changed: Sequence[CaseChange], notes: list[str]
) -> dict[str, tuple[Entry, ...]] | None:
    """What was recorded between the packs for the cases that changed; None where no journal can tell."""
    if office is None:
        return None
    earlier, later = sorted(datetime.fromisoformat(said["known_at"]) for said in (between.before, between.after))
    refs = sorted({each.case_ref for each in changed})
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    try:
        with office.database.read() as connection:
            if not _is_theirs(connection, between):
                notes.append("Who recorded what is not told: this database is not the one the packs were made from.")
                return None
            for row in recorded_between(connection, refs, earlier, later):
                entry = Entry(row.seq, row.name, row.happened_on, row.recorded_at, row.recorded_by, row.corrects)
                found[row.case_ref].append(entry)
    except DatabaseTrouble as trouble:
        notes.append(f"Who recorded what is not told: {trouble.what}")
        return None
    return {ref: tuple(rows) for ref, rows in found.items()}


def _is_theirs(connection: Connection, between: Between) -> bool:
    """Whether the journals, as known at the packs' moments, are those that the packs were made from."""
    return all(
        heads_known_at(connection, datetime.fromisoformat(said["known_at"])).fingerprint == said["inputs"]["journal"]
        for said in (between.before, between.after)
    )
