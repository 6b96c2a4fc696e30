"""The made-up authority: people, officers, plans and cases, as its records stand at the end of one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ehcp_flow.errors import BadInput
from ehcp_flow.made_up.course import Course
from ehcp_flow.made_up.courses import make_up_courses
from ehcp_flow.made_up.days import A_YEAR, SIX_WEEKS, Day
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.figures import Window, published, windows
from ehcp_flow.made_up.identity import area_of, make_up_person, nhs_numbers
from ehcp_flow.made_up.needs_assessment import tell_needs_assessment
from ehcp_flow.made_up.plans import pace_of, reviews_of_plan
from ehcp_flow.made_up.recording import reaches_plan_stage, record
from ehcp_flow.made_up.shapes import MadeUpAuthority, MadeUpCase, MadeUpOfficer, MadeUpPerson
from ehcp_flow.made_up.staff import OFFICERS, TEAMS, assessor, keeper
from ehcp_flow.made_up.story import Step

NAME = "Madeupshire County Council (made up)"

_HALF_A_YEAR = A_YEAR // 2
_ASKS_AGAIN = 0.03


@dataclass(frozen=True, slots=True)
class _Known:
    """A person with the number that decides who looks after them."""

    number: int
    person: MadeUpPerson

    @property
    def assessor(self) -> MadeUpOfficer:
        return assessor(self.number)

    @property
    def keeper(self) -> MadeUpOfficer:
        return keeper(self.number, area_of(self.person))

    @property
    def plan_ref(self) -> str:
        return f"PL-{self.number + 1:04d}"

    @property
    def born(self) -> Day:
        return self.person.date_of_birth.toordinal()


class _Register:
    """Gives out people, numbered in the order in which the authority came to know them."""

    def __init__(self, seed: int, until: Day) -> None:
        self._draws = Draws(seed, "people")
        self._until = until
        self._nhs_numbers = nhs_numbers()
        self.known: list[_Known] = []

    def newcomer(self, age: int, on: Day) -> _Known:
        """A new person of that age on that day."""
        born = on - age * A_YEAR - age // 4 - self._draws.between(0, A_YEAR - 1)
        number = len(self.known)
        person = make_up_person(self._draws, number, next(self._nhs_numbers), born, self._until)
        self.known.append(_Known(number, person))
        return self.known[-1]

    def newcomer_asking(self, on: Day) -> _Known:
        """A new person for whom an assessment is asked on that day."""
        return self.newcomer(self._draws.by_weight(published().requests_by_age), on)

    def newcomer_with_a_plan(self, on: Day) -> _Known:
        """A new person who already has a plan on that day."""
        return self.newcomer(self._draws.between(4, 16), on)


def make_up_authority(seed: int, until: date, people: int = 3000, years: int = 3) -> MadeUpAuthority:
    """An authority of `people` people over `years` years, as recorded by the end of `until`.

    Counts are Surrey's (published_figures.yaml) times people / people_known; shares are kept. The same
    arguments give the same authority on every machine. Some cases began before the first year: the
    backlog the authority started with, and plans it already held. Over many years more people than
    `people` come to be known. Raises BadInput unless there is at least one person and one year.
    """
    if people < 1 or years < 1:
        raise BadInput(
            f"An authority of {people} people over {years} years cannot be made up.",
            next="Ask for at least one person and one year.",
        )
    register = _Register(seed, until.toordinal())
    requests = list(_who_asked(seed, make_up_courses(Draws(seed, "courses"), until, people, years), register))
    assessments, new_plans = _assessments(seed, until.toordinal(), requests)
    since = windows(until, years)[0].first
    old_plans = [register.newcomer_with_a_plan(since) for _ in range(people - len(register.known))]
    reviews = _reviews(seed, until, years, new_plans, old_plans)
    return MadeUpAuthority(
        name=NAME,
        seed=seed,
        until=until,
        years=years,
        teams=TEAMS,
        officers=OFFICERS,
        people=tuple(known.person for known in register.known),
        cases=(*assessments, *reviews),
    )


def _who_asked(seed: int, courses: Iterable[Course], register: _Register) -> Iterator[tuple[Course, _Known]]:
    """Each request with its person; a few of those refused ask again later."""
    draws = Draws(seed, "who asked")
    refused: list[tuple[Course, _Known]] = []
    for course in courses:
        asks_again = bool(refused) and draws.chance(_ASKS_AGAIN)
        if asks_again and course.requested - refused[0][0].requested > SIX_WEEKS + _HALF_A_YEAR:
            asked = refused.pop(0)[1]
        else:
            asked = register.newcomer_asking(course.requested)
        if course.route == "refused" and not course.reversal:
            refused.append((course, asked))
        yield course, asked


def _assessments(
    seed: int, until: Day, requests: Sequence[tuple[Course, _Known]]
) -> tuple[list[MadeUpCase], list[tuple[_Known, Day]]]:
    """The needs assessments, and the plans that came of them with the day each was made."""
    telling, typing = Draws(seed, "needs assessments"), Draws(seed, "typing")
    cases: list[MadeUpCase] = []
    plans: list[tuple[_Known, Day]] = []
    for number, (course, asked) in enumerate(requests, 1):
        steps = tell_needs_assessment(telling, course).up_to(until)
        made = [day for day, event, _ in steps if event == "final_plan_sent"]
        plans += [(asked, day) for day in made]
        holder = asked.keeper if reaches_plan_stage(steps) else asked.assessor
        cases.append(
            MadeUpCase(
                case_ref=f"NA-{number:04d}",
                workflow="needs_assessment",
                person_ref=asked.person.ref,
                plan_ref=asked.plan_ref if made else None,
                officer=holder.username,
                team=holder.team,
                events=record(steps, until, typing, asked.assessor.username, asked.keeper.username),
            )
        )
    return cases, plans


def _reviews(
    seed: int, until: date, years: int, new_plans: Sequence[tuple[_Known, Day]], old_plans: Sequence[_Known]
) -> Iterator[MadeUpCase]:
    """A case for each review cycle of each plan, numbered by the day it opened."""
    typing, today = Draws(seed, "typing reviews"), until.toordinal()
    told = _cycles(Draws(seed, "reviews"), windows(until, years), new_plans, old_plans)
    in_order = sorted(told, key=lambda entry: (entry[0][0][0], entry[1].number))
    for number, (steps, known) in enumerate(in_order, 1):
        holder = known.keeper
        yield MadeUpCase(
            case_ref=f"AR-{number:04d}",
            workflow="annual_review",
            person_ref=known.person.ref,
            plan_ref=known.plan_ref,
            officer=holder.username,
            team=holder.team,
            events=record(steps, today, typing, holder.username, holder.username),
        )


def _cycles(
    draws: Draws,
    spans: Sequence[Window],
    new_plans: Iterable[tuple[_Known, Day]],
    old_plans: Iterable[_Known],
) -> Iterator[tuple[list[Step], _Known]]:
    """What has happened in each cycle. Old plans are followed from well before, so that no year begins empty."""
    since, today = spans[0].first, spans[-1].last
    pace = pace_of(draws, spans)
    openings = [(known, day, "plan_first_made") for known, day in new_plans]
    openings += [(known, since - draws.between(A_YEAR, 2 * A_YEAR), "previous_review_decided") for known in old_plans]
    for known, opened, opening in openings:
        for cycle in reviews_of_plan(draws, known.born, opened, opening, pace, since, today):
            yield cycle.story.up_to(today), known
