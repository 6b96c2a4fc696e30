"""Import: upload a tracker, say what its columns are, look at what would happen, and only then import it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from ehcp_flow.engine.words import plain_date
from ehcp_flow.errors import BadFile, BadInput, EhcpError, UnknownName
from ehcp_flow.services.import_upload import (
    ENDINGS,
    LONGEST_MAPPING,
    MOST_BYTES,
    check_tracker,
    column_uses,
    forget_tracker,
    import_tracker,
    keep_tracker,
    save_mapping,
    tracker,
)
from ehcp_flow.services.work_aside import state_of, work_standing
from ehcp_flow.today import now
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import call, in_thread, office_of

if TYPE_CHECKING:
    from ehcp_flow.services.import_upload import Tracker

router = APIRouter()
NAV = Nav("Import", "/import", order=70, permission="import.run")
UPLOADS = {"/import": MOST_BYTES + 1_000_000}

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAY = [requires("import.run")]


@router.get("/import", dependencies=_MAY)
async def upload_page(request: Request) -> Response:
    """Choose a file."""
    return _upload_page(request, empty_form())


def _upload_page(request: Request, form: Form, status: int = 200, error: EhcpError | None = None) -> Response:
    return render(
        request,
        "import/upload.html",
        status=status,
        form=form,
        error=error,
        endings=ENDINGS,
        most=MOST_BYTES // 1024**2,
        workflows=office_of(request).workflows.values(),
    )


@router.post("/import", dependencies=_MAY)
async def upload(request: Request) -> Response:
    """Keep the file and propose what its columns are."""
    form = await read_form(request)
    file, described = form.sent.get("file"), form.sent.get("mapping")
    workflow = form.choice("workflow", "a process", office_of(request).workflows, is_needed=False)
    if not isinstance(file, UploadFile) or not file.filename:
        form.refuse("file", "Select a file")
        return _upload_page(request, form, 422)
    content = await file.read()
    try:
        mapping = await _described(described)
        found = await call(request, keep_tracker, file.filename, content, now(), workflow or None, mapping)
    except EhcpError as error:
        form.refuse("file", error.what)
        return _upload_page(request, form, 422, error)
    return see_other(f"/import/{found.key}")


async def _described(file: object) -> str | None:
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = await file.read()
    try:
        return content.decode("utf-8") if len(content) <= LONGEST_MAPPING else _refuse_mapping()
    except UnicodeDecodeError:
        return _refuse_mapping()


def _refuse_mapping() -> str:
    raise BadInput("The description of the columns is not a file saved from here.", next="Leave it out to start anew.")


@router.get("/import/{key}", dependencies=_MAY)
async def columns_page(request: Request, key: str) -> Response:
    """What the columns are taken to be."""
    found = await call(request, tracker, key)
    if not found.path.exists():
        return see_other(f"/import/{key}/result")
    return await _columns_page(request, found)


async def _columns_page(
    request: Request, found: Tracker, form: Form | None = None, error: EhcpError | None = None
) -> Response:
    uses = await call(request, column_uses, found)
    return render(
        request,
        "import/columns.html",
        status=422 if error else 200,
        form=form or empty_form(),
        found=found,
        mapping=form.raw("mapping") if form else found.mapping,
        uses=uses,
        problems=error.problems if isinstance(error, BadFile) else (),
        error=error,
    )


@router.post("/import/{key}/check", dependencies=_MAY)
async def check(request: Request, key: str) -> Response:
    """Keep the mapping as it was corrected, and work out what an import would do."""
    found = await call(request, tracker, key)
    form = await read_form(request)
    try:
        await call(request, save_mapping, found, form.raw("mapping"))
        if form.raw("then") != "save":
            await call(request, check_tracker, found)
    except UnknownName:
        raise
    except (BadFile, BadInput) as error:
        form.refuse("mapping", error.what)
        return await _columns_page(request, found, form, error)
    return see_other(f"/import/{key}" if form.raw("then") == "save" else f"/import/{key}/result")


@router.get("/import/{key}/result", dependencies=_MAY)
async def result_page(request: Request, key: str) -> Response:
    """How the check or the import stands: under way, done, or failed."""
    found = await call(request, tracker, key)
    state, said = await in_thread(request, lambda: work_standing(found.work))
    if state == "none":
        return see_other(f"/import/{key}")
    template = {"running": "import/waiting.html", "done": "import/result.html"}.get(state, "import/failed.html")
    report = said.get("result", {})
    span = [plain_date(date.fromisoformat(day)) for day in report.get("span", [])]
    return render(request, template, found=found, state=state, said=said, report=report, span=span)


@router.post("/import/{key}/import", dependencies=_MAY)
async def import_(request: Request, key: str) -> Response:
    """Import it: all of it, or nothing."""
    found = await call(request, tracker, key)
    form = await read_form(request)
    if state_of(found.work) != "done":
        raise BadInput("Look at what would happen first.", "Nothing was imported.", "Check the file, then import it.")
    await call(request, import_tracker, found, skip_errors=form.raw("skip_errors") == "yes")
    return see_other(f"/import/{key}/result")


@router.post("/import/{key}/forget", dependencies=_MAY)
async def forget(request: Request, key: str) -> Response:
    """Remove the file without importing it."""
    found = await call(request, tracker, key)
    await call(request, _forget, found)
    flash(request, "The file was removed.")
    return see_other("/import")


def _forget(_office: object, found: Tracker) -> None:
    forget_tracker(found)


@router.get("/import/{key}/problems.xlsx", dependencies=_MAY)
async def problems(request: Request, key: str) -> Response:
    """The rows with problems as a workbook that can be corrected and imported again."""
    found = await call(request, tracker, key)
    if not found.problems_path.exists():
        raise UnknownName("No row had a problem.", next="Go back to the result.")
    return _download(found.problems_path.read_bytes(), "rows-to-look-at.xlsx", _XLSX)


@router.get("/import/{key}/mapping.yaml", dependencies=_MAY)
async def mapping(request: Request, key: str) -> Response:
    """What the columns are, as a file for the next time."""
    found = await call(request, tracker, key)
    return _download(found.mapping.encode(), "columns.map.yaml", "text/yaml; charset=utf-8")


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
