"""Administration of who may sign in, of officers and of teams. No page here shows a case."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import BadInput, EhcpError
from ehcp_flow.services.accounts import AccountLine, add_account, change_account, list_accounts, show_account
from ehcp_flow.services.officers import OfficerLine, add_officer, change_officer, list_officers
from ehcp_flow.services.policy import ADVICE_GIVER, ALL_TEAMS, ANALYST, ROLES
from ehcp_flow.services.sessions import end_all_sessions
from ehcp_flow.services.sign_in import make_link
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of, call

router = APIRouter()
_RULE: Final = requires("admin.users")
_SCOPES: Final = (
    ("own", "Their own team, or every team for a director or an analyst"),
    ("all", "Every team"),
    ("chosen", "The teams ticked below"),
)


@router.get("/admin/users", dependencies=[_RULE])
async def users_page(request: Request) -> Response:
    """Who may sign in, and the officers who hold cases."""
    return render(
        request,
        "admin/users.html",
        accounts=await call(request, list_accounts),
        officers=await call(request, list_officers, today()),
        roles=ROLES,
    )


@router.get("/admin/users/add", dependencies=[_RULE])
async def add_page(request: Request) -> Response:
    """The form to let somebody sign in."""
    return await _show_form(request, empty_form(), None, 200)


@router.post("/admin/users/add", dependencies=[_RULE])
async def add_now(request: Request) -> Response:
    """Let somebody sign in, and show the link by which they choose a password."""
    form = await read_form(request)
    username, facts = form.text("username", "a username").casefold(), _facts(form)
    if form.is_good:
        try:
            await call(request, add_account, username, **facts)
        except EhcpError as wrong:
            _refuse(form, wrong)
    if not form.is_good:
        return await _show_form(request, form, None, 422)
    return await _show_link(request, username)


@router.get("/admin/users/{username}", dependencies=[_RULE])
async def user_page(request: Request, username: str) -> Response:
    """One account, to be changed."""
    return await _show_form(request, empty_form(), await call(request, show_account, username), 200)


@router.post("/admin/users/{username}", dependencies=[_RULE])
async def change_now(request: Request, username: str) -> Response:
    """Change an account; whoever it is signs in again."""
    form, line = await read_form(request), await call(request, show_account, username)
    facts = _facts(form)
    _must_not_be_oneself(request, form, username, facts["role"])
    if form.is_good:
        try:
            await call(request, change_account, username, **facts)
        except EhcpError as wrong:
            _refuse(form, wrong)
    if not form.is_good:
        return await _show_form(request, form, line, 422)
    flash(request, f"{username} is changed.")
    return see_other("/admin/users")


@router.post("/admin/users/{username}/link", dependencies=[_RULE])
async def link_now(request: Request, username: str) -> Response:
    """Show a new link by which they choose a password."""
    return await _show_link(request, username)


@router.post("/admin/users/{username}/active", dependencies=[_RULE])
async def active_now(request: Request, username: str) -> Response:
    """Let somebody sign in no more, or again."""
    form = await read_form(request)
    is_active = form.choice("active", "yes or no", ("yes", "no")) == "yes"
    if not is_active and username == actor_of(request).username:
        raise BadInput("You cannot disable your own account.", next="Ask another administrator.")
    await call(request, change_account, username, is_active=is_active)
    flash(request, f"{username} can {'sign in again' if is_active else 'no longer sign in'}.")
    return see_other(f"/admin/users/{quote(username)}")


@router.post("/admin/users/{username}/sign-out", dependencies=[_RULE])
async def sign_out_now(request: Request, username: str) -> Response:
    """Sign somebody out everywhere."""
    number = await call(request, end_all_sessions, username)
    flash(request, f"{username} was signed in at {number} browser{'' if number == 1 else 's'}, and is so no more.")
    return see_other(f"/admin/users/{quote(username)}")


def _facts(form: Form) -> dict[str, Any]:
    role = form.choice("role", "a role", ROLES)
    scope = form.choice("scope", "whose cases", dict(_SCOPES))
    teams = {"all": [ALL_TEAMS], "chosen": form.all("teams")}.get(scope, [])
    if scope == "chosen" and not teams:
        form.refuse("teams", "Tick at least one team")
    return {
        "name": form.text("name", "their name", longest=100),
        "role": role,
        "teams": teams,
        "officer": form.raw("officer") or None,
        "provider": form.raw("provider").strip() or None if role == ADVICE_GIVER else None,
        "sees_names": role == ANALYST and form.raw("sees_names") == "yes",
    }


def _must_not_be_oneself(request: Request, form: Form, username: str, role: str) -> None:
    actor = actor_of(request)
    if username == actor.username and role != actor.role:
        form.refuse("role", "You cannot take the administrator’s role from yourself; ask another administrator")


def _refuse(form: Form, wrong: EhcpError) -> None:
    """Say a service's refusal beside the field that it is most likely about."""
    field = "provider" if "provider" in str(wrong) else "role" if "role" in str(wrong) else "username"
    form.refuse(field, str(wrong))


async def _show_form(request: Request, form: Form, line: AccountLine | None, status: int) -> Response:
    officers = await call(request, list_officers, today())
    teams = sorted({each.team for each in officers if each.team} | set(line.teams if line else ()) - {ALL_TEAMS})
    return render(
        request,
        "admin/user.html",
        status=status,
        form=form,
        line=line,
        scope="all" if line and ALL_TEAMS in line.teams else "chosen" if line and line.teams else "own",
        scopes=_SCOPES,
        roles=list(ROLES.items()),
        officers=[(each.username, f"{each.name} ({each.username})") for each in officers],
        teams=[(team, team) for team in teams],
        is_oneself=bool(line) and line is not None and line.actor.username == actor_of(request).username,
    )


async def _show_link(request: Request, username: str) -> Response:
    token = await call(request, make_link, username)
    link = f"{request.app.state.office.settings.base_url}/welcome/{token}"
    return render(request, "admin/user_link.html", username=username, link=link)


@router.get("/admin/officers/add", dependencies=[_RULE])
async def add_officer_page(request: Request) -> Response:
    """The form to add an officer."""
    return await _show_officer(request, empty_form(), None, 200)


@router.post("/admin/officers/add", dependencies=[_RULE])
async def add_officer_now(request: Request) -> Response:
    """Add an officer, and their team if it is new."""
    form = await read_form(request)
    username, name = form.text("username", "a username"), form.text("name", "their name", longest=100)
    if form.is_good:
        try:
            await call(request, add_officer, username, name, _team(form) or None, _works_on(form))
        except BadInput as wrong:
            form.refuse("works_on" if "days" in wrong.what else "username", str(wrong))
    if not form.is_good:
        return await _show_officer(request, form, None, 422)
    flash(request, f"{name} can now hold cases.")
    return see_other("/admin/users#officers")


@router.get("/admin/officers/{username}", dependencies=[_RULE])
async def officer_page(request: Request, username: str) -> Response:
    """One officer, to be changed."""
    return await _show_officer(request, empty_form(), await _officer(request, username), 200)


@router.post("/admin/officers/{username}", dependencies=[_RULE])
async def change_officer_now(request: Request, username: str) -> Response:
    """Change an officer's name, team or working days; their cases stay where they are."""
    form, line = await read_form(request), await _officer(request, username)
    name = form.text("name", "their name", longest=100)
    if form.is_good:
        try:
            await call(request, change_officer, username, name=name, team=_team(form), works_on=_works_on(form))
        except BadInput as wrong:
            form.refuse("works_on", str(wrong))
    if not form.is_good:
        return await _show_officer(request, form, line, 422)
    flash(request, f"{name} is changed.")
    return see_other("/admin/users#officers")


def _team(form: Form) -> str:
    return form.text("team", "a team", is_needed=False, longest=100)


def _works_on(form: Form) -> str:
    return " ".join(form.all("works_on")) or "none"


async def _officer(request: Request, username: str) -> OfficerLine:
    officers = await call(request, list_officers, today())
    found = next((each for each in officers if each.username == username), None)
    if found is None:
        raise BadInput(f"There is no officer {username}.", next="Choose one from the list.")
    return found


async def _show_officer(request: Request, form: Form, line: OfficerLine | None, status: int) -> Response:
    return render(request, "admin/officer.html", status=status, form=form, line=line)
