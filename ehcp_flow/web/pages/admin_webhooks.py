"""Webhooks: addresses that are told of new flags. Registered, tried and removed; no page here names a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import EhcpError
from ehcp_flow.services.webhook_messages import KINDS
from ehcp_flow.services.webhooks import (
    add_webhook,
    list_webhooks,
    remove_webhook,
    retry_webhook,
    try_webhook,
    webhook_troubles,
)
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from ehcp_flow.services.webhooks import NewWebhook

router = APIRouter()
_may = [requires("admin.webhooks")]


@router.get("/admin/webhooks", dependencies=_may)
async def webhooks_page(request: Request) -> Response:
    """The webhooks there are, whether what they are told arrives, and a form to register one."""
    return await _page(request, empty_form())


@router.post("/admin/webhooks", dependencies=_may)
async def register(request: Request) -> Response:
    """Register a webhook, and show its secret: this page is the only one that ever does."""
    form = await read_form(request)
    url, label = form.text("url", "the address", longest=500), form.text("label", "a label", longest=100)
    if not form.all("kinds"):
        form.refuse("kinds", "Select what it is told of")
    if form.is_good:
        try:
            new = await call(request, add_webhook, url, label, form.all("kinds"))
        except EhcpError as wrong:
            form.refuse("url", str(wrong))
        else:
            return await _page(request, empty_form(), new)
    return await _page(request, form)


async def _page(request: Request, form: Form, new: NewWebhook | None = None) -> Response:
    return render(
        request,
        "admin/webhooks.html",
        status=422 if form.errors else 200,
        webhooks=await call(request, list_webhooks),
        troubles=await call(request, webhook_troubles),
        form=form,
        new=new,
        kinds=[(kind, f"{kind.capitalize()}: {meaning}") for kind, meaning in KINDS.items()],
    )


@router.post("/admin/webhooks/{webhook}/try", dependencies=_may)
async def try_now(request: Request, webhook: str) -> Response:
    """Send a message that says it is only a test."""
    trouble = await call(request, try_webhook, webhook)
    flash(request, f"The test did not arrive. {trouble}" if trouble else "The test arrived.")
    return see_other("/admin/webhooks")


@router.post("/admin/webhooks/{webhook}/retry", dependencies=_may)
async def retry(request: Request, webhook: str) -> Response:
    """Let what was given up be tried again."""
    number = await call(request, retry_webhook, webhook)
    flash(request, f"{number:,} message{'' if number == 1 else 's'} will be tried again with the next round.")
    return see_other("/admin/webhooks")


@router.post("/admin/webhooks/{webhook}/remove", dependencies=_may)
async def remove(request: Request, webhook: str) -> Response:
    """Tell a webhook nothing more."""
    await call(request, remove_webhook, webhook)
    flash(request, "The webhook is removed: it is told nothing more.")
    return see_other("/admin/webhooks")
