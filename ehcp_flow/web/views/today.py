"""The work list of a case officer: what is overdue and due, what to do next, and the way to the right form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ehcp_flow.engine.way import next_steps
from ehcp_flow.engine.words import lower_first, plain_date
from ehcp_flow.services.list_advice import AUTHORITY, subject_titles
from ehcp_flow.services.work_page import Shown
from ehcp_flow.web.links import case_path
from ehcp_flow.web.views.words import days_tone, subject_title
from ehcp_flow.web.words import days_left

if TYPE_CHECKING:
    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.work_page import WorkPage
    from ehcp_flow.web.views.words import Tone

FEW: Final = 10
"""How many lines of a group the overview shows."""

PAGE: Final = 50
"""How many lines a page of one group shows."""

ANYBODY: Final = "all"
NOBODY: Final = "nobody"

GROUPS: Final = {
    "overdue": ("Overdue", "The last day has passed and the step is not recorded."),
    "today": ("Due today", "Today is the last day in time."),
    "week": ("This week", "Due in the next 7 days."),
    "later": ("Next four weeks", "Due in 8 to 28 days."),
    "lifted": ("Limit lifted by an exception", "The day has passed. The step must follow as soon as practicable."),
}

SORTS: Final = {"due": "Due date", "case": "Case", "clock": "What is due", "officer": "Officer"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for in the address: whose work, which limits, in which order, and which page of which group."""

    officer: str = ""
    team: str = ""
    clock: str = ""
    basis: str = ""
    workflow: str = ""
    sort: str = "due"
    group: str = ""
    page: int = 1
    names: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """The filters in an address; what cannot be used is left out, so that an old link still opens."""
        said = {name: query.get(name, "").strip() for name in ("officer", "team", "clock", "names")}
        basis, sort, group, page = (query.get(name, "") for name in ("basis", "sort", "group", "page"))
        return cls(
            **said,
            basis=basis if basis in ("law", "guidance", "local") else "",
            workflow=query.get("workflow", ""),
            sort=sort if sort in SORTS else "due",
            group=group if group in GROUPS else "",
            page=int(page) if page.isdecimal() and 0 < len(page) < 7 else 1,
        )

    def link(self, **changes: Any) -> str:
        """The address of the list with some filters changed; only what is not usual stands in it."""
        new = replace(self, **changes)
        usual = Filters()
        said = {
            name: getattr(new, name) for name in self.__dataclass_fields__ if getattr(new, name) != getattr(usual, name)
        }
        return f"/today?{urlencode(said)}" if said else "/today"

    @property
    def are_set(self) -> bool:
        """Whether the list is narrowed."""
        return bool(self.team or self.clock or self.basis or self.workflow)


@dataclass(frozen=True, slots=True)
class Line:
    """A limit on the list."""

    case_ref: str
    case_path: str
    what: str
    subject: str
    basis: str
    due: str
    days: str
    tone: Tone
    holder: str
    remark: str
    next: str
    record_path: str
    explain_path: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The limits that fall due in one span of days: how many there are, and those that are shown."""

    key: str
    title: str
    hint: str
    total: int
    lines: tuple[Line, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a long group we are: the page, how many there are, and the addresses around it."""

    page: int
    last: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The whole list as the page shows it."""

    filters: Filters
    groups: tuple[Group, ...]
    counts: tuple[tuple[str, str, int], ...]
    ended: int
    pages: Pages | None = None
    case_refs: tuple[str, ...] = field(default=())

    @property
    def total(self) -> int:
        """How many limits the list holds, shown or not."""
        return sum(number for _, _, number in self.counts)


def today_page(work: WorkPage, workflows: Mapping[str, Workflow], filters: Filters, asked_for: str | None) -> TodayPage:
    """The list for the page; `asked_for` is whose list it is."""
    counts = tuple((key, GROUPS[key][0], work.counts[key]) for key in GROUPS if work.counts[key] or key != "lifted")
    pages = None
    if filters.group:
        pages = pages_of(work.counts[filters.group], filters.page, lambda page: filters.link(page=page))
    known = {each.username: each.name for each in work.officers}
    groups = []
    for key in [filters.group] if filters.group else work.lines:
        shown = work.lines.get(key, ())
        lines = tuple(_line(each, work, known, workflows[each.workflow], asked_for) for each in shown)
        more = filters.link(group=key, page=1) if work.counts[key] > len(shown) and not filters.group else None
        groups.append(Group(key, *GROUPS[key], work.counts[key], lines, more))
    refs = tuple(dict.fromkeys(line.case_ref for group in groups for line in group.lines))
    return TodayPage(filters, tuple(groups), counts, work.in_ended_cases, pages, refs)


def shown_lines(filters: Filters) -> Shown:
    """A page of a group that was asked for by itself, else the first few lines of each."""
    if not filters.group:
        return Shown(None, filters.sort, most=FEW)
    return Shown(filters.group, filters.sort, (filters.page - 1) * PAGE, PAGE)


def pages_of(total: int, page: int, link: Callable[[int], str]) -> Pages | None:
    """Where in `total` lines we are; None where one page holds them all."""
    last = -(-total // PAGE)
    if last <= 1:
        return None
    before = link(page - 1) if 1 < page <= last else None
    return Pages(page, last, before, link(page + 1) if page < last else None)


def _line(
    each: Observation, work: WorkPage, known: Mapping[str, str], workflow: Workflow, asked_for: str | None
) -> Line:
    rule = workflow.clocks[each.clock]
    left = each.days_left or 0
    subject = subject_title(workflow, rule, each.subject)
    holder, remark = _holder(each, work, known, asked_for)
    return Line(
        case_ref=each.case_ref,
        case_path=case_path(each.case_ref),
        what=rule.title,
        subject=subject,
        basis=each.basis,
        due=plain_date(each.due_on),
        days=days_left(left),
        tone="lifted" if each.is_excepted else days_tone(left),
        holder=holder,
        remark=remark,
        next=_next(each, workflow, subject),
        record_path=record_path(each, workflow),
        explain_path=case_path(each.case_ref, "clocks", each.name),
    )


def _holder(each: Observation, work: WorkPage, known: Mapping[str, str], asked_for: str | None) -> tuple[str, str]:
    """Who holds the case, and what a reader should know of them: away, gone, or covered by whose list it is."""
    if not each.officer:
        return each.team or "nobody", "no officer"
    name = known.get(each.officer)
    if name is None:
        return each.officer, "left"
    away = work.away.get(each.officer)
    if away is None or each.officer == asked_for:
        return name, ""
    if away.cover is not None and away.cover == asked_for:
        return name, "you cover"
    return name, f"away until {plain_date(away.last_day)}"


def steps_for(each: Observation, workflow: Workflow) -> tuple[str, ...]:
    """The events to record next for a limit."""
    return next_steps(workflow, each.state, workflow.clocks[each.clock])


def _next(each: Observation, workflow: Workflow, subject: str) -> str:
    """What to do next, in a few words."""
    steps = steps_for(each, workflow)
    if not steps:
        return "Look at the case: nothing that may come next meets this limit."
    titles = [workflow.events[name].title for name in steps[:3]]
    if subject and workflow.clocks[each.clock].duty_on != AUTHORITY:
        # A service is named by a title of ours; a school's name keeps its capitals.
        known = subject in subject_titles(workflow, workflow.clocks[each.clock]).values()
        return f"Chase {lower_first(subject) if known else subject} until: {lower_first(titles[0])}"
    return ", or ".join([titles[0], *map(lower_first, titles[1:])])


def record_path(each: Observation, workflow: Workflow) -> str:
    """Straight to the form of the event to record, filled in as far as is known; where there is a choice, to it."""
    steps = steps_for(each, workflow)
    if len(steps) != 1:
        return case_path(each.case_ref, "record", **({"clock": each.name} if steps else {}))
    detail = workflow.clocks[each.clock].one_for_each
    asked = workflow.events[steps[0]].details
    known = {detail: each.subject} if detail and each.subject and detail in asked else {}
    return case_path(each.case_ref, "record", steps[0], **known)


def with_names(page: TodayPage, names: Mapping[str, str]) -> TodayPage:
    """The list with the names of the children and young people beside the references."""
    groups = tuple(replace(group, lines=tuple(_named(group.lines, names))) for group in page.groups)
    return replace(page, groups=groups)


def _named(lines: Iterable[Line], names: Mapping[str, str]) -> Iterable[Line]:
    return (replace(line, name=names.get(line.case_ref, "")) for line in lines)
