"""Who saw a person's cases, and when: the report that a family, or the data protection officer, may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.policy import ROLES
from ehcp_flow.storage import access_log, accounts, people

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class AccessLine:
    """Somebody saw something of a case. `reason` is what they gave to see a case of another team."""

    at: datetime
    username: str
    name: str
    role: str
    case_ref: str
    what: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class AccessReport:
    """Who saw these cases, the earliest first. It names no child: the cases are named by reference."""

    case_refs: tuple[str, ...]
    lines: tuple[AccessLine, ...]


def access_report(office: Office, case_ref: str) -> AccessReport:
    """Who saw a case and the other cases of the same person. Raises UnknownName."""
    with office.database.read() as connection:
        case = people.case_of(connection, case_ref)
        if case is None:
            raise UnknownName(f"There is no case {case_ref}.", next="Check the reference.")
        refs = access_log.cases_of_person(connection, case.person_ref) if case.person_ref else [case_ref]
        return _report(connection, refs)


def access_report_of_person(office: Office, person_ref: str) -> AccessReport:
    """Who saw a person's cases. Raises UnknownName."""
    with office.database.read() as connection:
        refs = access_log.cases_of_person(connection, person_ref)
        if not refs:
            raise UnknownName(f"There is no person {person_ref} with a case.", next="Ask by a case instead.")
        return _report(connection, refs)


def _report(connection: Connection, case_refs: Iterable[str]) -> AccessReport:
    refs = tuple(case_refs)
    known = {row.username: row for row in accounts.accounts(connection)}
    rows = access_log.accesses_to_cases(connection, refs)
    return AccessReport(refs, tuple(_line(row, known.get(row.username)) for row in rows))


def _line(row: Row[Any], account: Row[Any] | None) -> AccessLine:
    name = account.name if account is not None else row.username
    role = ROLES.get(account.role, account.role) if account is not None else "no account any more"
    return AccessLine(row.at, row.username, name, role, row.case_ref, row.what, row.reason)
