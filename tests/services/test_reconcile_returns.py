"""Two packs told apart: each difference with its reason, from the journal or from the packs alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.monthly_return import make_monthly_return
from ehcp_flow.services.office import Office
from ehcp_flow.services.reconcile_returns import reconcile_returns
from ehcp_flow.services.record_event import record_event

AUGUST = date(2025, 8, 1)
FIRST, SECOND = datetime(2025, 9, 3, 2, 30, tzinfo=UTC), datetime(2025, 10, 2, 9, tzinfo=UTC)


@pytest.fixture
def packs(office, story, today_is, tmp_path):
    """The pack of August made on 3 September; then what `change` does; then made again on 2 October: both folders."""
    today_is(date(2025, 8, 31))
    for case, sent in (("A", "2025-08-20"), ("B", "2025-08-21"), ("C", None)):
        lines = ["2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-01 draft_plan_sent"]
        story(case, *lines, *([f"{sent} final_plan_sent"] if sent else []))

    def make(change=lambda: None, at=office, before=office, **asked):
        first = make_monthly_return(before, AUGUST, tmp_path / "first", FIRST, date(2025, 9, 3)).folder
        today_is(date(2025, 10, 1))
        change()
        second = make_monthly_return(at, AUGUST, tmp_path / "second", SECOND, date(2025, 10, 2), **asked).folder
        return first, second

    return make


def reasons(found):
    return {(each.case_ref, reason) for each in found.cases for reason in each.reasons}


def cell(found, row, column):
    return next(each for each in found.cells if (each.figure, each.row, each.column) == ("timeliness", row, column))


def test_a_late_entry_is_told_with_who_and_when_and_the_numbers_it_moved(office, packs):
    folders = packs(lambda: record_event(office, "C", "final_plan_sent", date(2025, 8, 20)))
    found = reconcile_returns(office, *folders)
    assert reasons(found) == {("C", "late entry")}
    entry = found.cases[0].entries[0]
    assert (entry.event, entry.happened_on, entry.recorded_by) == ("final_plan_sent", date(2025, 8, 20), "asmith")
    moved = cell(found, "2025-08", "due_in_time")
    assert (moved.before, moved.after, moved.came, moved.went) == ("1", "2", ("C",), ())
    assert reasons(reconcile_returns(None, *folders)) == {("C", "late entry")}  # the packs alone say as much


def test_a_correction_is_told_as_one(office, packs):
    def correct():
        correct_event(office, "B", 4, happened_on=date(2025, 8, 20), reason="the letter was dated the 20th")

    folders = packs(correct)
    assert reasons(reconcile_returns(office, *folders)) == {("B", "correction")}
    assert reasons(reconcile_returns(None, *folders)) == {("B", "correction")}


@pytest.fixture
def with_law(office, tmp_path):
    """The same office where a limit has another length, and with other settings."""
    made: list[Office] = []

    def make(was, is_now, **settings):
        folder = tmp_path / f"law-{len(made)}"
        shutil.copytree(office.settings.workflows, folder)
        path = folder / "needs_assessment.yaml"
        law = path.read_text(encoding="utf-8").replace(f"within: {was}", f"within: {is_now}")
        path.write_text(law, encoding="utf-8")
        made.append(Office(replace(office.settings, workflows=folder, **settings)))
        return made[-1]

    yield make
    for other in made:
        other.database.close()


def test_a_change_in_the_law_is_told_as_one(office, packs, with_law):
    found = reconcile_returns(office, *packs(at=with_law("20 weeks", "21 weeks"), known_at=FIRST))
    assert {reason for _, reason in reasons(found)} == {"law changed"}
    assert "Law: needs_assessment" in {each.what for each in found.settings}
    assert any(("due_on", "2025-08-20", "2025-08-27") in each.fields for each in found.cases)


def test_a_bank_holiday_proclaimed_late_is_told_as_one(office, packs, with_law, tmp_path):
    late = tmp_path / "calendar.yaml"
    late.write_text("closed: {2025-04-10: A made-up jubilee}\n", encoding="utf-8")
    change = "6 weeks", "30 working days"
    before, after = with_law(*change), with_law(*change, calendar=late)
    found = reconcile_returns(office, *packs(before=before, at=after, known_at=FIRST))
    assert {reason for _, reason in reasons(found)} == {"calendar changed"}
    assert "Bank holidays" in {each.what for each in found.settings}
    assert any(("due_on", "2025-05-19", "2025-05-20") in each.fields for each in found.cases), found.cases[0].fields


def test_a_later_day_alone_is_time_passed(office, packs):
    found = reconcile_returns(office, *packs(as_of=date(2025, 9, 20), known_at=FIRST))
    assert {reason for _, reason in reasons(found)} == {"time passed"}


def test_the_same_pack_twice_says_the_same(office, packs):
    first, second = packs(known_at=FIRST)
    assert reconcile_returns(office, first, second).is_same


def test_another_database_is_not_believed(packs, new_office):
    first, second = packs()
    found = reconcile_returns(new_office(), first, second)
    assert "this database is not the one the packs were made from" in found.notes[0]


def test_a_pack_that_was_changed_explains_nothing(office, packs):
    first, second = packs()
    (second / "data/timeliness.csv").write_text("")
    with pytest.raises(BadInput, match="is not as it was made"):
        reconcile_returns(office, first, second)
