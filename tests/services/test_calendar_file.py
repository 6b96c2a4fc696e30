"""The council's own file of bank holidays: what it changes, and every mistake in it said with its line."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.services.read_calendar import read_calendar


@pytest.fixture
def calendar(tmp_path):
    def write(text):
        path = tmp_path / "calendar.yaml"
        path.write_text(text, encoding="utf-8")
        return read_calendar(path)

    return write


def test_without_a_file_the_calendar_is_englands(calendar):
    days = read_calendar(None).working_days
    assert not days.is_worked(date(2030, 4, 19)), "Good Friday"
    assert days.is_worked(date(2030, 6, 3))


def test_days_can_be_closed_and_worked(calendar):
    days = calendar("closed:\n  2030-06-03: Extra bank holiday\nworked:\n  - 2030-04-19\n").working_days
    assert not days.is_worked(date(2030, 6, 3))
    assert days.holidays[date(2030, 6, 3)] == "Extra bank holiday"
    assert days.is_worked(date(2030, 4, 19))


def test_an_empty_file_changes_nothing(calendar):
    assert not calendar("# nothing yet\n").working_days.is_worked(date(2030, 4, 19))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("closed:\n  3 June 2030: Extra\n", ["calendar.yaml:2: `3 June 2030` is not a date. Write it as 2030-06-03."]),
        (
            "worked:\n  - 2030-06-03\n  - 2030-13-01\n",
            ["calendar.yaml:3: `2030-13-01` is not a date. Write it as 2030-06-03."],
        ),
        ("worked: 2030-06-03\n", ["calendar.yaml:1: should be a list of days, one to a line: - 2030-06-03."]),
        ("worked:\n  2030-06-03: Extra\n", ["calendar.yaml:1: should be a list of days, one to a line: - 2030-06-03."]),
        (
            "closed:\n  - 2030-06-03\n",
            ["calendar.yaml:1: should be days with their names, one to a line: 2030-06-03: Extra bank holiday."],
        ),
        (
            "opened:\n  - 2030-06-03\n",
            ["calendar.yaml:1: `opened` is not a key that is known here: there are `closed` and `worked`."],
        ),
        ("- 2030-06-03\n", ["calendar.yaml:1: should hold `closed:` and `worked:`, with their days below."]),
        (
            "closed:\n  2030-06-03: A\n  2030-06-03: B\n",
            ["calendar.yaml:3: `2030-06-03` stands here twice (first on line 2)."],
        ),
        ("closed: {\n", ["calendar.yaml:2: is not valid YAML: did not find expected node content."]),
    ],
)
def test_a_mistake_is_said_with_its_line(calendar, text, problems):
    with pytest.raises(BadFile) as refused:
        calendar(text)
    assert [str(each) for each in refused.value.problems] == problems
    assert str(refused.value).startswith("calendar.yaml cannot be used:")


def test_all_mistakes_are_said_at_once(calendar):
    with pytest.raises(BadFile) as refused:
        calendar("opened: x\nclosed:\n  soon: A\nworked:\n  - later\n")
    assert len(refused.value.problems) == 3


def test_a_file_that_is_not_there_or_no_file_is_said(tmp_path):
    with pytest.raises(BadInput, match=r"There is no calendar at .* Correct EHCP_CALENDAR, or leave it unset"):
        read_calendar(tmp_path / "gone.yaml")
    with pytest.raises(BadInput, match="cannot be read: is a directory"):
        read_calendar(tmp_path)


def test_bytes_that_are_no_text_are_said(tmp_path):
    path = tmp_path / "calendar.yaml"
    path.write_bytes(b"closed:\n  2030-06-03: Caf\xe9\n")
    with pytest.raises(BadFile, match="is not UTF-8 text"):
        read_calendar(path)
