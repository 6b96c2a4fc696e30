"""The caseload figure: every case counted once, weighed by where it stands, against the days an officer works."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ehcp_flow.analytics.caseload import Caseloads, Holding, Load, Pressing, Share, Weights, Worker, caseloads

ASSESSING, REVIEW_DUE, UNHEARD_OF = ("needs", "assessing"), ("review", "due"), ("review", "unheard_of")
WEIGHTS = Weights({ASSESSING: Decimal(2), REVIEW_DUE: Decimal("0.1")}, Decimal(1), Decimal(100))
WORKERS = (
    Worker("a.smith", "Alex Smith", "North", 5),
    Worker("b.jones", "Billie Jones", "North", 3, date(2026, 8, 14), "a.smith"),
    Worker("c.brown", "Charlie Brown", None, 5),
)


def weighed(*holdings: Holding, pressing: tuple[Pressing, ...] = ()) -> Caseloads:
    return caseloads(WEIGHTS, WORKERS, holdings, pressing)


def load_of(found: Caseloads, username: str) -> Load:
    return next(each.load for each in found.officers if each.worker.username == username)


def test_a_case_weighs_what_its_stage_weighs() -> None:
    found = weighed(Holding("a.smith", "North", ASSESSING, 3), Holding("a.smith", "North", REVIEW_DUE, 20))
    load = load_of(found, "a.smith")
    assert (load.cases, load.weight) == (23, Decimal(8))
    assert dict(load.stages) == {ASSESSING: 3, REVIEW_DUE: 20}
    assert (load.of_workflow("needs"), load.of_workflow("review"), load.of_workflow("other")) == (3, 20, 0)


def test_a_stage_without_a_weight_weighs_the_default_and_is_named() -> None:
    found = weighed(Holding("a.smith", "North", UNHEARD_OF, 3))
    assert load_of(found, "a.smith").weight == 3
    assert found.without_weight == (UNHEARD_OF,)


def test_who_works_three_days_carries_three_fifths() -> None:
    shares = {each.worker.username: each.capacity for each in weighed().officers}
    assert shares == {"a.smith": 100, "b.jones": 60, "c.brown": 100}


def test_full_is_not_over_and_a_little_more_shows_as_more() -> None:
    just, more = (Share(Load({}, Decimal(weight)), Decimal(100)) for weight in ("100", "100.1"))
    assert (just.percent, just.is_over) == (100, False)
    assert (more.percent, more.is_over) == (101, True)


def test_who_works_no_days_has_no_share_and_is_over_with_any_case() -> None:
    idle, held = (Share(Load({}, Decimal(weight)), Decimal(0)) for weight in ("0", "0.1"))
    assert (idle.percent, idle.is_over) == (None, False)
    assert (held.percent, held.is_over) == (None, True)


def test_officers_in_no_team_come_first_and_teams_add_up() -> None:
    found = weighed(
        Holding("a.smith", "North", ASSESSING, 50),
        Holding("b.jones", "South", ASSESSING, 10),
        Holding("c.brown", None, ASSESSING, 1),
        pressing=(Pressing("a.smith", "North", 3, 1), Pressing("b.jones", "South", 2, 0)),
    )
    assert [(team.team, int(team.capacity), int(team.load.weight)) for team in found.teams] == [
        (None, 100, 2),
        ("North", 160, 120),
    ]
    north = found.teams[1]
    assert (north.load.overdue, north.load.due_soon, north.percent, north.is_over) == (5, 1, 75, False)
    assert [each.worker.username for each in north.officers] == ["a.smith", "b.jones"]


def test_what_nobody_we_know_holds_is_unassigned_by_team_and_name() -> None:
    found = weighed(
        Holding(None, None, ASSESSING, 1),
        Holding(None, "North", ASSESSING, 2),
        Holding("old.hand", "North", ASSESSING, 3),
        pressing=(Pressing("old.hand", "North", 4, 0),),
    )
    assert [(each.officer, each.team, each.load.cases, each.load.overdue) for each in found.unassigned] == [
        (None, None, 1, 0),
        (None, "North", 2, 0),
        ("old.hand", "North", 3, 4),
    ]
    assert found.total.cases == 6


def test_a_team_s_page_shows_unassigned_cases_of_its_own_and_of_no_team_there_is() -> None:
    found = weighed(
        *(Holding(None, team, ASSESSING, number) for number, team in enumerate([None, "North", "South", "Gone"], 1))
    )
    north = found.of_team("North", ["North", "South"])
    assert [each.team for each in north.unassigned] == [None, "Gone", "North"]
    assert [team.team for team in north.teams] == ["North"]


def test_one_officer_s_page_shows_nothing_else() -> None:
    found = weighed(Holding("a.smith", "North", ASSESSING, 1), Holding("old.hand", None, ASSESSING, 2))
    assert [each.worker.username for each in found.of_officer("a.smith").officers] == ["a.smith"]
    assert found.of_officer("a.smith").total.cases == 1
    assert found.of_officer("old.hand").total.cases == 2


names = st.sampled_from([*(worker.username for worker in WORKERS), "old.hand", None])
teams = st.sampled_from(["North", "South", None])
stages = st.sampled_from([ASSESSING, REVIEW_DUE, UNHEARD_OF])


@given(
    st.lists(st.builds(Holding, names, teams, stages, st.integers(1, 50))),
    st.lists(st.builds(Pressing, names, teams, st.integers(0, 9), st.integers(0, 9))),
)
def test_every_case_is_counted_once_whoever_holds_it(holdings: list[Holding], pressing: list[Pressing]) -> None:
    found = caseloads(WEIGHTS, WORKERS, holdings, pressing)
    expected: Counter[tuple[str, str]] = Counter()
    for held in holdings:
        expected[held.stage] += held.cases
    assert found.total.stages == expected
    assert found.total.weight == sum(held.cases * WEIGHTS.of(held.stage) for held in holdings)
    assert found.total.overdue == sum(each.overdue for each in pressing)
    assert found.total.due_soon == sum(each.due_soon for each in pressing)
    known = {worker.username for worker in WORKERS}
    nobodys = sum(held.cases for held in holdings if held.officer not in known)
    assert sum(each.load.cases for each in found.unassigned) == nobodys
