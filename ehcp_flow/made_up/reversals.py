"""A refusal that does not stand: mediation, an appeal not opposed, an order, or simply giving way."""

from __future__ import annotations

from ehcp_flow.made_up.days import WEEK, Day, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.story import Story
from ehcp_flow.made_up.writing_a_plan import write_plan

_WEEKS_UNTIL = {"mediation": (6, 14), "unopposed": (11, 20), "ordered": (26, 46)}


def reversed_on(draws: Draws, reversal: str, refused: Day) -> Day:
    """The day of the agreement, notice or order: mediation is quick, a hearing takes most of a year."""
    soonest, latest = _WEEKS_UNTIL[reversal.rsplit("_", maxsplit=1)[-1]]
    return workday_from(refused + draws.between(soonest * WEEK, latest * WEEK))


def plan_after_all(story: Story, draws: Draws, reversal: str, changed: Day, final: Day) -> None:
    """A plan follows a refusal to issue: no new assessment, the draft comes next."""
    story.add(changed, reversal)
    is_draft_kept = draws.chance(0.75)
    days = draws.between(3 * WEEK, 5 * WEEK) if is_draft_kept else draws.between(5 * WEEK + 1, 7 * WEEK)
    drafted = workday_until(min(changed + days, final - 3 * WEEK))
    write_plan(story, draws, changed, drafted, final)
