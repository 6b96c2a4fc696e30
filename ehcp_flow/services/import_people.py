"""The people, officers and teams that an imported file names: found again where known, added where new."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ehcp_flow.storage import people
from ehcp_flow.storage.tables import Officer, Person, Team

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.intake.planned import PlannedCase, PlannedPerson

_NOT_FOR_USERNAMES = re.compile(r"[^a-z0-9]+")


class PeopleOfFile:
    """Who a file is about and who holds its cases, in one import."""

    def __init__(self, connection: Connection, cases: Sequence[PlannedCase]) -> None:
        self.connection, self.cases = connection, cases
        self._by_name = {each.name.casefold(): each for each in people.officers(connection)}
        self._by_username = {each.username.casefold(): each for each in people.officers(connection)}
        self._teams = set(people.teams(connection))
        self._usernames: dict[str, str] = {}
        self._team_of: dict[str, str | None] = {each.username: each.team for each in self._by_name.values()}
        self._refs: dict[str, str] = {}

    def add_officers(self) -> list[str]:
        """Add the teams and officers that are new; gives the officers' names."""
        named = dict.fromkeys((case.officer, case.team) for case in self.cases if case.officer or case.team)
        teams = dict.fromkeys(team for _, team in named if team and team not in self._teams)
        people.add(self.connection, Team, [{"name": team} for team in teams])
        self._teams.update(teams)
        added = []
        for officer, team in named:
            if not officer or self._username(officer):
                continue
            username = self._free_username(officer)
            people.add(self.connection, Officer, [{"username": username, "name": officer, "team": team or None}])
            self._usernames[officer.casefold()] = username
            self._team_of[username] = team or None
            added.append(officer)
        return added

    def _username(self, officer: str) -> str | None:
        key = officer.casefold()
        known = self._by_username.get(key) or self._by_name.get(key)
        return known.username if known else self._usernames.get(key)

    def _free_username(self, officer: str) -> str:
        plain = unicodedata.normalize("NFKD", officer).encode("ascii", "ignore").decode().lower()
        base = _NOT_FOR_USERNAMES.sub(".", plain).strip(".") or "officer"
        taken = {*self._by_username, *self._usernames.values()}
        return next(
            name for name in (base, *(f"{base}.{number}" for number in range(2, len(taken) + 3))) if name not in taken
        )

    def holder_of(self, case: PlannedCase) -> dict[str, str]:
        """The details of the case's assignment; empty where the file names nobody."""
        username = self._username(case.officer) if case.officer else None
        team = case.team or (self._team_of.get(username) if username else None)
        return {key: value for key, value in (("officer", username), ("team", team)) if value}

    def ref_of(self, case: PlannedCase) -> str | None:
        """The reference of the person a case is about, after `add_people`."""
        return self._refs.get(case.case_ref)

    def add_people(self, batch: Sequence[PlannedCase]) -> None:
        """Add the people of these cases that are new, and bring those we know up to date.

        A person is known by the unique pupil number, by the file's own reference, or by the case.
        """
        by_upn = people.people_by_upn(self.connection, [case.person.upn for case in batch if case.person.upn])
        wanted: dict[str, dict[str, Any]] = {}
        for case in batch:
            if not any(case.person):
                continue
            ref = by_upn.get(case.person.upn) or self._own_ref(case)
            if case.person.upn:
                by_upn[case.person.upn] = ref
            self._refs[case.case_ref] = ref
            wanted[ref] = {**wanted.get(ref, {}), **_facts(case.person)}
        known = people.known_refs(self.connection, Person, list(wanted))
        blank = {"given_name": "", "family_name": "", "looked_after": False, "flags": []}
        new = [{**_EMPTY, **blank, **facts, "person_ref": ref} for ref, facts in wanted.items() if ref not in known]
        people.add(self.connection, Person, new)
        for ref in known:
            people.update_person(self.connection, ref, wanted[ref])

    def _own_ref(self, case: PlannedCase) -> str:
        return f"P-{case.person.reference or case.case_ref}"


_EMPTY = {"date_of_birth": None, "upn": None, "nhs_number": None, "sex": None, "postcode": None}


def _facts(person: PlannedPerson) -> dict[str, Any]:
    """What the file says of a person; what it leaves empty says nothing."""
    return {key: value for key, value in person._asdict().items() if key != "reference" and value not in ("", None)}
