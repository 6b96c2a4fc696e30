"""What an authority may set about its figures: age bands, how far to look ahead, when to warn, what not to publish."""

from __future__ import annotations

from dataclasses import dataclass

from ehcp_flow.law.duration import Duration


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """The settings of the figures; `workflows/settings/figures.yaml` explains each.

    `bands` are the lengths at which a new band of overdue cases begins and `ahead` how far pressure looks, both from
    the shortest. `age_groups` are the ages in years at which a new group begins. `exception_alert` is a percentage.
    Counts from 1 to `smallest_published` - 1 are not published.
    """

    bands: tuple[Duration, ...]
    ahead: tuple[Duration, ...]
    age_groups: tuple[int, ...]
    exception_alert: float
    smallest_published: int
