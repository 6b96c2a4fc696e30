"""Monthly packs: made for a month in the background, looked at, and downloaded.

The module's name comes before that of `figures`, so that `/figures/packs` is not taken for a figure's name.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.analytics.periods import end_of_month, month_name, month_of
from ehcp_flow.engine.count import day_before
from ehcp_flow.services.policy import may
from ehcp_flow.services.return_aside import begin_return, web_pack, web_packs
from ehcp_flow.services.work_aside import work_standing
from ehcp_flow.today import now, today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of, call, in_thread

router = APIRouter()

MONTHS_OFFERED: Final = 24
_MAY = [requires("figures.packs")]
_KINDS: Final = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}


@router.get("/figures/packs", dependencies=_MAY)
async def packs_page(request: Request) -> Response:
    """The packs made lately, and a form for another."""
    return await _packs_page(request, empty_form())


async def _packs_page(request: Request, form: Form) -> Response:
    made = await call(request, web_packs)
    packs = [(each, work_standing(each.work)[0]) for each in made]
    status = 200 if form.is_good else 422
    return render(request, "figures/packs.html", status=status, form=form, packs=packs, months=_months(today()))


def _months(day: date) -> list[tuple[str, str]]:
    """The months to choose from, the last whole one first."""
    found, month = [], month_of(day)
    for number in range(MONTHS_OFFERED):
        month = month_of(day_before(month)) if number else month
        unfinished = " so far" if end_of_month(month) >= day else ""
        found.append((month.isoformat(), month_name(month) + unfinished))
    return [*found[1:2], found[0], *found[2:]]


@router.post("/figures/packs", dependencies=_MAY)
async def make(request: Request) -> Response:
    """Begin a pack."""
    form = await read_form(request)
    month = form.choice("month", "a month", dict(_months(today())))
    if not form.is_good:
        return await _packs_page(request, form)
    publish = form.raw("publish") == "yes"
    pack = await call(request, begin_return, date.fromisoformat(month), now(), publish=publish)
    return see_other(f"/figures/packs/{pack.key}")


@router.get("/figures/packs/{key}", dependencies=_MAY)
async def pack_page(request: Request, key: str) -> Response:
    """A pack: how far it is, or what it says and its files."""
    pack = await call(request, web_pack, key)
    state, said = await in_thread(request, lambda: work_standing(pack.work))
    files = await in_thread(request, lambda: pack.files(with_cases=_sees_cases(request))) if state == "done" else []
    return render(
        request, "figures/pack.html", pack=pack, state=state, said=said, files=files, report=said.get("result", {})
    )


def _sees_cases(request: Request) -> bool:
    actor = actor_of(request)
    return may(actor, "figures.cases") and actor.teams is None  # a pack lists the cases of every team


@router.get("/figures/packs/{key}/pack.zip", dependencies=_MAY)
async def whole_pack(request: Request, key: str) -> Response:
    """Every file of the pack that may be seen, as one."""
    pack = await call(request, web_pack, key)
    content = await in_thread(request, lambda: pack.zipped(with_cases=_sees_cases(request)))
    return _download(content, f"ehcp-{pack.work.about['month'][:7]}.zip", "application/zip")


@router.get("/figures/packs/{key}/files/{name:path}", dependencies=_MAY)
async def pack_file(request: Request, key: str, name: str) -> Response:
    """One file of the pack. Never shown in the browser, where its own styles would be refused."""
    pack = await call(request, web_pack, key)
    content = await in_thread(request, lambda: pack.read(name, with_cases=_sees_cases(request)))
    last = name.rpartition("/")[2]
    kind = next((kind for ending, kind in _KINDS.items() if last.endswith(ending)), "application/octet-stream")
    return _download(content, last, kind)


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
