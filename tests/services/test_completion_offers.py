"""What a shell may offer while somebody types."""

from __future__ import annotations

from ehcp_flow.services.complete import case_refs, lawful_events


def test_the_events_that_are_lawful_now_are_offered_with_their_titles(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    offered = dict(lawful_events(office, "X1"))
    assert offered["final_plan_sent"] == "Final plan sent"
    assert "assessment_agreed" not in offered


def test_references_that_begin_with_what_was_typed_are_offered(story, office):
    for case in ("NA-2025-0001", "NA-2025-0012", "AR-2025-0012"):
        story(case, "2025-04-02 request_received")
    assert case_refs(office, "NA") == ["NA-2025-0001", "NA-2025-0012"]
    assert case_refs(office, "NA-2025-001") == ["NA-2025-0012"]
    assert case_refs(office, "%") == []


def test_trouble_offers_nothing_and_says_nothing(office_at, tmp_path, office):
    nowhere = office_at(f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert (case_refs(nowhere, "NA"), lawful_events(nowhere, "X1")) == ([], [])
    assert lawful_events(office, "X9") == []
