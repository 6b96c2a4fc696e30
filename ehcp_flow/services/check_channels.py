"""Look a file of channels over before the first morning: who is told, and who is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ehcp_flow.services.list_notices import need_channels
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.storage import people

if TYPE_CHECKING:
    from ehcp_flow.services.channels import Channel, Channels
    from ehcp_flow.services.office import Office

_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class CheckedChannels:
    """Each recipient with what may be shown of a channel, and what somebody should look at."""

    told: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]


def check_channels(office: Office) -> CheckedChannels:
    """Read the file, and compare it with the officers, teams and figures there are. Nothing is sent.

    Raises BadInput if no file is set or it is missing, BadFile with every line that is wrong.
    """
    need_channels(office)
    assert office.settings.channels is not None  # noqa: S101 need_channels has looked
    channels = read_channels(office.settings.channels)
    with office.database.read() as connection:
        officers = [row.username for row in people.officers(connection)]
        teams = list(people.teams(connection))
    kpis = [name for workflow in office.workflows.values() for name in workflow.kpis]
    doubts = [
        *_unknown("officer", channels.officers, officers),
        *_unknown("team", channels.team_managers, teams),
        *_unknown("figure", channels.figures, kpis),
        *_forgotten("Officers who are told nothing", officers, channels.officers),
        *_forgotten("Teams whose manager is told nothing", teams, channels.team_managers),
        *_escalation(channels),
        *(f"{who}: {channel.says} goes out unencrypted; use mailtos://." for who, channel in _open(channels)),
    ]
    return CheckedChannels(tuple((who, channel.says) for who, channel in channels.everybody()), tuple(doubts))


def _unknown(what: str, named: Iterable[str], known: Iterable[str]) -> list[str]:
    return [f"There is no {what} called {name}." for name in named if name not in set(known)]


def _forgotten(words: str, known: Iterable[str], named: Iterable[str]) -> list[str]:
    left_out = [name for name in known if name not in set(named)]
    return [f"{words}: {', '.join(left_out)}."] if left_out else []


def _escalation(channels: Channels) -> list[str]:
    if channels.ladder is None:
        return ["There is no ladder (`escalate:`): a breach on which nobody acts is told no higher."]
    return [] if channels.directors else ["The ladder ends nowhere: no `directors:` are named."]


def _open(channels: Channels) -> list[tuple[str, Channel]]:
    found = []
    for who, channel in channels.everybody():
        parts = urlsplit(channel.url)
        if parts.scheme == "mailto" and parts.hostname not in _HERE:
            found.append((who, channel))
    return found
