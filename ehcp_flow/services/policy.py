"""Who may do what: the one place that decides. What is not allowed here is refused.

A role holds permissions; a scope says for which teams' cases. Every route of the web application names a permission,
and the application does not start with one that does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ehcp_flow.errors import EhcpError

ALL_TEAMS: Final = "*"
PUBLIC: Final = "public"
"""Open to whoever asks, signed in or not: the sign-in page, its styles, whether the service is up."""

CASE_OFFICER: Final = "case_officer"
SENIOR: Final = "senior_case_manager"
DIRECTOR: Final = "director"
ANALYST: Final = "analyst"
ADVICE_GIVER: Final = "advice_giver"
ADMINISTRATOR: Final = "administrator"

ROLES: Final[dict[str, str]] = {
    CASE_OFFICER: "Case officer",
    SENIOR: "Senior case manager",
    DIRECTOR: "Director (figures only)",
    ANALYST: "Analyst (no names unless granted)",
    ADVICE_GIVER: "Advice-giver (own requests only)",
    ADMINISTRATOR: "Administrator (no case content)",
}

_EVERYBODY = frozenset(ROLES)
_CASEWORK = frozenset({CASE_OFFICER, SENIOR})

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "account.own": _EVERYBODY,  # change one's password, sign out, see one's own account
    "law.read": _EVERYBODY,
    "work.read": _CASEWORK,  # lists of what is due
    "case.read": _CASEWORK,
    "case.record": _CASEWORK,  # record, correct, open
    "case.hand_over": _CASEWORK,
    "case.break_glass": _CASEWORK,  # see a case of another team, with a reason
    "person.search": _CASEWORK,
    "feed.own": _CASEWORK,  # one's own due dates in a calendar
    "team.read": frozenset({CASE_OFFICER, SENIOR}),
    "team.manage": frozenset({SENIOR}),  # reassign, cover, absences
    "advice.read": frozenset({CASE_OFFICER, SENIOR, ADVICE_GIVER}),
    "figures.read": frozenset({CASE_OFFICER, SENIOR, DIRECTOR, ANALYST}),
    "figures.cases": frozenset({SENIOR, ANALYST}),  # the cases behind a figure
    "figures.packs": frozenset({SENIOR, DIRECTOR, ANALYST}),
    "import.run": frozenset({SENIOR}),
    "access.report": frozenset({SENIOR}),  # who saw a person's cases
    "admin.users": frozenset({ADMINISTRATOR}),
    "admin.calendar": frozenset({ADMINISTRATOR}),
    "admin.settings": frozenset({ADMINISTRATOR}),
    "admin.runs": frozenset({ADMINISTRATOR}),
    "admin.tokens": frozenset({ADMINISTRATOR}),
    "admin.webhooks": frozenset({ADMINISTRATOR}),
}


class NotSignedIn(EhcpError):
    """Nobody is signed in, and the page is not for everybody."""


class NotPermitted(EhcpError):
    """The role or the scope of whoever is signed in does not reach this."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is at work: an account, with the teams whose cases it reaches (`None` for all of them).

    `officer` is the officer they are when they hold cases; `provider` is whom an advice-giver answers for.
    """

    username: str
    name: str
    role: str
    teams: frozenset[str] | None = field(default_factory=frozenset)
    officer: str | None = None
    team: str | None = None
    provider: str | None = None
    names_granted: bool = False

    @property
    def sees_names(self) -> bool:
        """Whether names of children and young people may be shown to them."""
        return self.role in _CASEWORK or (self.role == ANALYST and self.names_granted)

    def reaches(self, team: str | None, officer: str | None = None) -> bool:
        """Whether a case of `team`, held by `officer`, is within their scope. One of no team is open to casework."""
        if self.teams is None or (officer is not None and officer == self.officer):
            return True
        return team in self.teams if team else self.role in _CASEWORK


def may(actor: Actor | None, permission: str) -> bool:
    """Whether `actor` (`None`: nobody is signed in) holds a permission. One that is not known is held by nobody."""
    if permission == PUBLIC:
        return True
    return actor is not None and actor.role in PERMISSIONS.get(permission, frozenset())


def must_be_allowed(actor: Actor | None, permission: str) -> None:
    """Raises NotSignedIn or NotPermitted where `may` says no."""
    if may(actor, permission):
        return
    if actor is None:
        raise NotSignedIn("Sign in first.")
    role = ROLES.get(actor.role, actor.role)
    raise NotPermitted(
        "You cannot use this page.", f"Your role is: {role}.", "If you need it for your work, ask your administrator."
    )
