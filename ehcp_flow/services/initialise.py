"""Make the database, or bring an older one up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.errors import BadInput, DatabaseTrouble
from ehcp_flow.storage.database import SCHEMA_VERSION
from ehcp_flow.storage.migrate import migrate, versions

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Initialised:
    """The version before (empty for none) and now."""

    before: str
    now: str
    place: str


def initialise(office: Office) -> Initialised:
    """Make the tables or bring them up to date. Raises DatabaseTrouble; an existing database is kept."""
    path = office.database.path
    if path is not None and not path.parent.is_dir():
        raise DatabaseTrouble(
            f"There is no folder {path.parent} to make the database in.", next="Make the folder first."
        )
    before = migrate(office.database)
    return Initialised(before, SCHEMA_VERSION, _place(office))


def _place(office: Office) -> str:
    path = office.database.path
    return str(path) if path else office.database.engine.url.render_as_string(hide_password=True)


def check_database(office: Office) -> str:
    """The version of the database, if it is the one this program needs. Raises DatabaseTrouble if not."""
    with office.database.read():
        return SCHEMA_VERSION


def upgrade(office: Office, to: str = "head") -> Initialised:
    """Bring a database to another version; `to` may be an older one, which loses what came after it.

    Raises DatabaseTrouble if there is none, BadInput for a version there is not.
    """
    if office.database.version() is None:
        raise DatabaseTrouble("There is no database to upgrade.", next="Make one with: ehcp init")
    known = versions()
    if to not in ("head", *known):
        raise BadInput(f"There is no version {to}.", next=f"There are: {', '.join(known)}.")
    before = migrate(office.database, to)
    return Initialised(before, known[-1] if to == "head" else to, _place(office))
