"""No child's name, date of birth or number is in anything that leaves the building."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, update

from ehcp_flow.services.assign import assign
from ehcp_flow.services.officer_calendar import officer_calendar
from ehcp_flow.services.send_notices import send_due
from ehcp_flow.storage.tables import Case, Person, sql_table
from tests.notices.conftest import at, morning, notices_of

CANARIES = (
    "Zebedee",
    "Canaryname",
    "ZZ9 9ZY",
    "A123456789012",
    "9434765919",
    "2017-03-09",
    "Wisp-Setting",
    "Tell-nobody",
)


@pytest.fixture
def canary(story, office, staff, today_is):
    """A case of a child with unmistakable facts, with a late limit of every basis, and words typed in by people."""
    today_is(date(2025, 5, 20))
    story(
        "X1",
        "2025-01-01 request_received",
        "2025-02-05 assessment_agreed",
        "2025-02-06 advice_requested provider=health",
        "2025-02-06 advice_requested provider=Tell-nobody",
        "2025-05-14 draft_plan_sent",
        "2025-05-14 setting_consulted setting=Wisp-Setting",
    )
    person = {
        "person_ref": "P1",
        "given_name": "Zebedee",
        "family_name": "Canaryname",
        "date_of_birth": date(2017, 3, 9),
        "upn": "A123456789012",
        "nhs_number": "9434765919",
        "postcode": "ZZ9 9ZY",
        "flags": [],
    }
    with office.database.write() as connection:
        connection.execute(insert(sql_table(Person)).values(**person))
        connection.execute(update(sql_table(Case)).values(person_ref="P1"))
    assign(office, "X1", "asmith", note="Zebedee moved to Wisp-Setting")


def test_no_message_and_no_calendar_holds_a_childs_name_or_what_people_typed(told, canary, mail):
    office = told(
        f"""
        link: https://ehcp.council.example
        mail: {mail.url}
        officers: {{asmith: [asmith@council.example]}}
        team_managers: {{North: [boss@council.example]}}
        directors: [director@council.example]
        advice_givers: {{health: [therapy@nhs.example], Tell-nobody: [x@nhs.example]}}
        escalate: {{after: 1 working day, then: 1 working day}}
        """
    )
    for day in (28, 29, 30):
        morning(office, date(2025, 5, day))
    morning(office, date(2026, 12, 1))
    kinds = {(row.kind, row.recipient.split()[0]) for row in notices_of(office)}
    assert {
        ("digest", "officer"),
        ("digest", "team"),
        ("digest", "directors"),
        ("digest", "advice-giver"),
        ("escalation-1", "team"),
        ("escalation-2", "directors"),
    } <= kinds
    written = "".join(f"{row.subject}{row.text}{row.html}" for row in notices_of(office) if "Tell" not in row.recipient)
    assert "X1" in written
    send_due(office, at(date(2026, 12, 1)))
    assert mail.taken
    sent = "".join(str(letter) for letter in mail.taken if letter["To"] != "x@nhs.example")
    calendar = officer_calendar(office, "asmith", at(date(2025, 5, 28))).content.decode()
    assert "X1" in calendar
    for canary_word in CANARIES:
        for said in (written, sent, calendar):
            assert canary_word not in said
