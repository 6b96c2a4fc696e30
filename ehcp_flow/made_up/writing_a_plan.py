"""From the decision to issue a plan to the final plan: drafts, settings consulted, the family's answer."""

from __future__ import annotations

from ehcp_flow.made_up.days import TWENTY_WEEKS, WEEK, Day, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.story import Story

SETTINGS = tuple(
    f"{name} (made up)"
    for name in (
        *("Oaktree Primary", "Rowan Lane Primary", "Kingfisher Infant School", "Bluebell Nursery", "Skylark Junior"),
        *(
            "Silver Birch High",
            "Copper Beech Academy",
            "Heron Water School",
            "Larch Hill School",
            "Amber Field Academy",
        ),
        *("Willow Bank Special School", "Robin Wood Special School", "Greenfinch College", "Hawthorn Sixth Form"),
    )
)
_COMMENT_PERIOD = 15


def days_for_the_draft(draws: Draws, days_in_all: int) -> int:
    """How long before the final plan the first draft is sent, for a case of so many days."""
    share = draws.fraction()
    if share < 0.05:
        return draws.between(8, _COMMENT_PERIOD - 2)
    if days_in_all <= TWENTY_WEEKS:
        return draws.between(18, 24)
    return draws.early(20, 10 * WEEK) if share < 0.6 else draws.between(20, 5 * WEEK)


def write_plan(story: Story, draws: Draws, after: Day, drafted: Day, final: Day) -> Day:
    """Adds the steps from the decision, not before `after`, to the final plan; answers with the day of the decision."""
    drafted = max(workday_until(drafted), after)
    decided = max(workday_until(drafted - draws.early(0, 10)), after)
    if draws.chance(0.95):
        story.add(decided, "plan_agreed")
    story.add(drafted, "draft_plan_sent")
    if final - drafted < _COMMENT_PERIOD and draws.chance(0.6):
        story.add(min(workday_from(drafted + draws.between(1, 4)), final), "early_finish_asked")
    consult_settings(story, draws, drafted, final)
    hear_the_family(story, draws, drafted, final)
    second = workday_until(final - draws.between(_COMMENT_PERIOD, 18))
    if second > drafted + WEEK and draws.chance(0.2):
        story.add(second, "draft_plan_sent")
    story.add(final, "final_plan_sent")
    return decided


def consult_settings(story: Story, draws: Draws, drafted: Day, final: Day) -> None:
    """One to three settings are consulted; most answer in time, some late, a few never."""
    for setting in draws.some_of(SETTINGS, draws.early(1, 3)):
        consulted = min(workday_from(drafted + draws.early(0, 4)), final)
        story.add(consulted, "setting_consulted", setting=setting)
        is_in_time = draws.chance(0.78)
        days = draws.late(4, _COMMENT_PERIOD) if is_in_time else draws.between(_COMMENT_PERIOD + 1, 5 * WEEK)
        answered = max(min(workday_from(consulted + days), workday_until(final - 1)), consulted)
        if not draws.chance(0.006):
            story.add(answered, "setting_responded", setting=setting)


def hear_the_family(story: Story, draws: Draws, drafted: Day, final: Day) -> None:
    """Most families answer the draft."""
    answered = drafted + draws.late(3, _COMMENT_PERIOD)
    if answered < final and draws.chance(0.7):
        story.add(answered, "representations_received")
