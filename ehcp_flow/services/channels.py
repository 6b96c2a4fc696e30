"""Who is told, and over which channel: the file EHCP_CHANNELS as it stands after reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_MARK = 16


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach somebody.

    `mark` tells it from others and never changes with a password: it is made from what stands in the file, where
    a secret is only named. `url` holds the secrets, so it is never shown or stored; `says` is what may be shown.
    """

    mark: str
    says: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


def mark_of(written: str) -> str:
    """The mark of a channel written so in the file."""
    return hashlib.sha256(written.strip().encode()).hexdigest()[:_MARK]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Working days without an entry after which a breach goes to the manager, and then, after more, to the director."""

    after: int
    then: int | None


Group = dict[str, tuple[Channel, ...]]


@dataclass(frozen=True, slots=True)
class Channels:
    """Who gets what. `figures` are the ids of the KPIs on the director's page."""

    link: str = ""
    officers: Group = field(default_factory=dict)
    team_managers: Group = field(default_factory=dict)
    directors: tuple[Channel, ...] = ()
    analysts: tuple[Channel, ...] = ()
    advice_givers: Group = field(default_factory=dict)
    ladder: Ladder | None = None
    figures: tuple[str, ...] = ("plans_within_20_weeks", "plans_within_20_weeks_all")
    even_if_empty: bool = False
    every_day: bool = False

    def everybody(self) -> Iterator[tuple[str, Channel]]:
        """Each recipient with each of their channels."""
        groups = (("officer", self.officers), ("team", self.team_managers), ("advice-giver", self.advice_givers))
        for kind, group in groups:
            for name, found in group.items():
                yield from ((f"{kind} {name}", channel) for channel in found)
        yield from (("directors", channel) for channel in self.directors)
        yield from (("analysts", channel) for channel in self.analysts)

    def marked(self, mark: str) -> Channel | None:
        """The channel with this mark, if the file still holds it."""
        return next((channel for _, channel in self.everybody() if channel.mark == mark), None)
