"""The file of how figures are divided and what is not published: read strictly, every mistake with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.law.duration import Duration
from ehcp_flow.services.read_figure_settings import read_figure_settings
from ehcp_flow.settings import Settings, shipped_workflows

GOOD = """bands: [26 weeks, 52 weeks]
late_bands: [4 weeks]
ahead: [4 weeks, 8 weeks]
age_groups: [5, 16]
exception_alert: 12.5
smallest_published: 10
"""


@pytest.fixture
def own(tmp_path: Path):
    """Writes the authority's own file and reads it."""

    def read(text: str):
        path = tmp_path / "figures.yaml"
        path.write_text(text, encoding="utf-8")
        return read_figure_settings(settings(figures=path))

    return read


def settings(**more) -> Settings:
    return replace(Settings("sqlite://", shipped_workflows(), None, "", "asmith"), **more)


def test_the_file_that_is_shipped_is_read():
    found = read_figure_settings(settings())
    assert [str(each) for each in found.bands] == ["26 weeks", "39 weeks", "52 weeks"]
    assert (found.exception_alert, found.smallest_published, found.age_groups) == (15.0, 5, (5, 11, 16, 20))


def test_an_authority_has_its_own(own):
    found = own(GOOD)
    assert found.bands == (Duration(26, "weeks"), Duration(52, "weeks"))
    assert (found.exception_alert, found.smallest_published, found.age_groups) == (12.5, 10, (5, 16))


def test_a_folder_of_workflows_without_one_uses_the_one_shipped(tmp_path):
    assert read_figure_settings(settings(workflows=tmp_path)).smallest_published == 5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bands: [26 weeks, 52 weeks]", "bands: [52 weeks, 26 weeks]", "figures.yaml:1: `bands` should rise from each entry to the next."),
        ("bands: [26 weeks, 52 weeks]", "bands: [6 months]", "figures.yaml:1: `bands`: `6 months` should be in weeks"),
        ("bands: [26 weeks, 52 weeks]", "bands: [soon]", "figures.yaml:1: `bands`: `soon` is not a length of time."),
        ("ahead: [4 weeks, 8 weeks]", "ahead: []", "figures.yaml:3: `ahead` should be a list with at least one entry."),
        ("age_groups: [5, 16]", "age_groups: [5, old]", "figures.yaml:4: `age_groups`: `old` should be a whole number from 0 to 130."),
        ("exception_alert: 12.5", "exception_alert: 112", "figures.yaml:5: `exception_alert`: `112` should be a percentage from 0 to 100."),
        ("smallest_published: 10", "smallest_published: -1", "figures.yaml:6: `smallest_published`: `-1` should be a whole number"),
        ("smallest_published: 10", "smallest_published: 10\nsmallest: 3", "figures.yaml:7: `smallest` is not a key that is known here"),
        ("ahead: [4 weeks, 8 weeks]\n", "", "`ahead:` is missing."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(own, old, new, said):
    with pytest.raises(BadFile) as refused:
        own(GOOD.replace(old, new))
    assert said in str(refused.value)


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(BadInput, match="Correct EHCP_FIGURES, or leave it unset"):
        read_figure_settings(settings(figures=tmp_path / "none.yaml"))
