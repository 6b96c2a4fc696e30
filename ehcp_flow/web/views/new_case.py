"""The form that opens a case: whom it is about, read and checked field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ehcp_flow.intake.identifiers import read_postcode, read_upn
from ehcp_flow.services.open_case import NewPerson
from ehcp_flow.today import today
from ehcp_flow.web.views.event_form import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.web.forms import Form

GIVEN, FAMILY, BORN, UPN = "given_name", "family_name", "born", "upn"
SEX, POSTCODE, LOOKED_AFTER, SAME = "sex", "postcode", "looked_after", "same_person"
SEXES: Final = (Choice("", "Not known yet"), Choice("F", "Female"), Choice("M", "Male"))
SAMES: Final = (
    Choice("yes", "Yes, it is the same child or young person"),
    Choice("no", "No, the number is wrong", "Correct it above."),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A way to open a case."""

    title: str
    path: str
    dated: str


def openings(
    workflows: Mapping[str, Workflow], path_of: Callable[[str, str], str]
) -> list[tuple[Workflow, tuple[Opening, ...]]]:
    """Every process with the events that open a case of it, those last that others call for.

    `path_of(workflow, event)` gives the address of the form.
    """
    rules = [rule for workflow in workflows.values() for rule in workflow.events.values()]
    later = {rule.opens.workflow for rule in rules if rule.opens}
    return [
        (each, tuple(Opening(rule.title, path_of(each.workflow, rule.id), rule.dated) for rule in each.opening_events))
        for each in sorted(workflows.values(), key=lambda workflow: workflow.workflow in later)
    ]


def read_person(form: Form) -> NewPerson | None:
    """The child or young person as typed; None where nothing was, which is noted in the form."""
    given = form.text(GIVEN, "the given name", is_needed=False, longest=100)
    family = form.text(FAMILY, "the family name", is_needed=False, longest=100)
    if not given and not family:
        form.refuse(FAMILY, "Enter a name: without one the case cannot be found again")
    born = form.day(BORN, "the date of birth", is_needed=False)
    if born is not None and born > today():
        form.refuse(BORN, "The date of birth must be in the past")
    sex = form.choice(SEX, "a sex", [each.value for each in SEXES], is_needed=False)
    upn, postcode = _checked(form, UPN, "The unique pupil number"), _checked(form, POSTCODE, "The postcode")
    if not form.is_good:
        return None
    looked_after = form.raw(LOOKED_AFTER) == "yes"
    return NewPerson(given, family, born, upn or None, None, sex or None, postcode or None, looked_after)


def _checked(form: Form, name: str, title: str) -> str:
    """A number or postcode without its blanks; what is wrong with it is noted in the form."""
    typed = form.text(name, title, is_needed=False, longest=20)
    value, wrong = (read_upn if name == UPN else read_postcode)(typed) if typed else ("", "")
    if wrong:
        form.refuse(name, f"{title} {wrong}")
    return value
