"""Of all commands, the one that is asked for: Typer makes every command it knows before it runs one."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from typer.main import get_command_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer
    from typer.models import CommandInfo


def only_asked_for(app: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """The app with the one command that `words` begin with; whole, if they begin otherwise.

    So the list of all commands, and what is suggested for a mistyped name, are as they were; a shell that
    completes a word starts the program without words.
    """
    if not words:
        return app
    commands = [each for each in app.registered_commands if _name(each) == words[0]]
    groups = [each for each in app.registered_groups if each.name == words[0]]
    if not commands and not groups:
        return app
    narrow = copy(app)
    narrow.registered_commands, narrow.registered_groups = commands, [copy(each) for each in groups]
    for group in narrow.registered_groups:
        if group.typer_instance is not None:
            group.typer_instance = only_asked_for(group.typer_instance, words[1:])
    return narrow


def _name(command: CommandInfo) -> str:
    return command.name or get_command_name(command.callback.__name__ if command.callback else "")
