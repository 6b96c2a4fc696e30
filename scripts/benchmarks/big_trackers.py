"""Trackers as large as P6 asks for: plain, orderly and without errors, so that only the volume is measured."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

WIDE_MAP = """
workflow: needs_assessment
case: Case No
authority: {always: Exampleshire}
person:
  given_name: Forename
  family_name: Surname
  date_of_birth: DOB
  sex: Sex
  postcode: Postcode
officer: Case Officer
team: Area
events:
  request_received: {date: Request, details: {source: Requested by}}
  assessment_agreed: Agreed
  advice_requested:
    - {date: EP asked, details: {provider: {always: educational_psychologist}}}
    - {date: Health asked, details: {provider: {always: health}}}
  advice_received:
    - {date: EP in, details: {provider: {always: educational_psychologist}}}
    - {date: Health in, details: {provider: {always: health}}}
  plan_agreed: Plan agreed
  draft_plan_sent: Draft
  final_plan_sent: Final
"""

LONG_MAP = """
workflow: needs_assessment
layout: long
case: Case
event: Event
date: Date
details:
  provider: Provider
  source: Source
"""

_STEPS = (
    ("request_received", "Request", 0, {"source": "parent"}),
    ("assessment_agreed", "Agreed", 35, {}),
    ("advice_requested", "EP asked", 37, {"provider": "educational_psychologist"}),
    ("advice_requested", "Health asked", 37, {"provider": "health"}),
    ("advice_received", "EP in", 75, {"provider": "educational_psychologist"}),
    ("advice_received", "Health in", 80, {"provider": "health"}),
    ("plan_agreed", "Plan agreed", 100, {}),
    ("draft_plan_sent", "Draft", 110, {}),
    ("final_plan_sent", "Final", 138, {}),
)
"""Event, heading, days after the request, details."""

_ABOUT = ("Case No", "Forename", "Surname", "DOB", "Sex", "Postcode", "Case Officer", "Area", "Requested by")
_FIRST_REQUEST = date(2016, 1, 4)
_DAYS_OF_REQUESTS = 3_500


def write_wide(path: Path, rows: int) -> None:
    """A workbook with one row a child: nine columns about the case and nine dates."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    day_format, sheet = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet("Tracker")
    sheet.write_row(0, 0, [*_ABOUT, *(heading for _, heading, _, _ in _STEPS)])
    for number in range(1, rows + 1):
        request = _request(number)
        born = request - timedelta(days=1_500 + number % 3_000)
        about = [f"NA{number:06d}", f"Given{number % 97}", f"Family{number % 1_009}"]
        sheet.write_row(number, 0, about)
        sheet.write_datetime(number, 3, born, day_format)
        postcode, officer = f"ZZ{number % 90 + 1} {number % 9}ZZ", f"officer{number % 40}"
        sheet.write_row(number, 4, ["MF"[number % 2], postcode, officer, f"Area {number % 4}", "parent"])
        for column, (_, _, later, _) in enumerate(_STEPS, len(_ABOUT)):
            sheet.write_datetime(number, column, request + timedelta(days=later), day_format)
    book.close()


def write_long(path: Path, events: int) -> None:
    """A CSV with one row an event."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Case", "Event", "Date", "Provider", "Source"])
        writer.writerows(_long_rows(events))


def _long_rows(events: int) -> Iterator[tuple[str, ...]]:
    for number in range(events):
        case, step = divmod(number, len(_STEPS))
        name, _, later, details = _STEPS[step]
        day = _request(case) + timedelta(days=later)
        yield f"NA{case:07d}", name, f"{day:%d/%m/%Y}", details.get("provider", ""), details.get("source", "")


def _request(number: int) -> date:
    return _FIRST_REQUEST + timedelta(days=number % _DAYS_OF_REQUESTS)
