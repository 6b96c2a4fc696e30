"""Every command explains itself."""

from __future__ import annotations

import pytest
import typer
from typer.main import get_command

from ehcp_flow.cli.app import app
from ehcp_flow.cli.asked_for import only_asked_for


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = {" ".join(path): command for path, command in commands(get_command(app))}


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_says_what_it_does_and_shows_how(path):
    said = COMMANDS[path].help or ""
    what, *more = said.split("\n\n")
    assert what.rstrip().endswith((".", "?", ":", "law."))
    assert more, f"ehcp {path} gives neither an example nor an explanation"


@pytest.mark.parametrize("path", COMMANDS)
def test_every_argument_and_option_is_explained(path):
    unexplained = [each.name for each in COMMANDS[path].params if not getattr(each, "help", None)]
    assert unexplained == []


@pytest.mark.parametrize("path", COMMANDS)
def test_help_fits_the_terminal(ehcp_without_database, monkeypatch, path):
    for width in (60, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        said = ehcp_without_database(*path.split(), "--help")
        assert (said.code, said.err) == (0, "")
        assert [line for line in said.out.splitlines() if len(line) > width] == []


def test_the_contracts_commands_are_all_there():
    names = {path.split()[0] for path in COMMANDS}
    promised = "init open record correct assign show explain due breaches sweep import kpis rebuild verify replay workflows users"
    assert set(promised.split()) <= names
    assert {f"workflows {each}" for each in ("list", "check", "test", "show", "diagram")} <= set(COMMANDS)


def test_nothing_at_all_shows_the_help(ehcp_without_database):
    said = ehcp_without_database()
    assert "ehcp init" in said.out + said.err
    assert said.code in (0, 2)


def test_the_version_is_said(ehcp_without_database):
    said = ehcp_without_database("--version")
    assert said.out.startswith("ehcp 0.")
    assert isinstance(app, typer.Typer)


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_made_alone_is_the_one_among_all(path):
    alone = dict(commands(get_command(only_asked_for(app, path.split()))))
    names = [[each.name for each in command.params] for command in (*alone.values(), COMMANDS[path])]
    assert [" ".join(each) for each in alone] == [path]
    assert names[0] == names[1]


@pytest.mark.parametrize("words", ["", "--help", "reccord X1", "-v due"])
def test_what_names_no_command_gets_them_all(words):
    assert len(dict(commands(get_command(only_asked_for(app, words.split()))))) == len(COMMANDS)


def test_a_mistyped_name_in_a_group_gets_the_whole_group(ehcp_without_database):
    said = ehcp_without_database("users", "chnage")
    assert said.code == 2
    assert "change" in said.err
