"""The tables of examples: what they may say, and everything wrong with them at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ehcp_flow.errors import BadFile
from ehcp_flow.law.test_table import read_table, table_files

TABLE = """\
tests:
  - name: a question is answered in time
    why: s.1
    history:
      - 2026-01-05 question_asked
      - 2026-02-16 answer_sent by=post recorded=2026-07-01
      - 2026-02-15 answer_sent corrects=2
    as_of: 2026-02-16
    known_at: 2026-07-01
    expect:
      state: answered
      findings: [out of order]
      no_clock: [remind]
      answer: {due_on: 2026-02-16, outcome: in_time, days_taken: 42}
"""


@pytest.fixture
def table(tmp_path):
    """Reads TABLE with `old` changed into `new`; the mistakes, or the examples."""

    def read(old: str = "", new: str = ""):
        path = tmp_path / "small.test.yaml"
        path.write_text(TABLE.replace(old, new) if old else TABLE, encoding="utf-8")
        try:
            return read_table(path)
        except BadFile as error:
            return [str(problem) for problem in error.problems]

    return read


def test_an_example_holds_a_history_a_day_and_what_must_come_out(table):
    (example,) = table()
    assert example.line == 2
    assert (example.as_of, example.known_at) == (date(2026, 2, 16), date(2026, 7, 1))
    assert [line.event for line in example.history] == ["question_asked", "answer_sent", "answer_sent"]
    assert example.expect.state == "answered"
    assert example.expect.findings == ("out of order",)
    assert example.expect.no_clock == ("remind",)
    assert example.expect.clocks["answer"].due_on == date(2026, 2, 16)
    assert example.expect.clocks["answer"].model_fields_set == {"due_on", "outcome", "days_taken"}


def test_a_line_of_history_says_its_day_its_event_its_details_and_when_it_was_typed(table):
    first, second, third = table()[0].history
    assert (first.happened_on, first.details, first.recorded_at, first.corrects) == (date(2026, 1, 5), {}, None, None)
    assert second.details == {"by": "post"}
    assert second.recorded_at.astimezone(UTC) == datetime(2026, 7, 1, 11, tzinfo=UTC)  # noon in England's summer
    assert third.corrects == 2


@pytest.mark.parametrize(
    "old, new, mistake",
    [
        ("    why: s.1\n", "", "small.test.yaml:2: `why` is missing."),
        ("as_of: 2026-02-16", "as_of: 16 February", "small.test.yaml:8: `as_of`: `16 February` is not a date. Write it as 2020-05-01."),
        ("    why: s.1\n", "    why: s.1\n    line: 7\n", "small.test.yaml:4: `line` is not a key that is known here."),
        ("    why: s.1\n", "    why: s.1\n    becuase: x\n", "small.test.yaml:4: `becuase` is not a key that is known here."),
        ("outcome: in_time", "outcom: in_time", "small.test.yaml:14: `expect.answer.outcom` is not a key that is known here; did you mean `outcome`?"),
        ("outcome: in_time", "outcome: intime", "small.test.yaml:14: `expect.answer.outcome` should be running, in_time, breach, excepted or dropped (found: intime)."),
        ("days_taken: 42", "days_taken: six", "small.test.yaml:14: `expect.answer.days_taken` should be a whole number (found: six)."),
        ("answer: {due_on: 2026-02-16, outcome: in_time, days_taken: 42}", "answer: in_time", "small.test.yaml:14: `expect.answer` should hold keys of its own (found: in_time)."),
        ("2026-01-05 question_asked", "2026-01-05", "small.test.yaml:5: `history`: `2026-01-05` is not an event. Write: 2026-01-05 request_received source=parent."),
        ("2026-01-05 question_asked", "2026-02-30 question_asked", "small.test.yaml:5: `history.happened_on`: `2026-02-30` is not a date. Write it as 2020-05-01."),
        ("2026-01-05 question_asked", "{a: b}", "small.test.yaml:5: `history`: `{'a': 'b'}` is not an event. Write: 2026-01-05 request_received source=parent."),
        ("recorded=2026-07-01", "recorded=July", "small.test.yaml:6: `history`: `July` is not a date. Write it as 2020-05-01."),
        ("corrects=2", "corrects=second", "small.test.yaml:7: `history.corrects` should be a whole number (found: second)."),
        ("tests:\n", "test:\n", "small.test.yaml:1: should hold one key, `tests:`, with a list of examples under it."),
        ("tests:\n", "more: x\ntests:\n", "small.test.yaml:1: should hold one key, `tests:`, with a list of examples under it."),
        ("  - name: a question is answered in time\n", "  - words\n  - name: a question\n", "small.test.yaml:2: an example has the keys name, why, history, as_of and expect."),
        ("as_of: 2026-02-16", "as_of: [2026", "small.test.yaml:8: is not valid YAML: a bracket [ is opened here and not closed, or a comma is missing after it."),
    ],
)  # fmt: skip
def test_what_a_table_may_not_say_is_refused_with_its_line(table, old, new, mistake):
    assert mistake in table(old, new)


def test_an_example_that_expects_a_list_is_refused(table):
    start = TABLE.index("    expect:\n")
    assert table(TABLE[start:], "    expect: [answer]\n") == [
        "small.test.yaml:10: `expect` should hold keys of its own."
    ]


def test_an_example_without_anything_expected_or_without_events_is_refused(table):
    start = TABLE.index("    expect:\n")
    assert table(TABLE[start:], "") == ["small.test.yaml:2: `expect` is missing."]
    first, last = TABLE.index("    history:\n"), TABLE.index("    as_of:")
    assert table(TABLE[first:last], "    history: []\n") == ["small.test.yaml:4: `history`: needs at least one entry."]


def test_all_mistakes_of_a_table_are_told_at_once(table):
    assert len(table("2026-02-16", "16 February")) == 3


def test_the_tables_of_a_workflow_are_those_that_begin_with_its_name(tmp_path):
    for name in ("small.yaml", "small.test.yaml", "small.more.test.yaml", "small.more.yaml", "smaller.test.yaml"):
        (tmp_path / name).touch()
    assert [path.name for path in table_files(tmp_path / "small.yaml")] == ["small.test.yaml", "small.more.test.yaml"]
