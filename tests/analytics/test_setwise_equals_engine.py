"""Clocks derived set-wise are those the engine derives case by case: on every example and on journals at random."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache

import pytest

from ehcp_flow.engine.event import LONG_AGO, Event
from ehcp_flow.engine.history import history
from ehcp_flow.law.load import load_folder
from ehcp_flow.law.test_table import read_table, table_files
from ehcp_flow.law.workflow import Workflow
from ehcp_flow.settings import shipped_workflows
from tests.analytics.setwise_harness import (
    BACKENDS,
    Journals,
    by_the_engine,
    differences,
    made_at_random,
    rows_by_case,
    set_wise,
)

FAR = date(2050, 1, 1)
WORKFLOWS = load_folder(shipped_workflows())


def examples() -> Iterator[tuple[Workflow, list[Event]]]:
    """Every history of the shipped tables, cut as the example says it is seen; each a case of its own."""
    for name, workflow in WORKFLOWS.items():
        examples_of = [each for path in table_files(shipped_workflows() / f"{name}.yaml") for each in read_table(path)]
        for number, example in enumerate(examples_of):
            events = [
                Event(f"{name}-{number}", seq, line.event, line.happened_on, line.recorded_at or LONG_AGO,
                      details=line.details, corrects=line.corrects)
                for seq, line in enumerate(example.history, 1)
            ]  # fmt: skip
            known_at = datetime.combine(example.known_at, time.max, UTC) if example.known_at else None
            seen = history(events, example.as_of, known_at)
            if seen:
                yield workflow, events
                yield workflow, [replace(each, case_ref=f"{each.case_ref}-cut", corrects=None) for each in seen]


@cache
def journals_at_random(cases: int, seed: int) -> Journals:
    dice = random.Random(seed)
    chosen = [dice.choice(list(WORKFLOWS.values())) for _ in range(cases)]
    return [(workflow, made_at_random(workflow, number, dice)) for number, workflow in enumerate(chosen)]


MOMENTS = [(FAR, None), (date(2021, 6, 1), None), (date(2022, 1, 1), datetime(2021, 3, 1, tzinfo=UTC))]


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_example_of_the_shipped_tables_comes_out_alike(backend):
    journals = list(examples())
    found, left = set_wise(journals, WORKFLOWS, backend, FAR)
    assert list(differences(by_the_engine(journals, FAR), found, left)) == []
    assert len(left) < len(journals) / 10


@pytest.mark.parametrize("as_of, known_at", MOMENTS)
def test_thousands_of_journals_at_random_come_out_alike(as_of, known_at):
    journals = journals_at_random(2500, seed=1)
    found, left = set_wise(journals, WORKFLOWS, "polars", as_of, known_at)
    assert list(differences(by_the_engine(journals, as_of, known_at), found, left)) == []
    assert sum(map(len, found.values())) > 3_000


def test_journals_at_random_come_out_alike_on_duckdb():
    as_of, known_at = MOMENTS[2]
    journals = journals_at_random(800, seed=2)
    found, left = set_wise(journals, WORKFLOWS, "duckdb", as_of, known_at)
    assert list(differences(by_the_engine(journals, as_of, known_at), found, left)) == []
    assert sum(map(len, found.values())) > 1_000


def test_of_journals_in_lawful_order_fewer_than_one_in_ten_is_left_to_the_engine():
    dice = random.Random(3)
    workflow = WORKFLOWS["annual_review"]
    journals = [(workflow, made_at_random(workflow, number, dice, is_wild=False)) for number in range(1000)]
    tidy = [(each, [event for event in events if event.corrects is None]) for each, events in journals]
    assert len(set_wise(tidy, WORKFLOWS, "polars", FAR)[1]) < 100


def test_a_difference_would_be_seen():
    journals = journals_at_random(20, seed=4)
    engine = by_the_engine(journals, FAR)
    late = {case: {(*row[:7], FAR, *row[8:]) for row in rows} for case, rows in engine.items()}
    assert len(list(differences(engine, late, set()))) > 10
    with pytest.raises(AssertionError, match="twice"):
        rows_by_case([*next(iter(engine.values()))] * 2)
