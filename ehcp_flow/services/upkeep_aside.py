"""Upkeep asked for from a page: prove the journal, or make the derived rows again, done aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ehcp_flow.services.keep_work import KeptWork, begin_work, kept_work
from ehcp_flow.services.rebuild import rebuild, verify
from ehcp_flow.services.work_aside import Tell, do_aside
from ehcp_flow.storage import clock_table, journal

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

_KIND: Final = "upkeep"


def _verified(office: Office, tell: Tell) -> dict[str, Any]:
    found = verify(office, tell)
    bad = f"Entry {found.bad.seq} of case {found.bad.case_ref}: {found.bad.reason}" if found.bad else ""
    return {"entries": found.entries, "bad": bad}


def _rebuilt(office: Office, tell: Tell) -> dict[str, Any]:
    made = rebuild(office, tell)
    return {"cases": made.cases, "entries": made.entries, "clocks": made.clocks}


UPKEEP: Final[dict[str, Callable[[Office, Tell], dict[str, Any]]]] = {"verify": _verified, "rebuild": _rebuilt}
"""What can be asked for, by its name."""


def begin_upkeep(office: Office, name: str, now: datetime) -> KeptWork:
    """Begin one of UPKEEP aside. Raises KeyError for a name there is not."""
    do = UPKEEP[name]
    work = begin_work(office.user, _KIND, {"name": name}, now)
    do_aside(work, name, lambda tell: do(office, tell))
    return work


def upkeep(office: Office, key: str) -> KeptWork:
    """Upkeep that whoever asks began. Raises UnknownName."""
    return kept_work(key, office.user, _KIND)


def records_kept(office: Office) -> dict[str, int]:
    """How many entries the journal has, and how many cases lack the rows derived from them."""
    with office.database.read() as connection:
        return {
            "entries": journal.count_entries(connection),
            "without_rows": clock_table.cases_without_rows(connection),
        }
