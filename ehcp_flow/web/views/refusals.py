"""A refusal of a service in the words of a page: titles in the place of ids, and what to do on this page next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ehcp_flow.engine.words import lower_first, plain_date
from ehcp_flow.web.forms import NotADay, read_day

if TYPE_CHECKING:
    from ehcp_flow.errors import EhcpError
    from ehcp_flow.law.workflow import Workflow

_ID = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]{4,}\b")
_ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
# The page shows what is allowed, and of which case it is.
_LEFT_OUT = (
    (re.compile(r" Allowed (?:now|on [^:]+): [^.]*\."), ""),
    (re.compile(r"is not allowed while case \S+ is \w+\."), "does not fit there."),
)
_FOR_TYPISTS = re.compile(r"--|\behcp |\badd [a-z_]+=", re.IGNORECASE)


def refusal_words(workflow: Workflow, error: EhcpError) -> str:
    """What is wrong and why, for somebody at a form; advice that is meant for the command line is left out."""
    advice = "" if _FOR_TYPISTS.search(error.next) else error.next
    said = " ".join(part for part in (error.what, error.why, advice) if part)
    for pattern, instead in _LEFT_OUT:
        said = pattern.sub(instead, said)
    return _ISO_DAY.sub(_day, _ID.sub(lambda found: _title(workflow, found[0]), said)).replace("`", "")


def _title(workflow: Workflow, word: str) -> str:
    if word in workflow.events:
        return f"“{workflow.events[word].title}”"
    if "_" not in word and word not in workflow.states:
        return word
    if word in workflow.clocks:
        return f"“{workflow.clocks[word].title}”"
    if word in workflow.exceptions:
        return f"“{workflow.exceptions[word].title}”"
    if word in workflow.states:
        return f"at “{lower_first(workflow.state_title(word))}”" if "_" in word else word
    return word


def _day(found: re.Match[str]) -> str:
    try:
        return plain_date(read_day(found[0]))
    except NotADay:
        return found[0]
