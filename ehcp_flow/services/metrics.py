"""The figures that monitoring asks for, in Prometheus's text format. Counts only: nobody's name, no case."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from ehcp_flow import __version__
from ehcp_flow.errors import BadInput, EhcpError
from ehcp_flow.services.night_status import NightStatus, night_status
from ehcp_flow.storage.night_figures import NightFigures, figures
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.sweep import Now

BASES = ("law", "guidance", "local")


def metrics(office: Office, now: Now = now) -> str:
    """Every figure as text. Raises DatabaseTrouble; `metrics_in_any_case` says so in figures instead."""
    status = night_status(office, now)
    with office.database.read() as connection:
        found = figures(connection, status.moment.astimezone(ENGLAND).date())
    registry = _registry(is_up=True)
    _add_nights(registry, status)
    _add_figures(registry, found)
    return generate_latest(registry).decode()


def metrics_in_any_case(office: Office, now: Now = now) -> tuple[str, EhcpError | None]:
    """The figures, or `ehcp_up 0` where the database cannot be read; and what was the matter."""
    try:
        return metrics(office, now), None
    except EhcpError as error:
        return generate_latest(_registry(is_up=False)).decode(), error


def write_whole(path: Path, text: str) -> None:
    """Write the file so that a collector reads either the old figures or the new, never half. Raises BadInput."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8")
        half.chmod(0o644)  # a collector runs under another account, and there is nothing to hide
        half.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written.", f"{error.strerror}.", "Check the folder.") from error


def _registry(*, is_up: bool) -> CollectorRegistry:
    registry = CollectorRegistry()
    Gauge("ehcp_up", "Whether the database could be read.", registry=registry).set(is_up)
    build = Gauge("ehcp_build_info", "The version of EHCP Flow.", ["version"], registry=registry)
    build.labels(__version__).set(1)
    return registry


def _add_nights(registry: CollectorRegistry, status: NightStatus) -> None:
    missing = Gauge("ehcp_nights_missing", "Business dates not swept, an hour after their time.", registry=registry)
    missing.set(len(status.missing))
    doubted = Gauge("ehcp_clock_doubts", "Reasons to doubt this computer's clock.", registry=registry)
    doubted.set(len(status.doubts))
    if status.sweep_age_hours is not None:
        age = Gauge("ehcp_sweep_age_hours", "Hours since the last sweep was finished.", registry=registry)
        age.set(round(status.sweep_age_hours, 3))
    took = Gauge("ehcp_last_run_duration_seconds", "How long the last run took.", ["job"], registry=registry)
    ended = Gauge("ehcp_last_run_timestamp_seconds", "When the last run was finished.", ["job"], registry=registry)
    for job in status.jobs:
        for run in job.runs[:1]:
            took.labels(job.name).set(run.report.get("seconds", 0))
            ended.labels(job.name).set(run.finished_at.timestamp())


def _add_figures(registry: CollectorRegistry, found: NightFigures) -> None:
    broken = Gauge("ehcp_open_breaches", "Limits broken and not yet met.", ["basis"], registry=registry)
    for basis in BASES:
        broken.labels(basis).set(found.open_breaches.get(basis, 0))
    near = Gauge("ehcp_limits_near", "Open limits within their warning time.", registry=registry)
    near.set(found.near)
    notices = Gauge("ehcp_notices", "Notices not sent, by what became of them.", ["state"], registry=registry)
    notices.labels("waiting").set(found.notices_waiting)
    notices.labels("given_up").set(found.notices_given_up)
    entries = Gauge("ehcp_journal_entries", "Entries in the journal.", registry=registry)
    entries.set(found.entries)
