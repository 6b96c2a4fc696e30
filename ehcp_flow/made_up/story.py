"""What happens in one case, before anybody types it in."""

from __future__ import annotations

from ehcp_flow.made_up.days import Day

Step = tuple[Day, str, dict[str, str]]


def _day_of(step: Step) -> Day:
    return step[0]


class Story:
    """Dated steps of one case. Of two steps on one day, the one added first comes first."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, day: Day, event: str, **details: str) -> None:
        """One more step, on any day."""
        self.steps.append((day, event, details))

    def break_off(self, day: Day, event: str) -> None:
        """The case ends on `day` with `event`; what would have come on that day or later never happens."""
        self.steps = [step for step in self.steps if step[0] < day]
        self.add(day, event)

    def up_to(self, until: Day) -> list[Step]:
        """The steps that have happened by the end of `until`, in order."""
        return sorted((step for step in self.steps if step[0] <= until), key=_day_of)
