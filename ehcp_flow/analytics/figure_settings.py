"""What an authority may set about its figures: age bands, how far to look ahead, when to warn, what not to publish."""

from __future__ import annotations

from dataclasses import dataclass

from ehcp_flow.law.duration import Duration


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """The settings of the figures; `workflows/settings/figures.yaml` explains each.

    `bands` are the lengths since the request at which a new band of overdue plans begins, `late_bands` the lateness at
    which one of overdue reviews does, and `ahead` is how far pressure looks; each from the shortest. `age_groups` are
    the ages in years at which a new group begins. `exception_alert` is a percentage. Counts from 1 to
    `smallest_published` - 1 are not published.
    """

    bands: tuple[Duration, ...]
    late_bands: tuple[Duration, ...]
    ahead: tuple[Duration, ...]
    age_groups: tuple[int, ...]
    exception_alert: float
    smallest_published: int
