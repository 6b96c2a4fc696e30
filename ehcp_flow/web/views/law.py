"""The workflow files as pages show them: each limit in plain words, its text linked, and how well it was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.engine.words import lower_first, plain_date
from ehcp_flow.law.citation import CHECK_MARKS, Citation

if TYPE_CHECKING:
    from ehcp_flow.engine.examples import Result
    from ehcp_flow.law.check import Unverified
    from ehcp_flow.law.citation import Citations
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.exception_rule import ExceptionRule, ExceptionUse
    from ehcp_flow.law.in_force import InForce
    from ehcp_flow.law.test_table import Example
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.check_workflows import Tested

BASIS = {"law": "Law", "guidance": "Guidance, not law", "local": "A local target"}
COUNTING = {
    "next_day": "The first day is not counted",
    "first_day": "The first day is counted",
    None: "A fixed day of the year",
}
OUTCOMES = {
    "in_time": "in time",
    "breach": "a breach",
    "running": "still running",
    "excepted": "lifted by an exception",
    "dropped": "fallen away",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision in words, with the address of its text."""

    words: str
    link: str


@dataclass(frozen=True, slots=True)
class ShownSource:
    """What a limit rests on: its basis, its provisions, and for whom, where that differs."""

    basis: str
    cites: tuple[Cited, ...]
    check: str
    meaning: str
    applies_to: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class ShownException:
    """An exception a limit allows: what must be true, its paragraph, and what this paragraph changes."""

    title: str
    meaning: str
    cites: tuple[Cited, ...]
    besides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownClock:
    """One time limit, ready to be read."""

    id: str
    title: str
    duty_on: str
    each: str
    limits: tuple[str, ...]
    counting: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    drops: tuple[str, ...]
    revives: tuple[str, ...]
    conditions: tuple[str, ...]
    exceptions: tuple[ShownException, ...]
    sources: tuple[ShownSource, ...]
    warning: str
    examples: int


def shown_clocks(workflow: Workflow, tested: Tested) -> list[ShownClock]:
    """Every limit of a process, in the order of the statute."""
    return [_shown_clock(workflow, rule, tested) for rule in workflow.clocks.values()]


def _shown_clock(workflow: Workflow, rule: ClockRule, tested: Tested) -> ShownClock:
    return ShownClock(
        id=rule.id,
        title=rule.title,
        duty_on=rule.duty_on.replace("_", " "),
        each=(rule.one_for_each or "").replace("_", " "),
        limits=tuple(_limits(rule)),
        counting=COUNTING[rule.counting],
        starts=_titles(workflow, rule.starts_on),
        stops=_titles(workflow, rule.stops_on),
        drops=_titles(workflow, rule.dropped_on),
        revives=tuple(_revivals(workflow, rule)),
        conditions=tuple(_conditions(workflow, rule)),
        exceptions=tuple(_exception(workflow, name, use, rule) for name, use in rule.unless.items()),
        sources=tuple(_sources(workflow, rule)),
        warning=f"{rule.warn_from} before" if rule.warn_from else "",
        examples=sum(rule.id in clocks_of(result.example) for result in tested.results),
    )


def _titles(workflow: Workflow, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(workflow.events[name].title for name in names)


def cited(workflow: Workflow, cites: Citations) -> tuple[Cited, ...]:
    """The provisions in words, each with a link to its text."""
    return tuple(Cited(each.in_words(workflow.sources), each.link(workflow.sources)) for each in cites)


def _limits(rule: ClockRule) -> Iterator[str]:
    if rule.by:
        yield _capital(rule.wording(rule.by))
    for dated in rule.limits:
        when = f" ({in_force(dated.in_force)})" if len(rule.limits) > 1 else ""
        yield _capital(rule.wording(dated.limit)) + when


def in_force(period: InForce) -> str:
    """`for what began from 1 May 2020 to 25 September 2020`."""
    first = f"from {plain_date(period.first)}" if period.first else ""
    last = f"to {plain_date(period.last)}" if period.last else ""
    return " ".join(part for part in ("for what began", first, last) if part) if first or last else "always"


def _revivals(workflow: Workflow, rule: ClockRule) -> Iterator[str]:
    for name, undone in rule.revived_on.items():
        after = " or ".join(lower_first(title) for title in _titles(workflow, undone))
        yield workflow.events[name].title + (f", after: {after}" if after else "")


def _conditions(workflow: Workflow, rule: ClockRule) -> Iterator[str]:
    if rule.arises_on:
        yield f"It exists only once one of these has happened: {'; '.join(_titles(workflow, rule.arises_on))}"
    for detail, value in rule.only_when.items():
        yield f"Only when {detail.replace('_', ' ')}: {value}"
    if rule.breach_only_when:
        yield "It is broken only by a late step, never by waiting"
    if rule.leaves_time:
        yield "A period to be left to somebody: acting inside it is a breach"
    if rule.if_repeated == "restart":
        yield "It starts again if the step that starts it is repeated"
    if str(rule.in_force) != "always":
        yield f"In force {in_force(rule.in_force)}"


def _exception(workflow: Workflow, name: str, use: ExceptionUse, rule: ClockRule) -> ShownException:
    exception = workflow.exceptions[name]
    besides = []
    if use.lasts_at_least:
        besides.append(f"Here it must last at least {use.lasts_at_least}")
    if use.in_force:
        besides.append(f"It must have begun {in_force(use.in_force).removeprefix('for what began ')}")
    if use.check and use.check != rule.check:
        besides.append(f"Check {use.check}: {CHECK_MARKS[use.check]}")
    if use.note:
        besides.append(use.note)
    cites = tuple(each for each in cited(workflow, use.cite))
    return ShownException(exception.title, exception.meaning, cites, tuple(besides))


def _sources(workflow: Workflow, rule: ClockRule) -> Iterator[ShownSource]:
    for entry in rule.basis_when:
        values = ", ".join(value.replace("_", " ") for value in entry.is_)
        yield ShownSource(
            entry.basis,
            cited(workflow, entry.cite),
            entry.check,
            CHECK_MARKS[entry.check],
            values,
            entry.reading or "",
        )
    others = "all others" if rule.basis_when else ""
    yield ShownSource(
        rule.basis, cited(workflow, rule.cite), rule.check, CHECK_MARKS[rule.check], others, rule.reading or ""
    )


def exception_facts(rule: ExceptionRule) -> Iterator[str]:
    """What is asked of an exception beside its meaning: its days and its length."""
    yield f"Its first day is {rule.dated}"
    if rule.until:
        yield f"Its last day is {rule.until}"
    if rule.lasts_at_least:
        inside = ", counting only days inside the period of the limit" if rule.measured == "in_the_period" else ""
        yield f"At least {rule.lasts_at_least}{inside}"


def clocks_of(example: Example) -> set[str]:
    """The limits an example says something about, without the one each is for."""
    named = (*example.expect.clocks, *example.expect.no_clock)
    return {name.partition("[")[0] for name in named}


@dataclass(frozen=True, slots=True)
class ShownExample:
    """An example of the table beside the file: its history and what must come out, and whether it does."""

    name: str
    why: str
    as_of: str
    history: tuple[str, ...]
    expected: tuple[str, ...]
    differences: tuple[str, ...]


def shown_examples(workflow: Workflow, results: Iterable[Result], clock: str | None = None) -> list[ShownExample]:
    """The examples run just now, or only those about one limit."""
    return [
        _shown_example(workflow, result) for result in results if clock is None or clock in clocks_of(result.example)
    ]


def _shown_example(workflow: Workflow, result: Result) -> ShownExample:
    example = result.example
    known = f", as known at the end of {plain_date(example.known_at)}" if example.known_at else ""
    return ShownExample(
        example.name,
        example.why,
        plain_date(example.as_of) + known,
        tuple(_history(workflow, example)),
        tuple(_expected(workflow, example)),
        result.differences,
    )


def _history(workflow: Workflow, example: Example) -> Iterator[str]:
    for line in example.history:
        rule = workflow.events.get(line.event)
        said = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in line.details.items())
        title = rule.title if rule else line.event.replace("_", " ")
        late = f"; recorded on {line.recorded_at:%-d %B %Y}" if line.recorded_at else ""
        corrects = f"; corrects line {line.corrects}" if line.corrects else ""
        yield f"{plain_date(line.happened_on)}: {title}" + (f" ({said})" if said else "") + late + corrects


def _expected(workflow: Workflow, example: Example) -> Iterator[str]:
    if example.expect.state:
        yield f"The case stands at: {workflow.state_title(example.expect.state)}"
    for name, clock in example.expect.clocks.items():
        rule = workflow.clocks.get(name.partition("[")[0])
        subject = name.partition("[")[2].rstrip("]").replace("_", " ")
        parts = [f"due {plain_date(clock.due_on)}"] if clock.due_on else []
        parts += [OUTCOMES[clock.outcome]] if clock.outcome else []
        parts += [f"after {clock.days_taken} days"] if clock.days_taken is not None else []
        parts += [f"{clock.days_late} days late"] if clock.days_late else []
        title = (rule.title if rule else name) + (f" ({subject})" if subject else "")
        yield f"{title}: {', '.join(parts) or 'there is such a limit'}"
    for name in example.expect.no_clock:
        yield f"No limit: {name.replace('_', ' ')}"
    for words in example.expect.findings:
        yield f"A finding says: {words}"


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule nobody has compared with the primary text, in words."""

    title: str
    anchor: str
    provision: str
    check: str
    meaning: str


def unchecked(workflow: Workflow, found: Iterable[Unverified]) -> list[Unchecked]:
    """What `ehcp workflows check` lists, for people."""
    shown = []
    for each in found:
        clock, _, more = each.rule.partition(" ")
        besides = more.replace("_", " ")
        title = workflow.clocks[clock].title + (f", {besides}" if besides else "")
        words = "; ".join(Citation.read(part).in_words(workflow.sources) for part in each.cite.split(";"))
        shown.append(Unchecked(title, clock, words, each.check, each.meaning))
    return shown


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
