"""What is changed behind the program's back shows, and the first bad entry is named."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event

GUARDS = {
    "sqlite": ["DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"],
    "postgresql": ["ALTER TABLE journal DISABLE TRIGGER ALL"],
}


@pytest.fixture
def two_cases(office):
    """X1 with four entries, X2 with two."""
    open_case(office, "needs_assessment", "request_received", date(2025, 4, 2), case_ref="X1")
    record_event(office, "X1", "assessment_agreed", date(2025, 5, 14))
    record_event(office, "X1", "advice_requested", date(2025, 5, 20), {"provider": "school"}, note="by post")
    record_event(office, "X1", "advice_received", date(2025, 6, 12), {"provider": "school"})
    open_case(office, "needs_assessment", "request_received", date(2025, 4, 7), {"source": "parent"}, case_ref="X2")
    record_event(office, "X2", "assessment_agreed", date(2025, 5, 16))
    return office


def first_bad(office):
    bad = verify(office).bad
    assert bad is not None
    return bad


def tamper(office, *statements):
    with office.database.engine.begin() as connection:
        for statement in [*GUARDS[connection.dialect.name], *statements]:
            connection.execute(text(statement))


def test_an_untouched_journal_is_as_it_was_recorded(two_cases):
    found = verify(two_cases)
    assert (found.entries, found.bad) == (6, None)


TAMPERED = {
    "another day": (
        "UPDATE journal SET happened_on = '2025-05-13' WHERE case_ref = 'X1' AND seq = 2",
        "X1",
        2,
        "was changed",
    ),
    "other details": (
        """UPDATE journal SET details = '{"provider": "health"}' WHERE case_ref = 'X1' AND seq = 3""",
        "X1",
        3,
        "was changed",
    ),
    "another note": ("UPDATE journal SET note = 'by hand' WHERE case_ref = 'X1' AND seq = 3", "X1", 3, "was changed"),
    "no note": ("UPDATE journal SET note = NULL WHERE case_ref = 'X1' AND seq = 3", "X1", 3, "was changed"),
    "somebody else": (
        "UPDATE journal SET recorded_by = 'bjones' WHERE case_ref = 'X2' AND seq = 2",
        "X2",
        2,
        "was changed",
    ),
    "recorded sooner": (
        "UPDATE journal SET recorded_at = '2025-04-07 08:00:00' WHERE case_ref = 'X2' AND seq = 1",
        "X2",
        1,
        "was changed",
    ),
    "another event": (
        "UPDATE journal SET name = 'assessment_refused' WHERE case_ref = 'X2' AND seq = 2",
        "X2",
        2,
        "was changed",
    ),
    "made a correction": ("UPDATE journal SET corrects = 1 WHERE case_ref = 'X2' AND seq = 2", "X2", 2, "was changed"),
    "one removed": ("DELETE FROM journal WHERE case_ref = 'X1' AND seq = 2", "X1", 3, "entry 2 is missing"),
    "the first removed": ("DELETE FROM journal WHERE case_ref = 'X1' AND seq = 1", "X1", 2, "entry 1 is missing"),
    "the last removed": ("DELETE FROM journal WHERE case_ref = 'X1' AND seq = 4", "X1", 4, "cut off"),
    "the end removed": ("DELETE FROM journal WHERE case_ref = 'X1' AND seq > 2", "X1", 3, "cut off"),
    "a whole case removed": ("DELETE FROM journal WHERE case_ref = 'X2'", "X2", 1, "cut off"),
    "two swapped": (
        "UPDATE journal SET seq = 99 WHERE case_ref = 'X1' AND seq = 2; UPDATE journal SET seq = 2 WHERE case_ref = 'X1' AND seq = 3; UPDATE journal SET seq = 3 WHERE case_ref = 'X1' AND seq = 99",
        "X1",
        2,
        "does not follow",
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_the_first_entry_that_was_tampered_with_is_named(two_cases, how):
    statements, case, entry, reason = TAMPERED[how]
    tamper(two_cases, *statements.split("; "))
    bad = first_bad(two_cases)
    assert (bad.case_ref, bad.seq) == (case, entry)
    assert reason in bad.reason


def test_a_forged_hash_does_not_help_unless_every_later_one_is_forged_too(two_cases):
    with two_cases.database.read() as connection:
        row = connection.execute(text("SELECT * FROM journal WHERE case_ref = 'X1' AND seq = 2")).mappings().one()
    from ehcp_flow.storage.journal import entry_hash, events_of

    with two_cases.database.read() as connection:
        event = events_of(connection, "X1")[0][1]
    said = {
        "case_ref": "X1",
        "seq": 2,
        "name": event.name,
        "happened_on": date(2025, 5, 13),
        "recorded_at": event.recorded_at,
    }
    said |= {"recorded_by": event.recorded_by, "details": {}, "note": None, "corrects": None}
    forged = entry_hash(row["prev_hash"], said)
    tamper(
        two_cases, f"UPDATE journal SET happened_on = '2025-05-13', hash = '{forged}' WHERE case_ref = 'X1' AND seq = 2"
    )
    bad = first_bad(two_cases)
    assert (bad.case_ref, bad.seq) == ("X1", 3)
    assert "does not follow" in bad.reason


def test_with_two_bad_cases_the_first_is_named(two_cases):
    tamper(
        two_cases,
        "UPDATE journal SET note = 'x' WHERE case_ref = 'X2' AND seq = 1",
        "UPDATE journal SET note = 'x' WHERE case_ref = 'X1' AND seq = 4",
    )
    bad = first_bad(two_cases)
    assert (bad.case_ref, bad.seq) == ("X1", 4)
