"""What the documents say exists: every command and option shown, every link, every name, every setting."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.main import get_command

from ehcp_flow.analytics.observations import COLUMNS
from ehcp_flow.cli.app import app
from ehcp_flow.engine.event import ADMINISTRATIVE, Event
from ehcp_flow.engine.outcome import Outcome
from ehcp_flow.law.citation import Basis
from ehcp_flow.law.clock_rule import ClockRule, Counting
from ehcp_flow.law.kpi_rule import Cohort, KpiRule
from ehcp_flow.law.load import load_folder

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("[ew]*/README.md")]
    if path.is_file()
)
WORKFLOWS = load_folder(ROOT / "workflows")


def page_id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def each_page() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", PAGES, ids=page_id)


# ---------------------------------------------------------------------------------------- commands

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SHELL = {"", "sh", "bash", "console"}
_SETTINGS_BEFORE = re.compile(r"^(?:[A-Z_]+=\S+ )+(?=ehcp )")
_ENDS_A_COMMAND = {">", ">>", "|", "&&", ";", "<"}


def command_lines(text: str) -> Iterator[str]:
    """Every `ehcp …` line in a block of commands, without the prompt and what a shell does around it."""
    for language, block in _FENCE.findall(text):
        lines = block.splitlines() if language in _SHELL else []
        typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]  # the rest is what was answered
        for line in typed or lines:
            said = _SETTINGS_BEFORE.sub("", line.strip().replace(".venv/bin/ehcp", "ehcp"))
            if said.startswith("ehcp "):
                yield said


def commands_in_sentences(text: str) -> Iterator[str]:
    """Every `ehcp …` set in code type inside a sentence or a table."""
    for span in re.findall(r"`([^`]+)`", _FENCE.sub("", text)):
        said = _SETTINGS_BEFORE.sub("", " ".join(span.split()).replace(".venv/bin/ehcp", "ehcp"))
        if said.startswith("ehcp "):
            yield said


def words_of(line: str) -> list[str]:
    """The words after `ehcp`, up to where a shell sends the output elsewhere or a comment begins."""
    words = shlex.split(line.replace("…", ""), comments=True)[1:]
    ends = (place for place, word in enumerate(words) if word in _ENDS_A_COMMAND)
    return words[: next(ends, len(words))]


def what_is_wrong(line: str, *, whole: bool) -> str | None:
    """Why the program would not take this command; None if it would. A `whole` one must also be complete."""
    words = words_of(line)
    command: Any = get_command(app)
    context = typer.Context(command, info_name="ehcp")
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        name = words.pop(0)
        if name not in command.commands:
            return f"{line}: there is no command {name}"
        command = command.commands[name]
        context = typer.Context(command, info_name=name, parent=context)
    if hasattr(command, "commands") or not whole:
        return unknown_option(line, command, context, words)
    try:
        command.make_context(command.name, words, parent=context.parent)
    except typer.Exit:  # as after --help
        return None
    except Exception as error:  # whatever the parser complains of  # noqa: BLE001
        return f"{line}: {getattr(error, 'message', '') or type(error).__name__}"
    return None


def unknown_option(line: str, command: Any, context: Any, words: list[str]) -> str | None:
    """The first option the command does not have."""
    known = {name for each in command.get_params(context) for name in (*each.opts, *each.secondary_opts)}
    for word in words:
        if word.startswith("-") and word != "-" and word.split("=")[0] not in known:
            return f"{line}: there is no option {word}"
    return None


def wrong_commands(text: str) -> list[str]:
    lines = [what_is_wrong(line, whole=True) for line in command_lines(text)]
    spans = [what_is_wrong(line, whole=False) for line in commands_in_sentences(text)]
    return [each for each in (*lines, *spans) if each]


@each_page()
def test_every_command_shown_would_be_taken(page: Path) -> None:
    assert wrong_commands(page.read_text(encoding="utf-8")) == []


def test_the_guides_show_commands_at_all() -> None:
    guides = [page for page in PAGES if page.parent.name == "guides"]
    assert len(guides) >= 3
    assert all(len(list(command_lines(page.read_text(encoding="utf-8")))) >= 5 for page in guides)


@pytest.mark.parametrize(
    "line",
    [
        "```sh\nehcp forget NA-1\n```",
        "```console\n$ ehcp due --colour red\n```",
        "```console\n$ ehcp show\n```",
        "```console\n$ ehcp workflows shout needs_assessment\n```",
        "```sh\nEHCP_USER=asmith ehcp record NA-1\n```",
        "```sh\nehcp due --lines none\n```",
        "```console\n$ ehcp correct NA-1 third\n```",
        "Every morning: `ehcp dew`.",
        "Every morning: `ehcp due\n--offiser asmith`.",
    ],
)
def test_a_command_the_program_would_not_take_is_found(line: str) -> None:
    assert len(wrong_commands(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "```sh\nehcp import tracker.xlsx --guess > map.yaml  # look at every line\n```",
        "```console\n$ EHCP_USER=asmith ehcp due --officer asmith --lines=3\nehcp: an error is no command\n```",
        "```yaml\nehcp forget: me\n```",
        "Read `ehcp explain`, `ehcp replay -` and `ehcp workflows` in `ehcp_flow/`.",
        "```sh\nehcp due --help\n```",
    ],
)
def test_a_command_the_program_would_take_is_left_alone(line: str) -> None:
    assert wrong_commands(line) == []


# ------------------------------------------------------------------------------------------- links


# Pages that README.md announces and that are still being written. Take each out when it is there.
ANNOUNCED = {ROOT / "workflows" / "README.md"}


@cache
def headings(path: Path) -> set[str]:
    """The anchors of a page, as they are made from its headings."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path, text: str) -> list[str]:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if path in ANNOUNCED and not path.exists():
            continue
        if not path.exists() or (anchor and anchor not in headings(path)):
            broken.append(target)
    return broken


@each_page()
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("target", ["nowhere.md", "../nowhere.md", "settings.md#no-such-heading", "#no-such-heading"])
def test_a_link_that_leads_nowhere_is_found(target: str) -> None:
    page = ROOT / "docs" / "glossary.md"
    assert broken_links(page, f"[here]({target}) and [there](settings.md#exit-codes)") == [target]


# ------------------------------------------------------------------------------------------- names


def known_names() -> set[str]:
    """Every word that a workflow file, its language, an event or an observation is written with."""
    names = set(COLUMNS) | set(Event.__dataclass_fields__) | ADMINISTRATIVE
    for language in (ClockRule, KpiRule):
        names |= set(language.model_fields)
    for choice in (Outcome, Basis, Counting, Cohort, KpiRule.model_fields["exceptions"].annotation):
        names |= set(get_args(choice))
    for workflow in WORKFLOWS.values():
        for part in (workflow.states, workflow.events, workflow.exceptions, workflow.clocks, workflow.kpis):
            names |= set(part)
        names |= {detail for event in workflow.events.values() for detail in event.details}
    return names | {"as_of", "known_at", "override"}


def names_that_are_not(text: str) -> list[str]:
    said = re.findall(r"`([a-z][a-z_]*)`", "\n".join(line for line in text.splitlines() if line.startswith("|")))
    return sorted(set(said) - known_names())


def test_every_name_in_the_glossary_is_one_the_program_knows() -> None:
    assert names_that_are_not((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")) == []


def test_a_name_the_program_does_not_know_is_found() -> None:
    assert names_that_are_not("| draft | `draft_plan_posted`, `draft_plan_sent` | – |") == ["draft_plan_posted"]


def test_no_word_stands_twice_in_one_part_of_the_glossary() -> None:
    parts = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("\n## ")
    for part in parts:
        words = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("| ")]
        assert sorted(words) == sorted(set(words))


# ---------------------------------------------------------------------------------------- settings


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"\bEHCP_[A-Z_]+\b", text))


def settings_read_by_the_program() -> set[str]:
    return settings_in("\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ehcp_flow").rglob("*.py")))


def test_every_setting_is_in_the_list_of_settings_and_every_one_in_the_list_is_read() -> None:
    listed = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for_tests = settings_in((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    assert settings_read_by_the_program() - settings_in(listed) == set()
    assert settings_in(listed) - settings_read_by_the_program() - for_tests == set()


@each_page()
def test_no_page_names_a_setting_there_is_not(page: Path) -> None:
    listed = settings_in((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    assert settings_in(page.read_text(encoding="utf-8")) - listed == set()


# --------------------------------------------------------------------------------------- decisions


def test_every_decision_is_in_the_index_and_short() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = sorted(folder.glob("[0-9]*.md"))
    assert decisions
    for path in decisions:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert f"({path.name})" in index, path.name
        assert lines[0].startswith(f"# {path.name[:4]}  "), path.name
        assert 15 <= len(lines) <= 40, path.name
        parts = [line for line in lines if line.startswith("## ")]
        assert parts == ["## Question", "## Decision", "## Why", "## Consequences"], path.name
