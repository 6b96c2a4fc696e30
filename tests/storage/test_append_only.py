"""The journal is only ever added to: the database itself refuses anything else, whoever asks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from ehcp_flow.engine.event import Event
from ehcp_flow.errors import Conflict, DatabaseTrouble
from ehcp_flow.services.open_case import open_case
from ehcp_flow.storage import journal

ENTRIES = "SELECT case_ref, seq, name, happened_on, note, hash FROM journal ORDER BY case_ref, seq"


@pytest.fixture
def case(office):
    open_case(office, "needs_assessment", "request_received", date(2025, 4, 2), case_ref="X1")
    return office


def entries(office):
    with office.database.read() as connection:
        return connection.execute(text(ENTRIES)).all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET happened_on = '2025-04-09'",
        "UPDATE journal SET note = 'nothing to see' WHERE case_ref = 'X1' AND seq = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE case_ref = 'X1'",
    ],
)
def test_no_entry_can_be_changed_or_removed_by_sql(case, statement):
    before = entries(case)
    with pytest.raises(DatabaseError, match="append-only"), case.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert entries(case) == before
    assert len(before) == 1


def test_the_journal_cannot_be_emptied_at_a_stroke(case, database_kind):
    if database_kind == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="append-only"), case.database.engine.begin() as connection:
        connection.execute(text("TRUNCATE journal"))
    assert len(entries(case)) == 1


def test_the_refusal_is_said_in_plain_words(case):
    with pytest.raises(DatabaseTrouble) as refused, case.database.write() as connection:
        connection.execute(text("UPDATE journal SET note = 'x'"))
    assert "an entry is never changed or removed" in str(refused.value)
    assert str(refused.value).endswith("Correct it with: ehcp correct")


def test_an_entry_number_is_taken_once_in_a_case(case):
    again = Event("X1", 1, "assessment_agreed", date(2025, 5, 1), datetime(2025, 5, 1, 12, tzinfo=UTC), "bjones")
    with pytest.raises(Conflict, match="Somebody else recorded"), case.database.write() as connection:
        journal.append(connection, [again], journal.FIRST_HASH)
    assert [row.name for row in entries(case)] == ["request_received"]


def test_an_entry_belongs_to_a_case_there_is(case):
    stray = Event("X2", 1, "request_received", date(2025, 5, 1), datetime(2025, 5, 1, 12, tzinfo=UTC), "bjones")
    with pytest.raises(DatabaseTrouble, match="Nothing was written"), case.database.write() as connection:
        journal.append(connection, [stray], journal.FIRST_HASH)
    assert len(entries(case)) == 1
