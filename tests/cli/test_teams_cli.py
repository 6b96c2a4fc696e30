"""What a senior case manager types and sees: users, away, assign, due, caseload."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ehcp_flow.cli.app import main
from ehcp_flow.cli.arguments import office
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import open_case
from ehcp_flow.settings import Settings, shipped_workflows

WIDTH = 80
DAY = "2025-07-01"


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Ehcp = Callable[..., Answer]


def fill(url: str) -> None:
    """Three officers and five cases, one of which nobody holds."""
    made = Office(Settings(url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(made)
    for username, team in (("a.smith", "North"), ("b.jones", "North"), ("c.brown", "South")):
        add_officer(made, username, username.title(), team)
    for number, officer in enumerate(("a.smith", "a.smith", "b.jones", "c.brown", None)):
        ref, opened = f"N-{number}" if officer else "N-NOBODY", date(2025, 1, number + 6)
        open_case(made, "needs_assessment", "request_received", opened, case_ref=ref, officer=officer)
    made.database.close()


@pytest.fixture
def database_url(copy_of: Callable[[Callable[[str], None]], str]) -> str:
    """A copy of the database that `fill` made."""
    return copy_of(fill)


@pytest.fixture
def ehcp(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[str], Answer]]:
    """Runs a command line as a person would."""
    monkeypatch.setenv("EHCP_DATABASE_URL", database_url)
    monkeypatch.setenv("EHCP_USER", "tester")
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.delenv("EHCP_CASELOAD", raising=False)
    monkeypatch.delenv("EHCP_WORKFLOWS", raising=False)
    monkeypatch.setattr("ehcp_flow.cli.output.PIPED_WIDTH", WIDTH)
    office.cache_clear()

    def run(line: str) -> Answer:
        # Quoting as in a shell is not needed here: two words that belong together are joined by a tilde.
        monkeypatch.setattr(sys, "argv", ["ehcp", *(word.replace("~", " ") for word in line.split())])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        return Answer(code, *capsys.readouterr())

    yield run
    office().database.close()
    office.cache_clear()


def everything_recorded(ehcp: Ehcp) -> int:
    entries: int = ehcp("verify --json").json["entries"]
    return entries


# ------------------------------------------------------------------------------------------ users


def test_an_officer_is_added_changed_and_listed(ehcp: Ehcp) -> None:
    assert ehcp("users add d.green --name Dee~Green --works-on mon-wed").out.startswith("d.green can now hold cases")
    said = ehcp("users change d.green --team East --works-on mon~thu").out
    assert "d.green is Dee Green, team East, and works mon thu." in said
    assert "ehcp assign --from d.green --to d.green" in said
    listed = {each["username"]: each for each in ehcp("users list --json").json}
    assert listed["d.green"] == {
        "username": "d.green",
        "name": "Dee Green",
        "team": "East",
        "works_on": ["mon", "thu"],
        "is_away": False,
        "absence": None,
    }
    assert [each["username"] for each in ehcp("users list --team North --json").json] == ["a.smith", "b.jones"]


def test_the_list_shows_who_is_away_and_who_covers(ehcp: Ehcp) -> None:
    ehcp("users away a.smith --to 2099-12-31 --cover b.jones")
    ehcp("users away c.brown --from 2099-01-05 --to 2099-01-09")
    listed = ehcp("users list")
    assert "a.smith is away until 31 December 2099: b.jones covers" in listed.out
    assert "c.brown is away from 5 January 2099 until 9 January 2099: nobody covers" in listed.out
    by_name = {each["username"]: each for each in ehcp("users list --json").json}
    assert by_name["a.smith"]["is_away"]
    assert by_name["a.smith"]["absence"]["cover"] == "b.jones"
    assert not by_name["c.brown"]["is_away"]
    assert "is back" in ehcp("users away a.smith --back").out
    assert "a.smith is away" not in ehcp("users list").out


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("users away nobody --to 2099-01-01", 1, "There is no officer nobody."),
        ("users away a.smith --from 2025-07-04 --to 2025-07-01", 1, "is before the first"),
        ("users away a.smith --to 2099-01-01 --cover a.smith", 1, "cannot cover for themselves"),
        ("users away a.smith --back --cover b.jones", 2, "--back goes with --from at most"),
        ("users away a.smith --to soon", 2, "soon is not a date"),
        ("users change a.smith", 1, "Nothing to change was given."),
        ("users add a.smith", 1, "There is an officer a.smith already."),
        ("users add d.green --works-on sometimes", 1, "are not working days"),
        ("assign --to b.jones", 1, "Say which cases"),
        ("assign --from a.smith", 1, "Nobody was named to hold the case."),
        ("assign N-0 N-9 --to b.jones", 1, "There is no case N-9."),
        ("assign --from a.smiht --to b.jones", 1, "Did you mean a.smith?"),
        ("due --officer a.smiht", 1, "Did you mean a.smith?"),
        ("caseload --team Nroth", 1, "Did you mean North?"),
    ],
)
def test_a_mistake_is_one_clear_line(ehcp: Ehcp, line: str, code: int, said: str) -> None:
    before = everything_recorded(ehcp)
    answer = ehcp(line)
    assert (answer.code, answer.out) == (code, "")
    assert said in " ".join(answer.err.replace("│", " ").split())
    assert "Traceback" not in answer.err
    if code == 1:
        assert len(answer.err.splitlines()) == 1
    assert everything_recorded(ehcp) == before


# ------------------------------------------------------------------------------------------ lists


def test_the_cover_s_list_marks_the_cases_of_those_who_are_away(ehcp: Ehcp) -> None:
    ehcp(f"users away a.smith --from {DAY} --to 2025-07-04 --cover b.jones")
    mine = ehcp(f"due --officer b.jones --as-of {DAY}").out
    assert "Covering for a.smith until 4 July 2025" in mine
    assert mine.count("for a.smith\n") == mine.count("N-0") + mine.count("N-1") > 0
    theirs = ehcp(f"due --officer a.smith --as-of {DAY}").out
    assert "a.smith is away until 4 July 2025: b.jones covers" in theirs
    assert "for a.smith" not in theirs
    everybody = ehcp(f"due --as-of {DAY}").out
    assert "a.smith away" in everybody
    assert "a.smith is away until 4 July 2025: b.jones covers" in everybody
    after = ehcp("due --officer b.jones --as-of 2025-07-05").out
    assert "N-0" not in after
    assert "a.smith" not in after


def test_json_says_who_covers_each_line(ehcp: Ehcp) -> None:
    ehcp(f"users away a.smith --from {DAY} --to 2025-07-04 --cover b.jones")
    lines = ehcp(f"due --officer b.jones --as-of {DAY} --json").json["overdue"]
    assert {(each["officer"], each["covered_by"]) for each in lines} == {("a.smith", "b.jones"), ("b.jones", None)}


def test_what_nobody_holds_has_a_list_of_its_own(ehcp: Ehcp) -> None:
    with office().database.write() as connection:
        connection.execute(text("DELETE FROM officer WHERE username = 'c.brown'"))
    unassigned = ehcp(f"due --unassigned --as-of {DAY}").out
    assert "c.brown left" in unassigned
    assert "N-NOBODY" in unassigned
    assert "N-0" not in unassigned


# ----------------------------------------------------------------------------------------- assign


def test_one_case_is_assigned_as_ever(ehcp: Ehcp) -> None:
    assert ehcp("assign N-0 --to c.brown").out == "N-0 is held by c.brown (team South).\n"
    assert ehcp("assign N-0 --to b.jones --json").json == {"case": "N-0", "officer": "b.jones", "team": "North"}
    assert ehcp("assign N-0 --team South").out == "N-0 is held by nobody yet (team South).\n"


def test_a_caseload_is_handed_over_after_a_look(ehcp: Ehcp) -> None:
    before = everything_recorded(ehcp)
    look = ehcp("assign --from a.smith --to c.brown --dry-run")
    assert "2 cases would go from a.smith to c.brown (team South); 2 open." in look.out
    assert "Nothing was written." in look.out
    assert everything_recorded(ehcp) == before
    done = ehcp("assign --from a.smith --to c.brown --json").json
    assert (done["cases"], done["officer"], done["team"], done["open_cases"]) == (["N-0", "N-1"], "c.brown", "South", 2)
    assert (done["open_clocks"], done["overdue"], done["overdue_law"]) == (6, 6, 4)
    assert everything_recorded(ehcp) == before + 2
    again = ehcp("assign --from a.smith --to c.brown").out
    assert again == "Nothing to hand over to c.brown (team South): no cases found.\n"


def test_several_cases_go_together_and_the_manager_is_told_if_the_new_holder_is_away(ehcp: Ehcp) -> None:
    ehcp(f"users away c.brown --to {date(2099, 1, 1)} --cover b.jones")
    said = ehcp("assign N-0 N-NOBODY N-3 --to c.brown --note new~area").out
    assert "2 cases went to c.brown (team South); 2 open." in said
    assert "Take care: c.brown is away until 1 January 2099: b.jones covers." in said
    assert "1 case held so already, left alone." in said
    assert "new area" in ehcp("show N-NOBODY --json").out


# --------------------------------------------------------------------------------------- caseload


def test_the_caseload_begins_with_what_nobody_holds(ehcp: Ehcp) -> None:
    said = ehcp(f"caseload --as-of {DAY}").out
    assert said.index("Nobody holds 1 open case") < said.index("North")
    assert "No team: 1 open case, load 1.0, 2 overdue" in said
    assert max(map(len, said.splitlines())) <= WIDTH
    assert "Over" not in said
    rows = [line.split() for line in said.splitlines() if line.startswith("  a.smith")]
    assert [row[:4] for row in rows] == [["a.smith", "2", "2.0", "100"]]


def test_a_smaller_full_caseload_shows_who_is_over(ehcp: Ehcp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.yaml"
    path.write_text("full_caseload: 1.5\ndefault: 1\nweights: {}\n", encoding="utf-8")
    monkeypatch.setenv("EHCP_CASELOAD", str(path))
    office.cache_clear()
    said = ehcp(f"caseload --as-of {DAY}").out
    assert "Over (1): a.smith" in said
    assert "134 %" in said
    assert "No weight is given for NA, deciding whether to assess: each counts 1." in said
    found = ehcp(f"caseload --as-of {DAY} --json").json
    assert {each["username"]: each["is_over"] for team in found["teams"] for each in team["officers"]} == {
        "a.smith": True,
        "b.jones": False,
        "c.brown": False,
    }
    assert found["total"]["open_cases"] == 5
    path.write_text("full_caseload: none\n", encoding="utf-8")
    wrong = ehcp("caseload")
    assert wrong.code == 1
    assert "weights.yaml:1: `full_caseload` should be a number" in wrong.err


def test_who_works_no_days_is_shown_as_long_as_they_hold_something(ehcp: Ehcp) -> None:
    ehcp("users change c.brown --works-on none")
    before = ehcp(f"caseload --as-of {DAY}").out
    assert "c.brown" in before
    assert "no days" in before
    ehcp("assign --from c.brown --to b.jones")
    after = ehcp(f"caseload --as-of {DAY}").out
    assert "c.brown" not in after
    assert "South" not in after


def test_one_officer_s_load_can_be_checked_by_hand(ehcp: Ehcp) -> None:
    said = ehcp(f"caseload --officer a.smith --as-of {DAY}").out
    assert "A.Smith (a.smith), North, works 5 days a week" in said
    assert ["NA,", "deciding", "whether", "to", "assess", "2", "1", "2"] in [line.split() for line in said.splitlines()]
    assert "4 overdue, 0 due in the next 7 days" in said


def test_a_team_s_page_tells_of_officers_in_no_team(ehcp: Ehcp) -> None:
    ehcp("users change c.brown --team ~")
    said = ehcp(f"caseload --team North --as-of {DAY}").out
    assert "Officers in no team hold 1 open case: ehcp caseload" in said
    assert "c.brown" not in said
