"""A small workflow in a folder of its own, which each test spoils in one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ehcp_flow.errors import BadFile
from ehcp_flow.law.load import load_file, load_folder
from ehcp_flow.law.workflow import Workflow

collect_ignore = ["conftest.py"]
"""Two files of this name, looked through for doctests in one run, would be taken for one module."""

SOURCES = """\
sources:
  act:
    title: Small Act 2014
    short: the Small Act
    url: https://example.org/act
    last_checked: never
"""

SMALL = """\
workflow: small
title: Questions and answers
applies_in: England
covers_from: 2014-09-01
states:
  asked: {title: Asked}
  answered: {title: Answered, ended: true}
events:
  question_asked:
    title: Question asked
    dated: the day it came
    from: not_started
    to: asked
  answer_sent:
    title: Answer sent
    dated: the day it went
    from: asked
    to: answered
clocks:
  answer:
    title: Answer the question
    cite: act s.1
    check: V1
    basis: law
    duty_on: local_authority
    within: 6 weeks
    counting: next_day
    starts_on: [question_asked]
    stops_on: [answer_sent]
"""


class SmallWorkflow:
    """A folder with `small.yaml` and `sources.yaml`; both load without a mistake until a test spoils them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("small.yaml", SMALL)
        self.write("sources.yaml", SOURCES)

    def write(self, name: str, text: str | bytes) -> SmallWorkflow:
        """Write a file as it is given."""
        (self.folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return self

    def change(self, old: str, new: str, name: str = "small.yaml") -> SmallWorkflow:
        """Put `new` in the place of `old`, which must stand in the file exactly once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        return self.write(name, text.replace(old, new))

    def add(self, text: str, name: str = "small.yaml") -> SmallWorkflow:
        """Put `text` at the end."""
        return self.write(name, (self.folder / name).read_text(encoding="utf-8") + text)

    def load(self) -> Workflow:
        """The workflow; raises BadFile."""
        return load_file(self.folder / "small.yaml")

    def mistakes(self) -> list[str]:
        """What is wrong with the folder, each as `file:line: message`; empty if nothing is."""
        try:
            load_folder(self.folder)
        except BadFile as error:
            return [str(problem) for problem in error.problems]
        return []


@pytest.fixture
def small(tmp_path: Path) -> SmallWorkflow:
    return SmallWorkflow(tmp_path)
