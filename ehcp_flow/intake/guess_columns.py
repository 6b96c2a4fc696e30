"""Which column is probably what: events by their dates, the rest by heading and looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ehcp_flow.intake.column_looks import Look
from ehcp_flow.intake.usual_words import ABOUT, ANSWERS, EVENTS, PROVIDERS, WORKED_OUT, fit, words_of
from ehcp_flow.law.workflow import Workflow

_NOT_ADVICE = frozenset({"consultation", "draft", "final", "review", "decision", "panel", "mediation"})
_ALIKE = 0.6
_CASE_LEVEL_KINDS = {
    "person.date_of_birth": {"dates"},
    "person.upn": {"upn", "codes", "words"},
    "person.nhs_number": {"nhs_number", "numbers"},
    "until": {"dates", "codes", "words"},
}


@dataclass(frozen=True, slots=True)
class EventGuess:
    """A date column that probably holds `event`, which ends in a question mark if an answer decides.

    `score` counts the words that speak for it. `provider` is whose advice it is, if it is advice.
    """

    look: Look
    event: str
    provider: str
    score: int


def guess_event(look: Look, workflow: Workflow) -> EventGuess | None:
    """The event that a column of dates most probably holds."""
    if look.kind != "dates" or look.words & WORKED_OUT:
        return None
    found = [*_by_pattern(look, workflow), *_by_title(look, workflow), *_advice(look, workflow)]
    return max(found, key=lambda guess: guess.score, default=None)


def _by_pattern(look: Look, workflow: Workflow) -> Iterable[EventGuess]:
    for event, pattern in EVENTS.get(workflow.workflow, ()):
        score = fit(pattern, look.words)
        if score:
            yield EventGuess(look, event, "", score)


def _by_title(look: Look, workflow: Workflow) -> Iterable[EventGuess]:
    """A workflow without usual words of its own is still found by what it calls its events."""
    for name, rule in workflow.events.items():
        titles = (words_of(rule.title), words_of(name))
        if any(_likeness(look.words, title) >= _ALIKE for title in titles):
            yield EventGuess(look, name, "", 2)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0


def _advice(look: Look, workflow: Workflow) -> Iterable[EventGuess]:
    providers = [PROVIDERS[word] for word in sorted(look.words) if word in PROVIDERS]
    if "advice_requested" not in workflow.events or not providers or look.words & _NOT_ADVICE:
        return
    score = 2 + ("advice" in look.words or "report" in look.words)
    if look.words & {"request", "issued"}:
        yield EventGuess(look, "advice_requested", providers[0], score)
    elif look.words & {"received"}:
        yield EventGuess(look, "advice_received", providers[0], score)


def sure_and_unsure(
    looks: Sequence[Look], workflow: Workflow
) -> tuple[dict[tuple[str, str], EventGuess], list[EventGuess]]:
    """The best column for each event (and provider), and the columns that would have been second."""
    sure: dict[tuple[str, str], EventGuess] = {}
    unsure: list[EventGuess] = []
    for look in looks:
        guess = guess_event(look, workflow)
        if guess is None:
            continue
        key = (guess.event, guess.provider)
        kept = sure.get(key)
        if kept is None or guess.score > kept.score:
            sure[key] = guess
            guess_left = kept
        else:
            guess_left = guess
        if guess_left is not None:
            unsure.append(guess_left)
    return sure, unsure


def guess_about(looks: Sequence[Look], taken: Iterable[Look]) -> dict[str, Look]:
    """What the other columns probably say of the case and the person: the field, and its column."""
    best: dict[str, tuple[int, Look]] = {}
    used = list(taken)
    for look in looks:
        if look in used or look.kind == "nothing":
            continue
        field, score = _field(look)
        if field and (field not in best or score > best[field][0]):
            best[field] = score, look
    found = {field: look for field, (_, look) in best.items()}
    if "case" not in found:
        others = [look for look in looks if look not in (*used, *found.values())]
        by_looks = next((look for look in others if look.is_unique and look.kind != "dates"), None)
        reference = by_looks or found.pop("person.reference", None) or (looks[0] if looks else None)
        if reference is not None:
            found["case"] = reference
    return found


def _field(look: Look) -> tuple[str, int]:
    if look.kind == "upn":
        return "person.upn", 9
    if look.kind == "nhs_number":
        return "person.nhs_number", 9
    found = [
        (fit(pattern, look.words), field)
        for field, pattern in ABOUT
        if look.kind in _CASE_LEVEL_KINDS.get(field, {"codes", "words", "numbers"})
    ]
    score, field = max(found, key=lambda each: each[0], default=(0, ""))
    return (field, score) if score else ("", 0)


def answer_column(
    question: str, dated: Look, looks: Sequence[Look]
) -> tuple[Look, dict[str, list[str]], list[str]] | None:
    """The column that answers the question of a decision: its look, the answers by event, and those not understood."""
    best = None
    for look in looks:
        if not look.values or look.kind == "dates" or look.heading == dated.heading:
            continue
        by_event, unknown = _sorted_answers(ANSWERS[question], look.values)
        understood = sum(look.values[answer] for answers in by_event.values() for answer in answers)
        if understood * 2 < look.filled or not look.words & {"decision", "panel", "agreed", "recommendation"}:
            continue
        distance = abs(look.heading.index - dated.heading.index)
        if best is None or distance < best[0]:
            best = distance, (look, by_event, unknown)
    return best[1] if best else None


def _sorted_answers(events: Mapping[str, str], answers: Iterable[str]) -> tuple[dict[str, list[str]], list[str]]:
    by_event: dict[str, list[str]] = {}
    unknown = []
    for answer in answers:
        words = words_of(answer)
        event = next((event for event, pattern in events.items() if fit(pattern, words)), None)
        if event is None:
            unknown.append(answer)
        else:
            by_event.setdefault(event, []).append(answer)
    return by_event, unknown
