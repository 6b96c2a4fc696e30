"""The catalogue's tables of a small population, worked out by hand, on each kind of database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.divide_kpis import divide_kpis
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.report_figures import figure_definitions, figure_tables, frames_for
from ehcp_flow.services.report_kpis import report_kpis

JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)
AS_OF = date(2025, 9, 30)


@pytest.fixture
def population(story, office):
    """Ten requests. The 20 weeks end on the day in the comment; what happened to each is after it."""
    until_draft = ("assessment_agreed", "draft_plan_sent")

    def plan(case, requested, agreed, drafted, sent=None):
        lines = [f"{requested} request_received", f"{agreed} {until_draft[0]}", f"{drafted} {until_draft[1]}"]
        story(case, *lines, *([f"{sent} final_plan_sent"] if sent else []))

    plan("A", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-20")  # 20 Aug: sent that day
    plan("B", "2025-04-02", "2025-05-15", "2025-07-01", "2025-08-21")  # 20 Aug: a day late
    plan("C", "2025-04-09", "2025-05-01", "2025-07-01", "2025-07-31")  # 27 Aug: sent in July, in time
    plan("D", "2025-03-03", "2025-04-14", "2025-07-01", "2025-08-01")  # 21 July: 11 days late
    plan("E", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-30")  # 20 Aug: 10 days late, lifted
    plan("F", "2025-04-10", "2025-05-22", "2025-07-20")  # 28 Aug: not sent, 33 days late on 30 Sept
    plan("G", "2025-04-14", "2025-05-26", "2025-07-20")  # 1 Sept: not sent, 29 days late, lifted
    story("H", "2025-04-02 request_received", "2025-05-14 assessment_refused")  # refused in time
    story("I", "2025-03-20 request_received", "2025-05-01 assessment_agreed", "2025-08-11 request_withdrawn")  # 7 Aug
    story("J", "2025-05-20 request_received", "2025-07-01 assessment_agreed")  # 7 Oct: a week left on 30 Sept
    for case in ("E", "G"):
        details = {"exception": "personal_circumstances", "clock": "finalise_plan"}
        record_event(office, case, "exception_recorded", date(2025, 6, 1), details)
    return office


def table(office, name, *, by=None, first=JULY, last=date(2025, 8, 31), as_of=AS_OF, **more):
    (found,) = figure_tables(office, FigureRequest(first, last, as_of, by=by, **more), [name])
    return found


def values(found, *names):
    """Columns of a table by its first cell."""
    return {row[0]: tuple(row[found.column(name)] for name in names) for row in found.rows}


def test_plans_issued_and_plans_due_stand_side_by_side(population):
    found = table(population, "timeliness")
    assert values(found, "issued_in_time", "issued_of", "issued_left_out") == {JULY: (1, 1, 0), AUGUST: (1, 3, 1)}
    due = values(found, "due_in_time", "due_of", "due_still_open", "due_excepted", "due_ended_late")
    assert due == {JULY: (0, 1, 0, 0, 0), AUGUST: (2, 5, 1, 1, 1)}
    assert found.message == (
        "In August 2025, 33.3% of the plans issued were in time (1 of 3), and 40.0% of the plans due (2 of 5); "
        "1 plan is still owed."
    )
    assert found.cases_behind(1, "due_of") == ("A", "B", "C", "E", "F")
    assert found.cases_behind(1, "due_ended_late") == ("I",), "withdrawn after its 20 weeks: in no share, but seen"


def test_every_share_has_its_interval(population):
    (row,) = [row for row in table(population, "timeliness").rows if row[0] == AUGUST]
    assert [round(cell, 1) for cell in row[3:6]] == [33.3, 6.1, 79.2]


def test_one_month_is_shown_at_the_end_of_the_twelve_up_to_it(population):
    found = table(population, "timeliness", first=AUGUST)
    assert [row[0] for row in found.rows] == [date(2024, 9 + month, 1) for month in range(4)] + [
        date(2025, month, 1) for month in range(1, 9)
    ]


def test_the_two_figures_of_the_dfe(population):
    found = table(population, "timeliness_dfe", by="quarter")
    assert values(found, "without_in_time", "without_of", "without_left_out", "all_in_time", "all_of") == {
        "2025 Q3": (2, 4, 1, 2, 5)
    }
    assert found.rows[0][found.column("all_percent")] == 40.0


def test_the_usual_windows_end_on_the_last_day_asked_for(population):
    found = table(population, "timeliness_windows")
    assert values(found, "all_in_time", "all_of") == {
        "August 2025": (1, 4), "2025 to date": (2, 5), "12 months": (2, 5), "2024": (0, 0),
    }  # fmt: skip


def test_mean_and_median_weeks_of_the_plans_issued(population):
    found = table(population, "plan_weeks", first=AUGUST)
    row = found.rows[-1]
    days = sorted((140, 141, 151, 150))
    assert row[1:5] == (4, sum(days) / 4 / 7, (141 + 150) / 2 / 7, 151 / 7)
    assert row[5:] == (3, (140 + 141 + 151) / 3 / 7, 141 / 7), "E, with an exception, left out"


def test_the_backlog_by_age_counts_exceptions_apart_and_adds_up_the_excess(population):
    found = table(population, "backlog")
    names = ("overdue", "without_exception", "with_exception", "excess_weeks")
    assert values(found, *names)["20 to 26 weeks"] == (2, 1, 1, (33 + 29) / 7)
    assert values(found, *names)["over 52 weeks"] == (0, 0, 0, 0)
    assert found.rows[-1][0] == "All"
    assert found.rows[-1][found.column("oldest_weeks")] == 173 / 7
    later = table(population, "backlog", as_of=date(2025, 10, 10))
    assert values(later, "overdue") == {
        "20 to 26 weeks": (2,), "26 to 39 weeks": (1,), "39 to 52 weeks": (0,), "over 52 weeks": (0,), "All": (3,),
    }, "F has waited 183 days: 26 weeks and a day; G, with 179, and J have not"  # fmt: skip


def test_the_stages_of_the_backlog_and_the_pressure_to_come(population):
    assert values(table(population, "backlog_stages"), "overdue") == {"Consulting on the draft plan": (2,), "All": (2,)}
    found = table(population, "pressure")
    assert values(found, "within_4_weeks", "within_8_weeks", "together") == {"Assessing": (1, 0, 1), "All": (1, 0, 1)}
    assert found.cases_behind(0, "within_4_weeks") == ("J",)


def test_decisions_in_six_and_in_sixteen_weeks(population):
    six = table(population, "six_week_decisions", first=date(2025, 4, 1), last=date(2025, 7, 31), by="year")
    assert values(six, "decided_in_time", "decided_of", "open_past") == {"2025": (9, 10, 0)}, "B was a day late"
    sixteen = table(population, "sixteen_week_decisions", first=date(2025, 4, 1), by="year")
    assert values(sixteen, "decided_in_time", "decided_of", "open_past") == {"2025": (6, 7, 0)}, "D's was on day 120"


def test_advice_by_provider_law_and_guidance_apart_and_what_is_owed(population):
    for provider in ("school", "health"):
        record_event(population, "J", "advice_requested", date(2025, 7, 1), {"provider": provider})
    record_event(population, "J", "advice_received", date(2025, 8, 12), {"provider": "health"})
    found = table(population, "advice")
    assert values(found, "law_in_time", "law_of", "guidance_in_time", "guidance_of", "owed", "oldest_weeks") == {
        "health": (1, 1, 0, 0, 0, None), "school": (0, 0, 0, 1, 1, 13.0), "All": (1, 1, 0, 1, 1, 13.0),
    }  # fmt: skip


def test_requests_refusals_and_what_became_of_them(population):
    asked = {"first": date(2025, 3, 1), "last": date(2025, 5, 31), "by": "year"}
    found = table(population, "requests", **asked)
    assert values(found, "refused", "requests", "agreed", "withdrawn", "undecided") == {"2025": (1, 10, 9, 0, 0)}
    found = table(population, "conversion", **asked)
    assert values(found, "plans", "requests", "without_plan", "still_open") == {"2025": (5, 10, 2, 3)}


def test_the_flow_of_assessments(population):
    found = table(population, "flow")
    assert values(found, "requests", "agreed", "issued", "net_flow", "ended_without", "open_at_end") == {
        JULY: (0, 1, 1, 0, 0, 8), AUGUST: (0, 0, 4, 4, 1, 3),
    }  # fmt: skip


def test_exceptions_by_ground_and_the_warning_above_what_was_set(population):
    found = table(population, "exceptions")
    ground = "Exceptional personal circumstances of the child or family"
    assert values(found, "issued", "open") == {ground: (1, 1), "No exception": (4, 2), "All": (5, 3)}
    assert found.notes == (
        "Warning: more than 15% of the plans issued had an exception. Look at each before it is published.",
    )
    shares = values(table(population, "exceptions_share"), "with_exception", "issued_of", "warning")
    assert shares == {JULY: (0, 1, None), AUGUST: (1, 4, "above 15%")}


def test_groups_are_divided_and_their_last_row_is_all_of_them(population):
    add_officer(population, "bjones", "B Jones", team="North")
    for case in ("A", "B", "F"):
        assign(population, case, officer="bjones")
    found = table(population, "timeliness", by="team")
    assert values(found, "issued_of", "due_of") == {"North": (2, 3), "no team": (2, 3), "All": (4, 6)}
    assert found.has_total
    assert table(population, "backlog", by="officer", officer="bjones").rows[-1][1] == 1


def test_reviews_held_completed_decided_and_amended(story, office):
    held = ("2025-05-01 review_meeting_held", "2025-05-29 amend_decided", "2025-05-29 amendment_notice_sent")
    story("R1", "2024-06-01 plan_first_made", *held, "2025-07-24 final_amended_plan_sent", workflow="annual_review")
    story("R2", "2024-06-01 plan_first_made", "2025-05-20 review_meeting_held", workflow="annual_review")
    story("R3", "2024-06-01 plan_first_made", workflow="annual_review")
    found = table(office, "reviews", first=date(2025, 5, 1), by="year")
    names = ("complete_in_time", "complete_of", "held_in_time", "decided_in_time", "decided_of", "decided_still_open")
    assert values(found, *names) == {"2025": (1, 3, 2, 1, 2, 1)}
    assert values(found, "amended_in_time", "amended_of") == {"2025": (1, 1)}
    overdue = values(table(office, "reviews_overdue"), "overdue", "late_4", "late_13", "late_26", "latest_weeks")
    assert overdue["Review complete"] == (2, 0, 0, 2, 122 / 7), "due 31 May"
    assert overdue["Decision after the meeting"] == (1, 0, 0, 1, 105 / 7), "due 17 June"


# ------------------------------------------------------------------------------------------ of all figures


def test_every_figure_is_given_for_an_empty_database_and_says_so_in_words(office):
    found = figure_tables(office, FigureRequest(JULY, date(2025, 8, 31), AS_OF))
    assert [each.id for each in found] == [each.id for each in figure_definitions()]
    for each in found:
        assert each.message.endswith((".", "?")), each.id
        assert each.meaning, each.id


def test_rows_fit_their_columns_and_cases_are_as_many_as_counted(population):
    request = FigureRequest(JULY, date(2025, 8, 31), AS_OF)
    frames = frames_for(population, request)
    for each in figure_tables(population, request, frames=frames):
        assert {len(row) for row in each.rows} <= {len(each.columns)}, each.id
        assert len({column.name for column in each.columns}) == len(each.columns), each.id
        for number, row in enumerate(each.rows):
            for column in each.columns:
                refs = each.cases_behind(number, column.name)
                counted = row[each.column(column.name)]
                if column.kind == "count" and refs:
                    assert isinstance(counted, int)
                    assert len(refs) <= counted, (each.id, column.name)


def test_published_figures_hold_no_small_number_and_no_case(population):
    request = FigureRequest(JULY, date(2025, 8, 31), AS_OF, published=True)
    for each in figure_tables(population, request):
        assert each.cases == {}, each.id
        counts = [place for place, column in enumerate(each.columns) if column.kind == "count"]
        assert not [row for row in each.rows for place in counts if row[place] in (1, 2, 3, 4)], each.id


def test_a_figure_of_a_workflow_file_is_divided_like_the_others(population):
    request = FigureRequest(JULY, date(2025, 8, 31), AS_OF)
    (found,) = divide_kpis(population, request, kpi="plans_within_20_weeks")
    assert values(found, "in_time", "of", "left_out") == {JULY: (1, 1, 0), AUGUST: (1, 3, 1)}
    assert found.meaning == population.workflow("needs_assessment").kpis["plans_within_20_weeks"].meaning
    with pytest.raises(UnknownName, match="There is no figure called plans"):
        divide_kpis(population, request, kpi="plans")


@pytest.mark.parametrize("as_of", [date(2025, 8, 28), AS_OF])
@pytest.mark.parametrize("known_at", [None, datetime(2125, 1, 1, tzinfo=UTC)])
def test_the_table_of_all_figures_says_what_the_short_list_says_on_any_day(population, as_of, known_at):
    found = table(population, "kpis", as_of=as_of, known_at=known_at)
    names = ("in_time", "of", "left_out", "still_open", "open_overdue")
    short = report_kpis(population, JULY, date(2025, 8, 31), as_of, known_at)
    assert values(found, *names) == {
        each.rule.title: (
            each.numerator, each.denominator, len(each.left_out), len(each.still_open), each.open_overdue,
        ) for each in short
    }  # fmt: skip
    assert any(row[found.column("open_overdue")] for row in found.rows)


def test_nothing_is_known_before_it_was_recorded(population):
    found = table(population, "kpis", known_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert {row[found.column("of")] for row in found.rows} == {0}


def test_what_makes_no_sense_is_refused(office):
    with pytest.raises(UnknownName, match=r"There is no figure called plans in the catalogue\. There are: timeliness"):
        table(office, "plans")
    with pytest.raises(BadInput, match="before it begins"):
        table(office, "backlog", first=AS_OF, last=JULY)
