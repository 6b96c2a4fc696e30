"""Figures as pages: what each says with its chart and definition, down to the cases for those who may see them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import quote

import openpyxl
import pytest
from fastapi.testclient import TestClient

from ehcp_flow.analytics.figure_table import Chart, Column, FigureTable
from ehcp_flow.services.assign import assign
from ehcp_flow.services.download_figure import as_csv
from ehcp_flow.services.figures_at_hand import figures_at_hand
from ehcp_flow.services.figures_within_reach import without_case_rows
from ehcp_flow.services.forecast_aside import as_json, from_json
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.report_figures import FigureRequest, figure_definitions
from ehcp_flow.web.views.figures import periods, titles, wanted
from tests.web.conftest import ClientAs

TODAY = date(2026, 11, 26)
YEAR = "from=1/1/2026&to=26/11/2026"


@pytest.fixture(autouse=True)
def _on_a_day(today_is: Callable[[date], None]) -> None:
    today_is(TODAY)


@pytest.fixture
def cases(office: Office, story: Callable) -> Office:
    """Two plans in time and one late, one of them another team's, and one that is owed."""
    for username, team in (("asmith", "North"), ("bjones", "South")):
        add_officer(office, username, username, team)
    for ref, sent, officer in (
        ("NA-1", "2026-05-25", "asmith"),
        ("NA-2", "2026-05-20", "bjones"),
        ("NA-3", "2026-07-01", "asmith"),
    ):
        lines = ("2026-01-05 request_received", "2026-02-10 assessment_agreed", "2026-05-01 draft_plan_sent")
        story(ref, *lines, f"{sent} final_plan_sent")
        assign(office, ref, officer)
    story("NA-4", "2026-06-01 request_received")
    return office


def drill_down(page: str, name: str) -> str:
    """The address behind a number of the KPI table, by the words for screen readers."""
    for part in page.split("<a ")[1:]:
        if name in part.partition("</a>")[0]:
            return part.split('href="')[1].split('"')[0].replace("&amp;", "&")
    raise AssertionError(f"no number leads to {name}")


def test_the_catalogue_says_every_figure_in_a_sentence(cases: Office, client_as: ClientAs) -> None:
    page = client_as("director").get("/figures").text
    for definition in figure_definitions():
        assert f'href="/figures/{definition.id}' in page
    assert "1 January 2026 to 26 November 2026, as it stood on 26 November 2026" in page
    assert "overdue" in page


def test_a_figure_stands_with_its_definition_and_its_chart_in_words(cases: Office, client_as: ClientAs) -> None:
    page = client_as("director").get(f"/figures/timeliness?{YEAR}").text
    assert "What it means" in page
    assert "Out of" in page
    assert '<svg role="img" aria-label="' in page
    assert "style=" not in page.partition("<main")[2]
    assert "1 January 2026 to 26 November 2026" in page


def test_a_number_leads_to_its_cases_and_each_is_noted_as_seen(cases: Office, client_as: ClientAs) -> None:
    senior = client_as("senior_case_manager", teams=["*"])
    page = senior.get(f"/figures/kpis?{YEAR}").text
    path = drill_down(page, "cases: Plans issued within 20 weeks, including exceptions, Of")
    shown = senior.get(path).text
    assert "3 cases" in shown
    assert 'href="/cases/NA-1"' in shown
    from ehcp_flow.storage import access_log

    with cases.database.read() as connection:
        seen = access_log.accesses_to_cases(connection, ["NA-1", "NA-2", "NA-3", "NA-4"])
    assert sorted(row.case_ref for row in seen) == ["NA-1", "NA-2", "NA-3"]
    assert {row.what for row in seen} == {"cases behind a figure"}


def test_cases_of_teams_out_of_reach_are_counted_and_not_listed(cases: Office, client_as: ClientAs) -> None:
    senior = client_as("senior_case_manager", teams=["North"])
    page = senior.get(f"/figures/kpis?{YEAR}").text
    shown = senior.get(drill_down(page, "cases: Plans issued within 20 weeks, including exceptions, Of")).text
    assert "2 cases" in shown
    assert "NA-2" not in shown
    assert "1 more is counted but belongs to teams outside your reach" in shown


@pytest.mark.parametrize("role", ["director", "case_officer"])
def test_whoever_sees_figures_only_gets_no_way_to_the_cases(cases: Office, client_as: ClientAs, role: str) -> None:
    client = client_as(role)
    page = client.get(f"/figures/kpis?{YEAR}")
    assert page.status_code == 200
    assert "/cases?" not in page.text
    path = f"/figures/kpis/cases?row={quote('Plans issued within 20 weeks, including exceptions')}&column=of&{YEAR}"
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", ["advice_giver", "administrator"])
def test_the_others_see_no_figures(client_as: ClientAs, role: str) -> None:
    client = client_as(role, provider="health")
    assert {client.get(path).status_code for path in ("/figures", "/figures/kpis", "/figures/packs")} == {403}


def test_what_is_not_there_is_not_found(client_as: ClientAs) -> None:
    analyst = client_as("analyst")
    assert analyst.get("/figures/school_meals").status_code == 404
    assert analyst.get("/figures/kpis/cases?row=x&column=of").status_code == 404
    assert analyst.get("/figures/kpis/cases?row=x&column=<script>").status_code == 404


def test_dates_that_cannot_be_read_are_told_beside_their_field(client_as: ClientAs) -> None:
    page = client_as("director").get("/figures/backlog?from=31/6/2026&as_of=%3Cscript%3E").text
    assert "The first day must be a real date" in page
    assert "The day of judgement must be a date" in page
    assert 'value="31/6/2026"' in page
    assert "<script>" not in page.partition("<main")[2]


def test_a_figure_is_downloaded_as_csv_and_as_a_workbook(cases: Office, client_as: ClientAs) -> None:
    director = client_as("director")
    text = director.get(f"/figures/kpis/download.csv?{YEAR}")
    assert text.headers["content-disposition"] == 'attachment; filename="kpis.csv"'
    assert "Plans issued within 20 weeks, including exceptions" in text.content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(director.get(f"/figures/kpis/download.xlsx?{YEAR}").content))
    assert book.sheetnames == ["Figure", "What it means"]
    assert "1 January 2026 to 26 November 2026" in str(book["Figure"]["A3"].value)


def test_figures_are_kept_two_minutes_and_reckoned_again_when_asked(cases: Office, story: Callable) -> None:
    request = FigureRequest(date(2026, 1, 1), TODAY, TODAY)
    first = figures_at_hand(cases, request, ("requests",))
    story("NA-5", "2026-06-01 request_received")
    assert figures_at_hand(cases, request, ("requests",)).tables == first.tables
    assert figures_at_hand(cases, request, ("requests",), again=True).tables != first.tables


TABLE = FigureTable(
    id="made_up",
    title="Made up",
    message="One of two.",
    meaning="Nothing.",
    columns=(
        Column("month", "Month", "month"),
        Column("share", "% in time", "percent"),
        Column("share_low", "from", "percent"),
        Column("note", "Note"),
    ),
    rows=((date(2026, 10, 1), 50.0, 1.5, "=1+1"), (date(2026, 11, 1), None, None, "-x")),
    chart=Chart("lines", "month", ("share",), says="A line."),
    notes=("Small.",),
    withheld=frozenset({(1, "share")}),
)


def test_nothing_in_a_csv_begins_to_calculate() -> None:
    lines = as_csv(TABLE).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["2026-10-01,50.0,1.5,'=1+1", "2026-11-01,,,'-x"]


def test_a_table_kept_as_json_is_the_same_table() -> None:
    import json

    assert from_json(json.loads(json.dumps(as_json(TABLE)))) == TABLE


def test_the_ends_of_an_interval_say_of_what() -> None:
    assert titles(TABLE) == ["Month", "% in time", "% in time: from", "Note"]


def test_a_table_of_cases_keeps_only_its_message_for_whoever_sees_no_cases() -> None:
    listing = FigureTable("x", "X", "1 case.", "", (Column("case", "Case", "case"),), (("NA-1",),))
    stripped = without_case_rows(listing)
    assert stripped.rows == ()
    assert "NA-1" not in str(stripped)
    assert without_case_rows(TABLE).rows == TABLE.rows


def test_periods_end_where_they_should() -> None:
    found = periods(date(2026, 3, 1))
    assert (found["last-month"].first, found["last-month"].last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (found["12-months"].first, found["12-months"].last) == (date(2025, 3, 2), date(2026, 3, 1))
    assert (found["2025"].first, found["2025"].last) == (date(2025, 1, 1), date(2025, 12, 31))


def test_what_an_address_asks_for_is_never_trusted() -> None:
    asked = wanted(
        {"by": "officer; drop", "team": "East", "period": "x", "to": "1/1/2020", "from": "2/1/2020"}, TODAY, ["North"]
    )
    assert (asked.request.by, asked.request.team) == (None, None)
    assert (asked.request.first, asked.request.last) == (date(2020, 1, 1), date(2020, 1, 2))
    assert "to" in asked.mistakes
    known = wanted({"known_at": "1/7/2026"}, TODAY, ()).request.known_at
    assert known == datetime.fromisoformat("2026-07-01T22:59:59.999999+00:00"), "the end of the day in England"


def test_figures_of_a_day_gone_by_are_as_they_were(cases: Office, client_as: ClientAs) -> None:
    analyst: TestClient = client_as("analyst")
    page = analyst.get("/figures/kpis?from=1/1/2026&to=31/5/2026&as_of=31/5/2026").text
    assert "as it stood on 31 May 2026" in page
    shown = analyst.get(drill_down(page, "cases: Plans issued within 20 weeks, including exceptions, Of")).text
    assert "2 cases" in shown
