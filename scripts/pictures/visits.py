"""Which pages are visited, as whom, with cases and officers of the demonstration in their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.list_work import Wanted
from ehcp_flow.services.policy import Actor
from ehcp_flow.services.sessions import begin_session
from ehcp_flow.services.work_page import Shown, WorkPage, work_page
from ehcp_flow.today import today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

CLERK, MANAGER, CHIEF, ADMIN, GIVER, NOBODY = (
    "case_officer",
    "senior_case_manager",
    "director",
    "administrator",
    "advice_giver",
    "nobody",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that a role opens, how the application should answer, and what is then typed into its first field."""

    role: str
    path: str
    status: int = 200
    types: str = ""

    @property
    def name(self) -> str:
        """The address as part of a file's name."""
        return re.sub(r"[^a-z0-9]+", "-", self.path.lower()).strip("-") or "start"


def people_signed_in(office: Office) -> dict[str, str]:
    """An account of each role, each signed in: their sessions' secrets."""
    facts: dict[str, dict[str, Any]] = {
        CLERK: {"officer": _busiest(_everything(office))},
        MANAGER: {"teams": ["*"]},
        CHIEF: {"teams": ["*"]},
        ADMIN: {},
        GIVER: {"provider": "health"},
    }
    names = {CLERK: "Casey Officer", MANAGER: "Sam Manager", CHIEF: "Dana Director", GIVER: "Health service"}
    for role, more in facts.items():
        add_account(office, f"pictures.{role}", role, name=names.get(role, "Ada Admin"), **more)
    return {role: begin_session(office, f"pictures.{role}") for role in facts}


def visits(office: Office) -> Iterator[Visit]:
    """Every page worth a look."""
    work = _everything(office)
    late = next(each for each in work.lines["overdue"] if each.clock == "finalise_plan")
    review = next(each for each in work.lines["overdue"] if each.workflow == "annual_review")
    officer = _busiest(work)
    for role, paths in _pages(late.case_ref, review.case_ref, officer).items():
        yield from (Visit(role, path) for path in paths)
    yield Visit(MANAGER, "/search?for-a-name", types="example")
    yield Visit(MANAGER, "/no-such-page", 404)
    yield Visit(ADMIN, "/today", 403)


def _pages(case: str, review: str, officer: str) -> dict[str, list[str]]:
    of_case = f"/cases/{case}"
    return {
        NOBODY: ["/sign-in", "/about", "/accessibility"],
        CLERK: [
            *("/today", "/today?group=overdue", "/search", "/new-case", "/advice", "/account"),
            "/new-case/needs_assessment/request_received",
            *("/account/password", "/account/feeds", f"/cases/{review}", "/law", "/law/needs_assessment"),
            "/law/needs_assessment/examples",
        ],
        MANAGER: [
            *("/today", "/today?names=shown", of_case, f"{of_case}/clocks/finalise_plan", f"{of_case}/record"),
            *(f"{of_case}/record/final_plan_sent", f"{of_case}/hand-over", f"{of_case}/entries/1/correct"),
            *(f"{of_case}/access", "/team", f"/team/cases?officer={officer}", f"/team/absence?officer={officer}"),
            *("/advice", "/import", "/figures", "/figures/timeliness"),
        ],
        CHIEF: ["/figures", "/figures/timeliness", "/figures/backlog", "/figures/packs", "/figures/recovery"],
        ADMIN: [
            *("/admin", "/admin/settings", "/admin/runs", "/admin/notices", "/admin/records", "/admin/calendar"),
            *(
                "/admin/tokens",
                "/admin/users",
                "/admin/users/add",
                "/admin/users/pictures.director",
                "/admin/officers/add",
            ),
            *(f"/admin/officers/{officer}", "/admin/webhooks", "/api/v1/docs"),
        ],
        GIVER: ["/advice", "/account"],
    }


def _everything(office: Office) -> WorkPage:
    anybody = Actor("pictures", "Pictures", MANAGER, None)
    return work_page(office, anybody, today(), Wanted(), Shown(most=10_000))


def _busiest(work: WorkPage) -> str:
    known = {each.username for each in work.officers}
    held = [each.officer for each in work.lines["overdue"] if each.officer in known]
    return max(sorted(set(held)), key=held.count)
