"""Advice asked for and given, provider by provider."""

from __future__ import annotations

from ehcp_flow.made_up.days import SIX_WEEKS, WEEK, Day, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.story import Story

ALWAYS_ASKED = ("school", "educational_psychologist", "health", "social_care")
_SLOWEST = {"educational_psychologist": 0.68, "health": 0.18, "social_care": 0.09, "school": 0.05}


def ask_for_advice(story: Story, draws: Draws, agreed: Day, decided: Day) -> None:
    """Advice asked for from `agreed` on, nearly all of it in by `decided`; one provider keeps everybody waiting."""
    slowest = draws.by_weight(_SLOWEST)
    for provider in (*ALWAYS_ASKED, *_therapies(draws)):
        asked = min(workday_from(agreed + (0 if draws.chance(0.7) else draws.between(1, 3))), decided)
        story.add(asked, "advice_requested", provider=provider)
        answered = _answer_day(draws, asked, decided, is_slowest=provider == slowest)
        story.add(answered, "advice_received", provider=provider)
        if draws.chance(0.04):
            _send_back(story, draws, provider, answered, decided)


def _therapies(draws: Draws) -> tuple[str, ...]:
    share = draws.fraction()
    if share < 0.25:
        return ("speech_and_language_therapy",)
    if share < 0.37:
        return ("occupational_therapy",)
    if share < 0.45:
        return ("speech_and_language_therapy", "occupational_therapy")
    return ()


def _answer_day(draws: Draws, asked: Day, decided: Day, *, is_slowest: bool) -> Day:
    if draws.chance(0.02):
        return workday_from(decided + draws.between(3, 30))  # too late to be used
    is_long_wait = decided - asked > 12 * WEEK
    if is_slowest and (is_long_wait or draws.chance(0.3)):
        return max(workday_until(decided - draws.early(1, 9)), asked)
    answered = workday_from(asked + draws.late(2 * WEEK, SIX_WEEKS + 4))
    return max(min(answered, workday_until(decided - 1)), asked)


def _send_back(story: Story, draws: Draws, provider: str, answered: Day, decided: Day) -> None:
    returned = workday_from(answered + draws.between(2, 6))
    again = workday_from(returned + draws.between(WEEK, 3 * WEEK))
    if again < decided:
        story.add(returned, "advice_returned", provider=provider)
        story.add(again, "advice_received", provider=provider)
