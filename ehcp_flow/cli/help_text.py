"""Help as it should flow in a terminal of any width: paragraphs joined, indented examples left as they are."""

from __future__ import annotations

import inspect
import re

import typer


def let_help_flow(app: typer.Typer) -> None:
    """Give every command of `app`, and of the groups under it, its docstring as flowing help."""
    for command in app.registered_commands:
        if command.callback and command.help is None:
            command.help = flowing(inspect.getdoc(command.callback) or "")
    for group in app.registered_groups:
        if group.typer_instance is not None:
            let_help_flow(group.typer_instance)


def flowing(text: str) -> str:
    r"""The text with the lines of each paragraph joined, except where a line is indented.

    >>> flowing("Say\\nit.\\n\\n  ehcp due\\n  ehcp show")
    'Say it.\\n\\n  ehcp due\\n  ehcp show'
    """
    return re.sub(r"(?<=\S)\n(?=\S)", " ", text)
