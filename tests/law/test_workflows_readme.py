"""`workflows/README.md` names every key once, and its example works as it stands."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from ehcp_flow.engine.clocks import due
from ehcp_flow.engine.count import Counting, last_day
from ehcp_flow.engine.examples import run_example, untested_sides
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.citation import CHECK_MARKS
from ehcp_flow.law.duration import Duration
from ehcp_flow.law.load import load_folder
from ehcp_flow.law.schema import schema_of
from ehcp_flow.law.test_table import Example, read_table
from ehcp_flow.law.workflow import Workflow

FOLDER = Path(__file__).parent.parent.parent / "workflows"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
IN_CODE = " ".join(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL)))
WRITTEN_OTHERWISE = {"HistoryLine", "Expected.clocks"}
"""A line of history is one text; a clock stands straight under `expect`."""


def keys() -> list[str]:
    """Every key a file may hold, as `Model.key`."""
    found = []
    for model in (Workflow, Example):
        schema = schema_of(model)
        for name, entry in {model.__name__: schema, **schema["$defs"]}.items():
            found += [f"{name}.{key}" for key in entry["properties"]]
    return [each for each in found if not {each, each.split(".")[0]} & WRITTEN_OTHERWISE]


@pytest.mark.parametrize("key", keys())
def test_every_key_is_explained(key):
    assert re.search(rf"(?<![a-z_]){key.split('.')[1]}(?![a-z_])", IN_CODE), f"README.md does not name `{key}`"


@pytest.mark.parametrize(
    "word", ["part_of", "tests:", "recorded=", "corrects=", "not_started", "any_open", "any_started"]
)
def test_words_that_are_no_keys_of_an_entry_are_explained_too(word):
    assert word in IN_CODE


def test_every_value_of_which_one_must_be_chosen_is_named():
    definitions = schema_of(Workflow)["$defs"] | schema_of(Example)["$defs"]
    choices = {
        value for entry in definitions.values() for key in entry["properties"].values() for value in key.get("enum", ())
    }
    text = README.replace("**", " ")
    assert (
        sorted(each for each in choices | set(CHECK_MARKS) if not re.search(rf"(?<![a-z_]){each}(?![a-z_0-9])", text))
        == []
    )


def blocks() -> dict[str, str]:
    """The examples of the page, by their first word."""
    found = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)
    return {
        next(line for line in text.split("\n") if not line.startswith("#")).strip().rstrip(":"): text for text in found
    }


@pytest.fixture
def extended(tmp_path: Path) -> Path:
    """The shipped folder with the page's example added, as the page says."""
    folder = tmp_path / "workflows"
    shutil.copytree(FOLDER, folder)
    example = blocks()
    with (folder / "sources.yaml").open("a", encoding="utf-8") as sources:
        sources.write(example["policy"])
    (folder / "needs_assessment.local.yaml").write_text(example["part_of: needs_assessment"], encoding="utf-8")
    (folder / "needs_assessment.local.test.yaml").write_text(example["tests"], encoding="utf-8")
    return folder


def test_the_example_of_ten_minutes_works_as_it_stands(extended):
    workflow = load_folder(extended)["needs_assessment"]
    assert workflow.clocks["tell_school"].basis == "local"
    results = [
        run_example(workflow, each, Calendar()) for each in read_table(extended / "needs_assessment.local.test.yaml")
    ]
    assert [result.differences for result in results] == [(), ()]
    assert not [line for line in untested_sides(workflow, results) if "tell_school" in line]


def test_the_example_of_a_law_that_changes_works_as_it_stands(small):
    small.change("    within: 6 weeks\n", blocks()["within"].replace("newregs", "act"))
    rule = small.load().clocks["answer"]
    assert [str(due(rule, day)[0]) for day in (date(2027, 8, 31), date(2027, 9, 1))] == ["20 weeks", "18 weeks"]


def test_the_picture_of_counting_shows_the_dates_we_count():
    picture = README.partition('"within 2 weeks"')[2].partition("```")[0]
    columns, next_day, first_day = (line for line in picture.splitlines()[2:5])
    monday = date(2026, 1, 5)
    cases: tuple[tuple[str, Counting], ...] = ((next_day, "next_day"), (first_day, "first_day"))
    for line, counting in cases:
        shown = columns[line.rindex("day 14") :].split()[:2]
        last = last_day(monday, Duration(2, "weeks"), counting)
        assert shown == [f"{last:%a}", str(last.day)]


def test_the_page_is_short_enough_to_be_read():
    assert len(README.splitlines()) < 200
