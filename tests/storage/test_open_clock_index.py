"""Due lists and the nightly sweep read open clocks by an index, never the whole table."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from ehcp_flow.storage import clock_table


@pytest.fixture
def plan_of(office, database_kind):
    """How SQLite answers a query that some function asks."""
    if database_kind != "sqlite":
        pytest.skip("the plan of PostgreSQL depends on how full the table is")

    def explain(ask) -> str:
        asked = []
        with office.database.read() as connection:
            event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2:4]))
            list(ask(connection))
            statement, parameters = next(each for each in asked if " clock" in each[0])
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(row[-1] for row in rows)

    return explain


@pytest.mark.parametrize("last_night", [date(2026, 1, 5), None])
def test_the_sweep_reads_nothing_but_the_index(plan_of, last_night):
    plan = plan_of(lambda connection: clock_table.fallen_due(connection, last_night, date(2026, 1, 6)))
    assert "SEARCH clock USING COVERING INDEX ix_clock_open_by_due_date (due_on" in plan
    assert "TEMP B-TREE" not in plan, "it comes in the index's own order"


def test_warnings_are_read_from_nothing_but_an_index(plan_of):
    plan = plan_of(lambda connection: clock_table.come_near(connection, date(2026, 1, 5), date(2026, 1, 6)))
    assert "SEARCH clock USING COVERING INDEX ix_clock_open_by_warning_date (warn_on" in plan


@pytest.mark.parametrize("wanted", [{}, {"officer": "asmith"}, {"team": "North"}])
def test_the_due_list_finds_open_clocks_by_their_due_date(plan_of, wanted):
    plan = plan_of(lambda connection: clock_table.open_clocks(connection, date(2026, 2, 2), **wanted))
    assert "SEARCH clock USING INDEX ix_clock_open_by_due_date (due_on<?)" in plan.replace("COVERING ", "")
    assert "SCAN" not in plan


def test_one_case_is_found_by_its_reference(plan_of):
    plan = plan_of(lambda connection: clock_table.clocks_of(connection, "X1"))
    assert plan == "SEARCH clock USING PRIMARY KEY (case_ref=?)"
