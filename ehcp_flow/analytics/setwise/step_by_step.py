"""Clocks whose events must be walked through one after the other: a few, but all of them at once.

Each clock is a row that says where it stands. At every step all rows are joined to the events that touch their clock,
and each moves on with the first event that changes anything. What is not settled then goes through the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.places import PER_DAY, code_of, day_of
from ehcp_flow.engine.compiled import Role

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.analytics.setwise.law_in_numbers import Plan, Process

Frame = nw.LazyFrame[Any]

MOST_STEPS = 8
"""Changes a clock may go through here: a start, a stop, a revival, …"""

CLOCK = ("case_ref", "rule", "subject")
_ROLES = 2**3
_ANY = -1


class Stand(IntEnum):
    """Where a clock stands while its events are walked through."""

    NOT_YET = 0
    OPEN = 1
    STOPPED = 2
    DROPPED = 3
    BEYOND_US = 4


def touches(events: Frame, unclear: Frame, known: Iterable[Process], backend: Backend) -> Frame:
    """Every event that touches one of the `unclear` clocks: a row for each event and clock, with its `step`.

    The step orders events by place and, of one event, its effects as the engine takes them.
    """
    plans = [plan for each in known for plan in each.plans]
    roles = backend.table(_role_table(plans))
    found = events.join(roles, on="code").join(unclear.select("case_ref", "rule").unique(), on=["case_ref", "rule"])
    day = day_of(nw.col("place"))
    in_time = (nw.col("role") != Role.START) | day.is_between(nw.col("first_day"), nw.col("last_day"))
    for plan in plans:
        for name, value in plan.rule.only_when.items():
            carries = (nw.col(name) == value).fill_null(False)
            in_time &= (nw.col("role") != Role.START) | (nw.col("rule") != plan.number) | carries
    subject = _subject({plan.each for plan in plans if plan.each})
    told = found.filter(in_time).with_columns(step=nw.col("place") * _ROLES + nw.col("role"), subject=subject)
    kept = told.select("case_ref", "rule", "subject", "role", "undoes", "step", "is_split")
    return _for_every_subject(backend.hold(kept))


def _role_table(plans: Iterable[Plan]) -> dict[str, list[Any]]:
    names = ("code", "rule", "role", "undoes", "each", "is_split", "first_day", "last_day")
    rows = [
        (code, plan.number, int(role), undoes, plan.each or "", bool(plan.each), plan.first_day, plan.last_day)
        for plan in plans
        for role, code, undoes in _roles(plan)
    ]
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _roles(plan: Plan) -> Iterator[tuple[Role, int, int]]:
    yield from ((Role.START, code, _ANY) for code in plan.starts)
    yield from ((Role.STOP, code, _ANY) for code in plan.stops)
    yield from ((Role.DROP, code, _ANY) for code in plan.drops)
    yield from ((Role.REVIVE, code, _ANY if undone is None else undone) for code, undone in plan.revivals)


def _subject(details: Iterable[str]) -> nw.Expr:
    """Whom a clock is for; nothing where the rule has one clock for all."""
    found: nw.Expr = nw.when(nw.col("each") == "").then(nw.lit(""))
    for name in details:
        found = nw.when(nw.col("each") == name).then(nw.col(name)).otherwise(found)
    return found


def _for_every_subject(told: Frame) -> Frame:
    """An event that names nobody, such as a withdrawal, touches the clock of everybody it was started for."""
    is_for_all = nw.col("subject").is_null()
    subjects = told.filter(~is_for_all, nw.col("role") == Role.START).select(*CLOCK).unique()
    spread = told.filter(is_for_all).drop("subject").join(subjects, on=["case_ref", "rule"])
    columns = (*CLOCK, "role", "undoes", "step", "is_split")
    return nw.concat([told.filter(~is_for_all).select(*columns), spread.select(*columns)])


def answered_at_once(found: Frame) -> Frame:
    """Cases where somebody answered, by the order recorded, before being asked the same day: for the engine to tell."""
    stop, start = nw.col("role") == Role.STOP, nw.col("role") == Role.START
    split = found.filter(nw.col("is_split")).with_columns(
        day=nw.col("step") // (PER_DAY * _ROLES),
        stop=nw.when(stop).then(nw.col("step")),
        start=nw.when(start).then(nw.col("step")),
    )
    days = split.group_by(*CLOCK, "day").agg(nw.col("stop").min(), nw.col("start").max())
    return days.filter(nw.col("stop") < nw.col("start")).select("case_ref").unique()


def walked(found: Frame, known: Iterable[Process], backend: Backend) -> Frame:
    """Where every clock stands after all its events: `started`, `ended` (places) and `stand`."""
    restarting = [plan.number for each in known for plan in each.plans if plan.restarts]
    nothing = nw.lit(None).cast(nw.Int64)
    clocks = found.filter(nw.col("role") == Role.START).select(*CLOCK).unique()
    clocks = clocks.with_columns(
        restarts=nw.col("rule").is_in(restarting),
        at=nw.lit(0).cast(nw.Int64),
        stand=nw.lit(int(Stand.NOT_YET)).cast(nw.Int64),
        started=nothing,
        ended=nothing,
    )
    events = found.select(*CLOCK, "role", "undoes", "step")
    walk = backend.hold(_with_next(clocks, events))
    for _ in range(MOST_STEPS):
        if not _goes_on(walk):
            break
        walk = backend.hold(_with_next(_moved(walk), events))
    unsettled = ~nw.col("next").is_null()
    beyond = nw.when(unsettled).then(nw.lit(int(Stand.BEYOND_US)).cast(nw.Int64)).otherwise(nw.col("stand"))
    return walk.with_columns(stand=beyond).drop("next")


def _goes_on(walk: Frame) -> bool:
    """Whether there is a next step for any clock."""
    furthest = walk.select(nw.col("next").max()).collect("pyarrow").to_dict(as_series=False)["next"]
    return furthest[0] is not None


def _with_next(clocks: Frame, events: Frame) -> Frame:
    """Each clock with the `next` step that changes it, if there is one."""
    joined = clocks.join(events, on=list(CLOCK), how="left")
    changes = (nw.col("step") > nw.col("at")) & _changes()
    steps = joined.with_columns(next=nw.when(changes).then(nw.col("step")))
    return steps.group_by(*CLOCK, "restarts", "at", "stand", "started", "ended").agg(nw.col("next").min())


def _changes() -> nw.Expr:
    """Whether an event changes a clock that stands as it does."""
    role, stand = nw.col("role"), nw.col("stand")
    is_over = stand.is_in([Stand.STOPPED, Stand.DROPPED])
    begins = (stand == Stand.NOT_YET) | (stand == Stand.DROPPED) | (nw.col("restarts") & (stand != Stand.BEYOND_US))
    undoes = (nw.col("undoes") == _ANY) | (nw.col("undoes") == code_of(nw.col("ended")))
    return (
        ((role == Role.START) & begins)
        | (role.is_in([Role.STOP, Role.DROP]) & (stand == Stand.OPEN))
        | ((role == Role.REVIVE) & is_over & undoes.fill_null(False))
    )


def _moved(clocks: Frame) -> Frame:
    """Each clock after its next step."""
    moved = clocks.with_columns(role=nw.col("next") % _ROLES, there=nw.col("next") // _ROLES)
    is_second = (nw.col("stand") == Stand.STOPPED) | ((nw.col("stand") == Stand.DROPPED) & ~nw.col("restarts"))
    starts = (nw.col("role") == Role.START).fill_null(False)
    ends = nw.col("role").is_in([Role.STOP, Role.DROP]).fill_null(False)
    revives = (nw.col("role") == Role.REVIVE).fill_null(False)
    started = nw.when(starts & ~is_second).then(nw.col("there")).otherwise(nw.col("started"))
    still_ended = nw.when(~starts & ~revives).then(nw.col("ended"))
    return moved.with_columns(
        at=nw.coalesce("next", "at"),
        stand=_new_stand(starts & is_second, starts | revives),
        started=started,
        ended=nw.when(ends).then(nw.col("there")).otherwise(still_ended),
    ).drop("role", "there", "next")


def _new_stand(is_second_period: nw.Expr, opens: nw.Expr) -> nw.Expr:
    def stand(each: Stand) -> nw.Expr:
        return nw.lit(int(each)).cast(nw.Int64)

    role = nw.col("role")
    dropped = nw.when(role == Role.DROP).then(stand(Stand.DROPPED)).otherwise(nw.col("stand"))
    stopped = nw.when(role == Role.STOP).then(stand(Stand.STOPPED)).otherwise(dropped)
    opened = nw.when(opens).then(stand(Stand.OPEN)).otherwise(stopped)
    return nw.when(is_second_period).then(stand(Stand.BEYOND_US)).otherwise(opened)
