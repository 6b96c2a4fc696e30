"""Who holds a case: the hand-over is an entry in its journal, and its clocks go with it."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_work import Wanted, list_work
from ehcp_flow.services.officers import add_officer, list_officers
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case

DAY = date(2025, 5, 1)


@pytest.fixture
def case(story, office):
    add_officer(office, "bjones", "Bea Jones", "North")
    add_officer(office, "cpatel", "Chandra Patel", "South")
    story("X1", "2025-04-02 request_received")
    return office


def held(office, **wanted):
    return len(list_work(office, DAY, Wanted(**wanted)).soon + list_work(office, DAY, Wanted(**wanted)).later)


def test_a_case_goes_to_an_officer_and_their_team_with_its_clocks(case):
    assert assign(case, "X1", "bjones") == {"officer": "bjones", "team": "North"}
    assert (held(case, officer="bjones"), held(case, team="North"), held(case, officer="cpatel")) == (1, 1, 0)
    assert held(case, unassigned=True) == 0


def test_the_last_hand_over_counts_and_all_are_in_the_journal(case):
    assign(case, "X1", "bjones", note="covering")
    assign(case, "X1", "cpatel", "North")
    view = show_case(case, "X1", DAY)
    assert (view.officer, view.team) == ("cpatel", "North")
    later = show_case(case, "X1", date(2099, 1, 1))
    assert [line.entry.name for line in later.lines] == ["request_received", "assigned", "assigned"]
    assert verify(case).bad is None


def test_a_case_can_go_to_a_team_without_an_officer(case):
    assign(case, "X1", "bjones")
    assert assign(case, "X1", None, "South") == {"team": "South"}
    assert (held(case, officer="bjones"), held(case, team="South"), held(case, unassigned=True)) == (0, 1, 1)


def test_what_is_recorded_later_stays_with_the_holder(case):
    assign(case, "X1", "bjones")
    record_event(case, "X1", "advice_requested", date(2025, 4, 3), {"provider": "school"})
    assert held(case, officer="bjones") == 2


def test_an_officer_or_team_that_is_not_there_is_refused_with_the_nearest(case):
    with pytest.raises(UnknownName, match=r"There is no officer bjone\. Did you mean bjones\?"):
        assign(case, "X1", "bjone")
    with pytest.raises(UnknownName, match=r"There is no officer zz\. There are: bjones, cpatel\."):
        assign(case, "X1", "zz")
    with pytest.raises(UnknownName, match=r"There is no team West\. There are: North, South\."):
        assign(case, "X1", "bjones", "West")
    with pytest.raises(BadInput, match=r"Nobody was named to hold the case\. Give --to USERNAME, or --team NAME\."):
        assign(case, "X1", None)
    with pytest.raises(UnknownName, match="There is no case X9"):
        assign(case, "X9", "bjones")
    assert len(show_case(case, "X1", date(2099, 1, 1)).lines) == 1


def test_an_officer_is_added_once(case):
    with pytest.raises(BadInput, match="There is an officer bjones already"):
        add_officer(case, "bjones", "Bob Jones", None)
    assert [each.username for each in list_officers(case, DAY)] == ["bjones", "cpatel"]
