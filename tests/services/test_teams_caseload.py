"""Caseloads agree with the lists, whether counted by the database or derived for a day gone by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from ehcp_flow.analytics.caseload import Caseloads
from ehcp_flow.errors import BadFile, BadInput, UnknownName
from ehcp_flow.services.absence import record_absence
from ehcp_flow.services.caseload import caseload
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.list_work import Wanted, list_work
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.read_weights import read_weights
from ehcp_flow.services.record_event import record_event
from ehcp_flow.settings import Settings, shipped_workflows

DAY = date(2025, 7, 1)
TEAMS = {"a.smith": "North", "b.jones": "North", "c.brown": "South", "d.green": None}


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """Cases at several stages with officers, a team, nobody and one who left; overdue and soon due on DAY."""
    office = Office(Settings(database_url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(office)
    for username, team in {**TEAMS, "old.hand": "South"}.items():
        add_officer(office, username, username.title(), team, "mon tue wed" if username == "b.jones" else "mon-fri")
    holders = [*TEAMS, "old.hand", None]
    for number, (officer, day) in enumerate((officer, day) for officer in holders for day in (6, 17)):
        opened = date(2025, 5, 20) if day == 17 and officer == "a.smith" else date(2025, 1, day)
        ref, team = f"N-{number}", "North" if officer is None and day == 17 else None
        open_case(office, "needs_assessment", "request_received", opened, case_ref=ref, officer=officer, team=team)
    record_event(office, "N-0", "assessment_agreed", date(2025, 2, 10))
    record_event(office, "N-2", "assessment_agreed", date(2025, 2, 10))
    record_event(office, "N-2", "draft_plan_sent", date(2025, 5, 12))
    record_event(office, "N-4", "assessment_agreed", date(2025, 2, 3))
    record_event(office, "N-4", "advice_requested", date(2025, 2, 4), {"provider": "health"})
    record_event(office, "N-4", "draft_plan_sent", date(2025, 4, 1))
    record_event(office, "N-4", "final_plan_sent", date(2025, 5, 1))
    lifted = {"exception": "personal_circumstances", "clock": "decide_whether_to_assess"}
    record_event(office, "N-6", "exception_recorded", date(2025, 1, 20), lifted)
    open_case(office, "annual_review", "plan_first_made", date(2024, 7, 9), case_ref="A-1", officer="c.brown")
    with office.database.write() as connection:
        connection.execute(text("DELETE FROM officer WHERE username = 'old.hand'"))
    yield office
    office.database.close()


def by_officer(found: Caseloads) -> dict[str, tuple[int, Decimal]]:
    return {each.worker.username: (each.load.cases, each.load.weight) for each in found.officers}


def test_each_case_that_has_not_ended_weighs_by_its_stage(office: Office) -> None:
    found = caseload(office, DAY).caseloads
    assert by_officer(found) == {
        "a.smith": (2, Decimal(2)),  # assessing 1, requested 1
        "b.jones": (2, Decimal("2.5")),  # consulting 1.5, requested 1
        "c.brown": (2, Decimal("1.2")),  # requested 1, review due 0.2; the one that ended weighs nothing
        "d.green": (2, Decimal(2)),
    }
    assert [(each.officer, each.team, each.load.cases) for each in found.unassigned] == [
        (None, None, 1),
        (None, "North", 1),
        ("old.hand", "South", 2),
    ]
    assert [team.team for team in found.teams] == [None, "North", "South"]
    assert [team.capacity for team in found.teams] == [100, 160, 100]


def test_overdue_and_soon_due_are_what_the_lists_show(office: Office) -> None:
    found = caseload(office, DAY).caseloads
    for each in found.officers:
        work = list_work(office, DAY, Wanted(officer=each.worker.username, basis="law"))
        assert (each.load.overdue, each.load.due_soon) == (len(work.overdue), len(work.today) + len(work.soon))
    work = list_work(office, DAY, Wanted(unassigned=True, basis="law"))
    assert sum(each.load.overdue for each in found.unassigned) == len(work.overdue) > 0
    ended = list_work(office, DAY, Wanted(officer="c.brown", ended=True, basis="law")).overdue
    assert {each.case_ref for each in ended} == {"N-4", "N-5"}, "the advice of N-4 never came"
    assert len(list_work(office, DAY, Wanted(officer="d.green")).excepted) == 1
    smith, brown = (each.load for each in found.officers if each.worker.username in ("a.smith", "c.brown"))
    assert (smith.due_soon, brown.due_soon) == (1, 1)


def test_a_day_gone_by_is_derived_and_says_what_that_day_would_have_said(office: Office) -> None:
    before = {day: caseload(office, day).caseloads for day in (DAY, date(2025, 5, 25))}
    record_event(office, "N-6", "assessment_agreed", date(2025, 7, 2))
    open_case(office, "needs_assessment", "request_received", date(2025, 7, 3), case_ref="N-NEW", officer="a.smith")
    assert {day: caseload(office, day).caseloads for day in before} == before
    assert by_officer(caseload(office, date(2025, 7, 3)).caseloads)["a.smith"] == (3, Decimal(3))
    assert by_officer(caseload(office, date(2025, 1, 10)).caseloads)["a.smith"] == (1, Decimal(1))


def test_every_open_case_is_in_it_once(office: Office) -> None:
    found = caseload(office, DAY).caseloads
    with office.database.read() as connection:
        query = "SELECT state, count(*) FROM standing WHERE NOT is_ended GROUP BY state"
        there: Counter[str] = Counter({row[0]: row[1] for row in connection.execute(text(query))})
    counted: Counter[str] = Counter()
    for (_, state), cases in found.total.stages.items():
        counted[state] += cases
    assert counted == there


def test_a_team_s_page_keeps_what_no_team_s_page_would_show(office: Office) -> None:
    report = caseload(office, DAY, "North")
    assert [team.team for team in report.caseloads.teams] == ["North"]
    assert [(each.officer, each.team) for each in report.caseloads.unassigned] == [(None, None), (None, "North")]
    assert report.elsewhere == 2, "d.green is in no team"


def test_who_is_away_is_said_for_the_day_asked_about(office: Office) -> None:
    record_absence(office, "a.smith", DAY, date(2025, 7, 4), "b.jones", DAY)
    away = {each.worker.username: each.worker for each in caseload(office, DAY).caseloads.officers}["a.smith"]
    assert (away.away_until, away.cover) == (date(2025, 7, 4), "b.jones")
    later = {each.worker.username: each.worker for each in caseload(office, date(2025, 7, 5)).caseloads.officers}
    assert later["a.smith"].away_until is None


def test_one_officer_can_be_asked_for_also_one_who_left(office: Office) -> None:
    assert list(by_officer(caseload(office, DAY, officer="a.smith").caseloads)) == ["a.smith"]
    assert caseload(office, DAY, officer="old.hand").caseloads.total.cases == 2


@pytest.mark.parametrize(("team", "officer"), [("Nroth", None), (None, "a.smiht")])
def test_a_name_mistyped_is_said(office: Office, team: str | None, officer: str | None) -> None:
    with pytest.raises(UnknownName, match="Did you mean"):
        caseload(office, DAY, team, officer)


# ------------------------------------------------------------------------------------ the weights

SETTINGS = Settings("sqlite://", shipped_workflows(), None, "", "tester")
GOOD = "full_caseload: 40\ndefault: 1\nweights:\n  needs_assessment:\n    assessing: 0.5\n"


def read(path: Path, content: str) -> str:
    """What is said about a file of weights that holds `content`."""
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFile) as told:
        read_weights(replace(SETTINGS, caseload=path), Office(SETTINGS).workflows)
    return str(told.value)


def test_the_shipped_weights_name_every_open_state_and_no_other() -> None:
    office = Office(SETTINGS)
    weights = read_weights(SETTINGS, office.workflows)
    open_states = {
        (workflow.workflow, name)
        for workflow in office.workflows.values()
        for name, state in workflow.states.items()
        if not state.ended
    }
    assert set(weights.stages) == open_states


def test_a_file_of_one_s_own_takes_the_place_of_the_shipped_one(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(GOOD, encoding="utf-8")
    own = Office(replace(office.settings, caseload=path))
    report = caseload(own, DAY)
    own.database.close()
    assert by_officer(report.caseloads)["a.smith"] == (2, Decimal("1.5"))
    assert {team.team: team.capacity for team in report.caseloads.teams}["South"] == 40
    assert ("annual_review", "due") in report.caseloads.without_weight


def test_weights_beside_one_s_own_workflows_are_used_and_else_the_shipped_ones(tmp_path: Path) -> None:
    review_only = {"annual_review": Office(SETTINGS).workflows["annual_review"]}
    settings = replace(SETTINGS, workflows=tmp_path)
    assert {name for name, _ in read_weights(settings, review_only).stages} == {"annual_review"}
    (tmp_path / "settings").mkdir()
    own = "full_caseload: 7\ndefault: 2\nweights: {annual_review: {due: 3}}\n"
    (tmp_path / "settings" / "caseload.yaml").write_text(own, encoding="utf-8")
    assert read_weights(settings, review_only).full_caseload == 7


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    said = read(
        tmp_path / "own.yaml",
        "full_caseload: 0\ndefault: heavy\nwieghts: {}\nweights:\n  needs_assessment:\n    asessing: 1\n"
        "    issued: 1\n    drafting: -1\n    requested: .inf\n  no_such_process:\n    due: 1\n  annual_review: 3\n",
    )
    assert [line.strip() for line in said.splitlines()[1:-1]] == [
        "own.yaml:1: a full caseload weighs more than nothing.",
        "own.yaml:2: `default` should be a number such as 1 or 0.5.",
        "own.yaml:3: `wieghts` is not a key that is known here: there are full_caseload, default, weights.",
        "own.yaml:6: needs_assessment has no state asessing; open ones are requested, assessing, drafting, consulting, reopened_to_assess, reopened_to_issue.",
        "own.yaml:7: cases that are issued have ended and are in nobody's caseload.",
        "own.yaml:8: `drafting` should be a number such as 1 or 0.5.",
        "own.yaml:9: `requested` should be a number such as 1 or 0.5.",
        "own.yaml:10: there is no process no_such_process: there are annual_review, needs_assessment.",
        "own.yaml:12: should be states with their weights, one to a line: assessing: 1.5",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "`full_caseload:` is missing."),
        ("- 1\n", "`full_caseload:` is missing."),
        (GOOD.replace("default: 1\n", ""), "`default:` is missing."),
        (GOOD + "    assessing: 2\n", "own.yaml:6: `assessing` stands here twice"),
        (GOOD.replace("0.5", "{}"), "`assessing` should be a number"),
        (GOOD.replace("0.5", "[1]"), "`assessing` should be a number"),
        (GOOD.replace("0.5", "''"), "own.yaml:5: `assessing` is empty"),
        ("full_caseload: 40\ndefault: 1\nweights: heavy\n", "own.yaml:3: should be processes"),
        ("full_caseload: [\n", "own.yaml"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: str, said: str) -> None:
    assert said in read(tmp_path / "own.yaml", content)


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="EHCP_CASELOAD"):
        read_weights(replace(SETTINGS, caseload=Path("/nowhere.yaml")), Office(SETTINGS).workflows)
