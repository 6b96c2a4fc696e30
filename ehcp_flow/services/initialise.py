"""Make the database, or bring an older one up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.errors import DatabaseTrouble
from ehcp_flow.storage.database import SCHEMA_VERSION
from ehcp_flow.storage.migrate import migrate

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
    place = str(path) if path else office.database.engine.url.render_as_string(hide_password=True)
    return Initialised(before, SCHEMA_VERSION, place)
