"""The settings in force, for whoever runs the program: secrets are said to be set, and never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from ehcp_flow import __version__

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

HIDDEN = "set, not shown"
UNSET = "not set"

# What may be shown as it is; any other name, also one added later, is only said to be set.
_SHOWN = {
    "EHCP_WORKFLOWS": "The folder of workflow files",
    "EHCP_CALENDAR": "The file of bank holidays changed by hand",
    "EHCP_CASELOAD": "The file of what a case weighs at each stage",
    "EHCP_CHANNELS": "The file of who is told what",
    "EHCP_AUTHORITY": "The authority written on new cases",
    "EHCP_SWEEP_AT": "The hour of the nightly work, in England's time",
    "EHCP_LOG": "How the program logs",
    "EHCP_RETURN_DAY": "The day of the month on which the monthly pack is made",
    "EHCP_RETURNS": "The folder of monthly packs",
    "EHCP_HTTPS": "Whether the web application is reached by https only",
    "EHCP_OIDC_ISSUER": "Whose single sign-on is trusted",
    "EHCP_DEBUG": "Whether unexpected errors are shown in full",
}
_NAMES = re.compile(r"EHCP_[A-Z_]+")
_DIALECT = re.compile(r"\+.*")


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting: its name, what it says, what it means, and whether its value is kept back."""

    name: str
    value: str
    meaning: str
    is_hidden: bool = False


def show_settings(office: Office, environment: Mapping[str, str] | None = None) -> list[ShownSetting]:
    """Every setting in force, the database's address without its password."""
    env = os.environ if environment is None else environment
    settings = office.settings
    found = [
        ShownSetting("Version", __version__, "The program"),
        ShownSetting("EHCP_DATABASE_URL", without_password(settings.database_url), "Where the database is"),
    ]
    said = {
        "EHCP_WORKFLOWS": settings.workflows,
        "EHCP_CALENDAR": settings.calendar,
        "EHCP_CASELOAD": settings.caseload,
        "EHCP_CHANNELS": settings.channels,
        "EHCP_AUTHORITY": settings.authority,
        "EHCP_SWEEP_AT": settings.sweep_at,
        "EHCP_LOG": settings.log,
    }
    for name, meaning in _SHOWN.items():
        value = said.get(name, env.get(name))
        found.append(ShownSetting(name, str(value) if value else UNSET, meaning))
    known = {each.name for each in found} | {"EHCP_USER"}
    others = sorted(name for name in env if _NAMES.fullmatch(name) and name not in known)
    found += [ShownSetting(name, HIDDEN if env[name] else UNSET, "", is_hidden=bool(env[name])) for name in others]
    return found


def without_password(url: str) -> str:
    """A database's address as anybody may read it: no password, and none of its options.

    >>> without_password("postgresql+psycopg://ehcp:secret@db.example:5432/ehcp?password=secret")
    'postgresql://ehcp@db.example:5432/ehcp'
    """
    parts = urlsplit(url)
    if not parts.netloc:
        return url.partition("?")[0]
    user = parts.username or ""
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit((_DIALECT.sub("", parts.scheme), f"{user}@{where}" if user else where, parts.path, "", ""))
