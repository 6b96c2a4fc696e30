"""Which entries of all journals count on a day, as far as was known at a moment: `engine.history` for a population."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import narwhals as nw

from ehcp_flow.engine.event import ADMINISTRATIVE, RETRACTED

LONGEST_CHAIN = 4
"""Corrections of corrections followed set-wise; a case with a longer chain goes through the engine."""

_CASE_AND_SEQ = ["case_ref", "seq"]


def known_by(entries: nw.LazyFrame[Any], known_at: datetime | None) -> nw.LazyFrame[Any]:
    """The entries recorded by `known_at`."""
    return entries if known_at is None else entries.filter(nw.col("recorded_at") <= known_at)


def corrections(known: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Entries that correct another, each with the `first` entry of its chain; `is_cut` where that goes on."""
    corrects = known.filter(~nw.col("corrects").is_null()).select("case_ref", "seq", "corrects")
    earlier = corrects.select("case_ref", nw.col("corrects").alias("before"), first=nw.col("seq"))
    chain = corrects.with_columns(first=nw.col("corrects"))
    for _ in range(LONGEST_CHAIN):
        chain = chain.join(earlier, on=["case_ref", "first"], how="left")
        chain = chain.with_columns(first=nw.coalesce("before", "first")).drop("before")
    rest = earlier.select("case_ref", "first", is_cut=~nw.col("before").is_null())
    return chain.join(rest, on=["case_ref", "first"], how="left").with_columns(is_cut=nw.col("is_cut").fill_null(False))


def seen(
    known: nw.LazyFrame[Any], corrected: nw.LazyFrame[Any], as_of: date, details: Sequence[str]
) -> nw.LazyFrame[Any]:
    """Events that stand on `as_of`, with their `turn`: the number of the entry that first told of them."""
    fate = _fate(corrected)
    facts = known.filter(~nw.col("event").is_in([*ADMINISTRATIVE])).join(fate, on=_CASE_AND_SEQ, how="left")
    standing = facts.filter(nw.col("stands").fill_null(True), nw.col("happened_on") <= as_of)
    turn = nw.coalesce("first", "seq").cast(nw.Int64)
    return standing.select("case_ref", "workflow", "event", "happened_on", *details, turn=turn)


def _fate(corrected: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """What became of every entry that corrects or was corrected: whether it stands, and the first of its chain.

    If several correct the same fact and none of them another, the latest stands.
    """
    replaced = corrected.select("case_ref", nw.col("corrects").alias("seq")).unique(_CASE_AND_SEQ)
    unreplaced = corrected.join(replaced, on=_CASE_AND_SEQ, how="anti")
    latest = unreplaced.group_by("case_ref", "first").agg(latest=nw.col("seq").max())
    standing = unreplaced.join(latest, on=["case_ref", "first"]).with_columns(stands=nw.col("seq") == nw.col("latest"))
    gone = replaced.select(*_CASE_AND_SEQ, first=nw.col("seq"), stands=nw.lit(False))
    return nw.concat([standing.select(*_CASE_AND_SEQ, "first", "stands"), gone])


def beyond_us(corrected: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Cases whose corrections are chained too long, or name an entry that came after them."""
    odd = corrected.filter(nw.col("is_cut") | (nw.col("corrects") >= nw.col("seq")))
    return odd.select("case_ref").unique("case_ref")


__all__ = ["RETRACTED", "beyond_us", "corrections", "known_by", "seen"]
