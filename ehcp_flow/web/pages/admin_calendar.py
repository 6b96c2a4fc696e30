"""Bank holidays proclaimed late or worked after all, with every due date a change would move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import BadInput, EhcpError
from ehcp_flow.services.change_calendar import (
    Override,
    calendar_of,
    calendar_text,
    change_calendar,
    fingerprint,
    overrides,
)
from ehcp_flow.services.preview_calendar_change import clocks_in_working_days, preview_calendar_change
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import call, office_of

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

router = APIRouter()

MOST_SHOWN = 500
_MAY = [requires("admin.calendar")]


@router.get("/admin/calendar", dependencies=_MAY)
async def calendar_page(request: Request) -> Response:
    """The days changed by hand, England's own bank holidays ahead, and a form for one more day."""
    return await _calendar_page(request, empty_form())


async def _calendar_page(request: Request, form: Form) -> Response:
    office = office_of(request)
    known, clocks = await call(request, _known)
    return render(
        request,
        "admin/calendar.html",
        status=200 if form.is_good else 422,
        form=form,
        overrides=overrides(office.calendar),
        holidays=known,
        clocks=clocks,
        has_file=office.settings.calendar is not None,
    )


def _known(office: Office) -> tuple[list[tuple[date, str]], list[str]]:
    """England's bank holidays of this year and the next, and the limits that count working days."""
    year = today().year
    days = office.calendar.working_days.holidays.items()
    titles = [office.workflow(name).clocks[clock].title for name, clock in clocks_in_working_days(office)]
    return sorted((day, name) for day, name in days if year <= day.year <= year + 1), titles


@router.post("/admin/calendar/preview", dependencies=_MAY)
async def preview(request: Request) -> Response:
    """What one more day, or one less, would move. Nothing is written."""
    form = await read_form(request)
    office = office_of(request)
    wanted = _wanted(form, office)
    if wanted is None or not form.is_good:
        return await _calendar_page(request, form)
    try:
        after = calendar_of(wanted)
    except EhcpError as error:
        form.refuse("day", str(error))
        return await _calendar_page(request, form)
    change = await call(request, preview_calendar_change, after)
    return render(
        request,
        "admin/calendar_preview.html",
        wanted=wanted,
        change=change,
        shown=change.moved[:MOST_SHOWN],
        titles={
            (name, rule.id): rule.title for name, flow in office.workflows.items() for rule in flow.clocks.values()
        },
        seen=fingerprint(change),
        has_file=office.settings.calendar is not None,
        text=calendar_text(after),
    )


def _wanted(form: Form, office: Office) -> list[Override] | None:
    """The overrides as they would be; None where the form says nothing that can be used."""
    there = overrides(office.calendar)
    if removed := form.raw("remove"):
        return [each for each in there if each.day.isoformat() != removed]
    day = form.day("day", "the day")
    kind = form.choice("kind", "whether the day is closed or worked", ("closed", "worked"))
    name = form.text("name", "the name of the holiday", is_needed=kind == "closed", longest=80)
    if day is None or not form.is_good:
        return None
    if any(each.day == day for each in there):
        form.refuse("day", "The day is changed by hand already: remove that entry first")
    is_holiday = day in office.calendar.working_days.holidays
    if kind == "closed" and is_holiday:
        form.refuse("day", "The day is a bank holiday already")
    if kind == "worked" and not is_holiday:
        form.refuse("day", "The day is no bank holiday, so there is nothing to change")
    return [*there, Override(day, is_closed=kind == "closed", name=name)]


@router.post("/admin/calendar/approve", dependencies=_MAY)
async def approve(request: Request) -> Response:
    """Write the calendar that was shown, and move the due dates that were listed."""
    form = await read_form(request)
    wanted = [_read(line) for line in form.all("override")]
    moved = await call(request, change_calendar, calendar_of(wanted), form.raw("seen"))
    dates = f"{moved:,} due date{'' if moved == 1 else 's'}" if moved else "no due date"
    flash(request, f"The calendar was changed; {dates} moved.")
    return see_other("/admin/calendar")


def _read(line: str) -> Override:
    """An override as the preview carries it: `2027-06-04 closed Extra bank holiday`."""
    day, _, rest = line.partition(" ")
    kind, _, name = rest.partition(" ")
    try:
        return Override(date.fromisoformat(day), is_closed=kind == "closed", name=name)
    except ValueError:
        raise BadInput("The change cannot be read.", "Nothing was changed.", "Begin again.") from None
