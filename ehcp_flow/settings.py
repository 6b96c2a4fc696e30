"""Settings, all from the environment; `docs/settings.md` lists them."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and who is at work.

    `calendar` is a file of bank holidays changed by hand; `authority` is written on new cases; `caseload` is a
    file of what a case weighs at each stage, in the place of the one beside the workflows; `channels` is a file of
    who is told what; `figures` is a file of how figures are divided and what is not published; `targets` one of what is
    to be reached by when. `sweep_at` is the hour of the nightly work in England; `log` is `text` or `json`.

    `returns` is the folder in which the scheduler puts each month's return, on the `return_day` of the next; without
    it none is made.

    `https` says that browsers come over TLS, though a proxy may speak plain HTTP to us; `base_url` is where they find
    us. The `oidc_…` ones say which provider of single sign-on is trusted, who we are to it, and what its roles are
    called here. `webhook_hosts` are hosts on private networks that webhooks may be at.
    """

    database_url: str
    workflows: Path
    calendar: Path | None
    authority: str
    user: str
    caseload: Path | None = None
    channels: Path | None = None
    sweep_at: str = "02:30"
    log: str = "text"
    figures: Path | None = None
    targets: Path | None = None
    returns: Path | None = None
    return_day: str = "3"
    https: bool = False
    base_url: str = "http://127.0.0.1:8000"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_roles: str = ""
    oidc_domain: str = ""
    webhook_hosts: tuple[str, ...] = ()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environment` (by default the process's own)."""
    env = os.environ if environment is None else environment
    calendar, caseload, channels = env.get("EHCP_CALENDAR"), env.get("EHCP_CASELOAD"), env.get("EHCP_CHANNELS")
    return Settings(
        database_url=env.get("EHCP_DATABASE_URL") or "sqlite:///ehcp.db",
        workflows=Path(env["EHCP_WORKFLOWS"]) if env.get("EHCP_WORKFLOWS") else shipped_workflows(),
        calendar=Path(calendar) if calendar else None,
        authority=env.get("EHCP_AUTHORITY", ""),
        user=env.get("EHCP_USER") or _login(),
        caseload=Path(caseload) if caseload else None,
        channels=Path(channels) if channels else None,
        sweep_at=env.get("EHCP_SWEEP_AT") or "02:30",
        log=env.get("EHCP_LOG") or "text",
        figures=Path(env["EHCP_FIGURES"]) if env.get("EHCP_FIGURES") else None,
        targets=Path(env["EHCP_TARGETS"]) if env.get("EHCP_TARGETS") else None,
        returns=Path(env["EHCP_RETURNS"]) if env.get("EHCP_RETURNS") else None,
        return_day=env.get("EHCP_RETURN_DAY") or "3",
        https=env.get("EHCP_HTTPS", "").lower() in ("1", "yes", "true"),
        base_url=(env.get("EHCP_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        oidc_issuer=env.get("EHCP_OIDC_ISSUER", ""),
        oidc_client_id=env.get("EHCP_OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.get("EHCP_OIDC_CLIENT_SECRET", ""),
        oidc_roles=env.get("EHCP_OIDC_ROLES", ""),
        oidc_domain=env.get("EHCP_OIDC_DOMAIN", ""),
        webhook_hosts=tuple(env.get("EHCP_WEBHOOK_HOSTS", "").replace(",", " ").split()),
    )


def shipped_workflows() -> Path:
    """The workflows inside the installed package, or at the top of a checkout."""
    inside = _PACKAGE / "_workflows"
    return inside if inside.is_dir() else _PACKAGE.parent / "workflows"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in the system, as in some containers
        return "unknown"
