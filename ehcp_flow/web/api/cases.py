"""`/api/v1/cases`: cases listed, read and opened, their journals read, recorded in and corrected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from ehcp_flow.errors import Conflict, UnknownName
from ehcp_flow.services.open_case import NewPerson
from ehcp_flow.services.read_pages import WantedCases, read_cases
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.write_for_programs import Written, correct_for, entries_of, must_reach, open_for, record_for
from ehcp_flow.today import today
from ehcp_flow.web import links as _links  # noqa: F401 `{case_ref:case}` in an address
from ehcp_flow.web.api_calls import bodies, shapes
from ehcp_flow.web.api_calls.answers import answer, cursor_after, entries_seen, key_in
from ehcp_flow.web.api_calls.callers import caller_of, good_for
from ehcp_flow.web.api_calls.description import V1, refusals
from ehcp_flow.web.api_calls.problems import ChangedMeanwhile
from ehcp_flow.web.api_calls.writing import written_once
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from datetime import date, datetime

    from ehcp_flow.services.api_tokens import Caller
    from ehcp_flow.services.office import Office

router = APIRouter(prefix=V1, tags=["Cases"])

_reads = partial(good_for, "cases", "case.read")
_writes = partial(good_for, "record", "case.record")
_of_case = "/cases/{case_ref:case}"


@router.get(
    "/cases",
    operation_id="list_cases",
    summary="Cases, by reference",
    dependencies=_reads(),
    response_model=shapes.CasePage,
    responses=refusals(304, 404),
)
async def list_cases(request: Request, asked: Annotated[bodies.CasesAsked, Query()]) -> Response:
    """The cases that the account may read, without names."""
    after = key_in(asked.cursor, (str,)) or [""]
    wanted = WantedCases(**asked.model_dump(exclude={"cursor", "limit"}))
    rows = await call(request, read_cases, caller_of(request).actor, wanted, after[0], asked.limit + 1)
    lines = [shapes.case_line(row) for row in rows[: asked.limit]]
    following = cursor_after((lines[-1].case_ref,)) if len(rows) > asked.limit else None
    return answer(request, shapes.CasePage(cases=lines, next=following))


@router.post(
    "/cases",
    operation_id="open_case",
    summary="Open a case",
    status_code=201,
    dependencies=_writes(),
    response_model=shapes.Recorded,
    responses=refusals(400, 404, 409, 413),
)
async def open_case(request: Request, body: bodies.CaseSent, key: bodies.Key = None) -> Response:
    """Open a case by the event that begins it. `Location` is its address."""
    caller = caller_of(request)
    person = NewPerson(**body.person.model_dump()) if body.person else body.person_ref

    def do(office: Office) -> Written:
        said = body.model_dump(exclude={"person", "person_ref"})
        return open_for(office, caller.actor, said.pop("workflow"), said.pop("event"), person=person, **said)

    return await written_once(request, key, do)


@router.get(
    _of_case,
    operation_id="show_case",
    summary="One case on a day",
    dependencies=_reads(case="case_ref", sees="case (API)"),
    response_model=shapes.Case,
    responses=refusals(304, 404),
)
async def get_case(request: Request, case_ref: bodies.CaseRef, asked: Annotated[bodies.DayAsked, Query()]) -> Response:
    """Where the case stands, its time limits, and what may be recorded now. Its ETag is what If-Match takes."""
    found, entries = await call(request, _case, caller_of(request), case_ref, asked.as_of or today(), asked.known_at)
    return answer(request, found, entries=entries)


def _case(
    office: Office, caller: Caller, case_ref: str, as_of: date, known_at: datetime | None
) -> tuple[shapes.Case, int]:
    view = show_case(office, case_ref, as_of, known_at)
    entries = entries_of(office, case_ref)
    linked = [each.case_ref for each in view.linked if _is_within_reach(office, caller, each.case_ref)]
    return shapes.case(view, entries, linked, with_names=caller.sees_names), entries


def _is_within_reach(office: Office, caller: Caller, case_ref: str) -> bool:
    try:
        must_reach(office, caller.actor, case_ref)
    except UnknownName:
        return False
    return True


@router.get(
    f"{_of_case}/clocks",
    operation_id="list_clocks",
    summary="A case's time limits on a day",
    dependencies=_reads(case="case_ref", sees="clocks (API)"),
    response_model=shapes.Clocks,
    responses=refusals(304, 404),
)
async def get_clocks(
    request: Request, case_ref: bodies.CaseRef, asked: Annotated[bodies.DayAsked, Query()]
) -> Response:
    """Every time limit of the case: from when, until when, whether it was met, and under which provision."""
    view = await call(request, show_case, case_ref, asked.as_of or today(), asked.known_at)
    found = [shapes.clock(each) for each in view.verdicts]
    return answer(request, shapes.Clocks(case_ref=case_ref, as_of=view.as_of, clocks=found))


@router.get(
    f"{_of_case}/events",
    operation_id="list_events",
    summary="A case's journal",
    dependencies=_reads(case="case_ref", sees="journal (API)"),
    response_model=shapes.Events,
    responses=refusals(304, 404),
)
async def get_events(
    request: Request, case_ref: bodies.CaseRef, asked: Annotated[bodies.DayAsked, Query()]
) -> Response:
    """What happened and when it was recorded, corrections and what they correct included."""
    view = await call(request, show_case, case_ref, asked.as_of or today(), asked.known_at)
    entries = await call(request, entries_of, case_ref)
    with_names = caller_of(request).sees_names
    found = [shapes.event(view.workflow, line, with_names=with_names) for line in view.lines]
    return answer(request, shapes.Events(case_ref=case_ref, events=found), entries=entries)


@router.post(
    f"{_of_case}/events",
    operation_id="record_event",
    summary="Record what happened",
    status_code=201,
    dependencies=_writes(case="case_ref"),
    response_model=shapes.Recorded,
    responses=refusals(400, 404, 409, 412, 413),
)
async def record_event(
    request: Request,
    case_ref: bodies.CaseRef,
    body: bodies.EventSent,
    key: bodies.Key = None,
    if_match: bodies.IfMatch = None,
) -> Response:
    """Record an event. What is not lawful now is refused with what is, unless `override` says why it is recorded."""
    expected = entries_seen(if_match)

    def do(office: Office) -> Written:
        said = body.model_dump()
        return _unless_changed(
            partial(record_for, office, case_ref, said.pop("event"), said.pop("happened_on"), said.pop("details")),
            expected,
            **said,
        )

    return await written_once(request, key, do)


@router.post(
    f"{_of_case}/events/{{entry}}/correction",
    operation_id="correct_event",
    summary="Correct or take back an entry",
    status_code=201,
    dependencies=_writes(case="case_ref"),
    response_model=shapes.Recorded,
    responses=refusals(400, 404, 409, 412, 413),
)
async def correct_event(
    request: Request,
    case_ref: bodies.CaseRef,
    entry: bodies.EntryNumber,
    body: bodies.CorrectionSent,
    key: bodies.Key = None,
    if_match: bodies.IfMatch = None,
) -> Response:
    """A further entry that replaces one, or says that it never was. What was recorded first stays on the record."""
    expected = entries_seen(if_match)

    def do(office: Office) -> Written:
        return _unless_changed(partial(correct_for, office, case_ref, entry), expected, **body.model_dump())

    return await written_once(request, key, do)


def _unless_changed(write: Any, expected: int | None, **said: Any) -> Written:
    """Write, if the case has as many entries as If-Match says. Raises ChangedMeanwhile."""
    try:
        found: Written = write(**said, expected_entry=expected)
    except Conflict:
        if expected is None:
            raise
        raise ChangedMeanwhile from None
    return found
