"""What an import did or would do, as it can be kept beside the file and shown on a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ehcp_flow.services.import_events import ImportReport

MOST_SHOWN = 200
_COUNTS = ("new_cases", "changed_cases", "unchanged_cases", "new_events", "corrections", "retractions")


def summary(report: ImportReport) -> dict[str, Any]:
    """What an import did or would do, as it can be kept beside the file: counts, the first problems and findings."""
    intake = report.intake
    return {
        "workflow": report.workflow.title,
        "rows_read": intake.rows_read,
        "rows_blank": intake.rows_blank,
        "rows_duplicate": intake.rows_duplicate,
        "notes": list(intake.notes),
        "errors": len(intake.errors),
        "warnings": len(intake.warnings),
        "problems": [each._asdict() for each in intake.problems[:MOST_SHOWN]],
        "findings": [{"case": case, "finding": finding} for case, finding in report.findings[:MOST_SHOWN]],
        "findings_in_all": len(report.findings),
        "cases_with_findings": len({case for case, _ in report.findings}),
        "new_officers": report.new_officers,
        "changes_nothing": report.changes_nothing,
        **{name: getattr(report, name) for name in _COUNTS},
        "span": [str(day) for day in _span(report)],
    }


def _span(report: ImportReport) -> Iterator[date]:
    """The first and the last day of anything in the file: a wrong century shows at once."""
    days = [event.happened_on for case in report.intake.cases for event in case.events]
    if days:
        yield min(days)
        yield max(days)
