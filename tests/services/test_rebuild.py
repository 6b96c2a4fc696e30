"""The derived rows are a cache: `rebuild` remakes them row for row from the journal."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import delete, select, update

from ehcp_flow.errors import EhcpError
from ehcp_flow.services.assign import assign
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import rebuild, verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.storage.clock_table import clock_table, standing_table


def derived_rows(office):
    with office.database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in (standing_table, clock_table)
        }


@pytest.mark.parametrize("seed", [3, 4])
def test_a_rebuild_gives_the_same_rows_again(office, draw_histories, fill, seed):
    fill(office, draw_histories(300, seed))
    before = derived_rows(office)
    made = rebuild(office)
    assert derived_rows(office) == before
    assert (made.cases, made.clocks) == (len(before["standing"]), len(before["clock"]))
    assert made.clocks > 500
    assert verify(office).entries == made.entries


def test_a_spoilt_cache_is_put_right(office, draw_histories, fill):
    fill(office, draw_histories(60, seed=5))
    before = derived_rows(office)
    with office.database.write() as connection:
        connection.execute(delete(clock_table).where(clock_table.c.clock == "finalise_plan"))
        connection.execute(update(clock_table).values(due_on=date(2001, 1, 1), officer="nobody"))
        connection.execute(delete(standing_table).where(standing_table.c.is_ended))
    assert derived_rows(office) != before
    rebuild(office)
    assert derived_rows(office) == before


def test_what_was_recorded_step_by_step_is_what_a_rebuild_makes(office):
    add_officer(office, "bjones", "Bea Jones", "North")
    recorded = sum(live_a_case(office, Random(seed)) for seed in range(12))
    before = derived_rows(office)
    rebuild(office)
    assert derived_rows(office) == before
    assert recorded > 60
    assert verify(office).bad is None


def live_a_case(office, random):
    """Records what is lawful, late entries, corrections and hand-overs, as people would; gives how many entries."""
    name = random.choice(["needs_assessment", "annual_review"])
    opens = random.choice(office.workflow(name).opening_events).id
    day = date(2023, 1, 2) + timedelta(days=random.randrange(300))
    case = open_case(office, name, opens, day).case_ref
    for _ in range(14):
        day += timedelta(days=random.choice((0, 1, 10, 28, 42)))
        view = show_case(office, case, date(2030, 1, 1))
        try:
            if random.random() < 0.2:
                number = random.choice(view.lines).entry.seq
                correct_event(
                    office, case, number, happened_on=day, retract=random.random() < 0.5, reason="typed wrongly"
                )
            elif random.random() < 0.1:
                assign(office, case, "bjones")
            elif view.state.next_events:
                event = random.choice(view.state.next_events)
                details = {
                    "provider": "school",
                    "setting": "Oak",
                    "exception": "personal_circumstances",
                    "clock": "finalise_plan",
                }
                known = office.workflow(name).events[event].details
                happened_on = day - timedelta(days=random.choice((0, 0, 0, 20)))
                record_event(office, case, event, happened_on, {key: details[key] for key in known if key in details})
        except EhcpError:
            continue  # refused, as some of what people try is
    return len(show_case(office, case, date(2030, 1, 1)).lines)


def test_an_empty_database_is_rebuilt_to_nothing(office):
    made = rebuild(office)
    assert (made.cases, made.entries, made.clocks) == (0, 0, 0)


def test_progress_is_told_and_ends_at_the_last_entry(office, draw_histories, fill):
    fill(office, draw_histories(20, seed=6))
    told: list[tuple[int, int]] = []
    made = rebuild(office, lambda done, total: told.append((done, total)))
    assert told[-1] == (made.entries, made.entries)
    told.clear()
    verify(office, lambda done, total: told.append((done, total)))
    assert told[-1] == (made.entries, made.entries)


def test_an_interrupted_rebuild_leaves_the_rows_as_they_were(office, draw_histories, fill):
    fill(office, draw_histories(40, seed=7))
    before = derived_rows(office)

    def interrupt(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(office, interrupt)
    assert derived_rows(office) == before
