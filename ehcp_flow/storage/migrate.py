"""Make the tables, or bring them up to date, by the migrations."""

from __future__ import annotations

from pathlib import Path

from ehcp_flow.errors import DatabaseTrouble
from ehcp_flow.storage.database import SCHEMA_VERSION, Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database, to: str = "head") -> str:
    """Bring the tables to version `to`; says which version they had before (empty for none).

    Raises DatabaseTrouble if they are newer than this program.
    """
    from alembic import command
    from alembic.config import Config

    before = database.version() or ""
    if before > SCHEMA_VERSION:
        why = f"Its version is {before}; this program knows {SCHEMA_VERSION}."
        raise DatabaseTrouble("The database is of a newer version of EHCP Flow.", why, "Upgrade EHCP Flow.")
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        if to == "head" or to > before:
            command.upgrade(config, to)
        else:
            command.downgrade(config, to)
    return before


def versions() -> list[str]:
    """The versions of the tables there have been, the oldest first."""
    return sorted(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
