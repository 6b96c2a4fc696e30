"""Cases whose events of one day the engine would put in another order than they were recorded in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.places import code_of, day_of
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.analytics.setwise.law_in_numbers import Process


def out_of_order(events: nw.LazyFrame[Any], known: Iterable[Process], backend: Backend) -> nw.LazyFrame[Any]:
    """Those of the cases that have a step that is not lawful, and two events on one day whose order is in question."""
    moves = [(code, state) for each in known for code, state in each.moves_to.items()]
    steps = [(state, code, True) for each in known for state, code in each.lawful_steps()]
    led_by = backend.table({"mover": [code for code, _ in moves], "stood": [state for _, state in moves]})
    names = ("stood", "code", "is_lawful")
    lawful = backend.table(dict(zip(names, map(list, zip(*steps, strict=True)), strict=True)))
    before = _with_what_came_before(events, [code for code, _ in moves])
    stood = before.join(led_by, on="mover", how="left").with_columns(stood=nw.col("stood").fill_null(NOT_STARTED))
    judged = stood.join(lawful, on=["stood", "code"], how="left")
    marks = judged.with_columns(
        unlawful=nw.when(nw.col("is_lawful").is_null()).then(nw.lit(1)).otherwise(nw.lit(0)),
        same_day=nw.when(nw.col("day") == nw.col("day_before")).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    cases = marks.group_by("case_ref").agg(nw.col("unlawful").max(), nw.col("same_day").max())
    return cases.filter(nw.col("unlawful") == 1, nw.col("same_day") == 1).select("case_ref")


def _with_what_came_before(events: nw.LazyFrame[Any], moving: list[int]) -> nw.LazyFrame[Any]:
    """Each event with the day of the one before it, and the last event before it that moved the case (`mover`)."""
    placed = events.select(
        "case_ref",
        "code",
        "place",
        day=day_of(nw.col("place")),
        moved=nw.when(nw.col("code").is_in(moving)).then(nw.col("place")).otherwise(nw.lit(0)),
    )
    until = placed.with_columns(until=nw.col("moved").cum_max().over("case_ref", order_by="place"))
    before = until.with_columns(
        mover=nw.col("until").shift(1).over("case_ref", order_by="place"),
        day_before=nw.col("day").shift(1).over("case_ref", order_by="place"),
    )
    mover = nw.when(nw.col("mover") > 0).then(code_of(nw.col("mover")))
    return before.with_columns(mover=mover)
