"""Fills the peer's database from ours and prints the secret of a session that is signed in.

Started with the address of our database; ours words every line once, so both pages say the same.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

import django
from django.core.management import call_command

from ehcp_flow.services.list_work import Wanted
from ehcp_flow.services.office import Office
from ehcp_flow.services.policy import Actor
from ehcp_flow.services.work_page import Shown, WorkPage, work_page
from ehcp_flow.settings import read_settings
from ehcp_flow.web.views.today import GROUPS, SORTS, Filters, today_page

_ALL = 1_000_000
_NAVIGATION = ("Today", "Search", "Team", "Advice", "Figures", "Import", "Law")


def main() -> None:
    """Make the tables, fill them, sign somebody in."""
    office = Office(read_settings())
    work, actor = _work(office), "boss"
    _write_words(office)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scripts.benchmarks.peers.django_page.settings")
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    _fill(office, work)
    print(_signed_in(actor))


def _work(office: Office) -> WorkPage:
    anybody = Actor("boss", "boss", "senior_case_manager", None, None, None, None, names_granted=False)
    return work_page(office, anybody, date.today(), Wanted(), Shown(most=_ALL))  # noqa: DTZ011 as the pages


def _write_words(office: Office) -> None:
    rules = [rule for workflow in office.workflows.values() for rule in workflow.clocks.values()]
    words = {
        "groups": GROUPS,
        "navigation": [(f"/{words.lower()}", words) for words in _NAVIGATION],
        "choices": {
            "workflow": [("", "Every process"), *((name, each.title) for name, each in office.workflows.items())],
            "clock": [("", "Everything"), *((rule.id, rule.title) for rule in rules if rule.kind == "limit")],
            "basis": [("", "Law and guidance"), ("law", "Law only"), ("guidance", "Guidance only")],
            "sort": [*SORTS.items()],
        },
    }
    Path(os.environ["PEER_DATABASE"]).with_suffix(".json").write_text(json.dumps(words), encoding="utf-8")


def _fill(office: Office, work: WorkPage) -> None:
    from scripts.benchmarks.peers.django_page.models import Case, Limit, Officer

    known = {each.username for each in work.officers}
    Officer.objects.bulk_create(Officer(each.username, each.name, each.team) for each in work.officers)
    holders = {each.case_ref: each.officer for lines in work.lines.values() for each in lines}
    Case.objects.bulk_create(Case(ref, holder if holder in known else None) for ref, holder in holders.items())
    page = today_page(work, office.workflows, Filters(), None)
    Limit.objects.bulk_create(
        Limit(
            case_id=line.case_ref,
            group=group.key,
            due_on=each.due_on,
            what=line.what,
            subject=line.subject,
            basis=line.basis,
            step=line.next,
            remark=line.remark,
            record_path=line.record_path,
            explain_path=line.explain_path,
        )
        for group in page.groups
        for each, line in zip(work.lines[group.key], group.lines, strict=True)
    )


def _signed_in(username: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Permission, User
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.create_user(username, first_name=username)
    user.user_permissions.set(Permission.objects.filter(codename__in=("view_limit", "change_limit")))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key or ""


if __name__ == "__main__":
    sys.exit(main())
