"""What is wrong with a text that is not YAML at all, for a person who has never read a parser's message."""

from __future__ import annotations

import yaml

from ehcp_flow.errors import Problem

# Words of the parser's message → what to do; True where the place to look is that of an opening sign.
_IN_OTHER_WORDS: tuple[tuple[str, str, bool], ...] = (
    ("quoted scalar found unexpected", "a quotation mark is opened here and not closed.", True),
    ("escape character", "a \\ between double quotes changes what follows; use single quotes.", False),
    ("flow mapping", "a bracket { is opened here and not closed, or a comma is missing after it.", True),
    ("flow sequence", "a bracket [ is opened here and not closed, or a comma is missing after it.", True),
    ("mapping values are not allowed", "the line is indented wrongly, or a text with `: ` in it needs quotes.", False),
    ("expected key", "the line is indented wrongly, or the line before it is not finished.", False),
    ("expected '-' indicator", "the line is indented wrongly, or an entry of a list lacks its `-`.", False),
    ("expected ':'", "a line before this one is neither `key: value` nor part of a longer text.", False),
    ("another document", "a second document starts here (`---`); a file holds only one.", False),
    ("undefined alias", "a text that begins with * needs quotes.", False),
    ("duplicate anchor", "a text that begins with & needs quotes.", False),
    ("cannot start any token", "a text that begins with @, ` or % needs quotes.", False),
    ("directive", "a text that begins with % needs quotes.", False),
    ("nesting depth", "it is nested too deeply.", False),
)


def syntax_problem(name: str, text: str, error: yaml.YAMLError) -> Problem:
    """The place of a syntax mistake in `text`, and what to do about it."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text[: error.position].count("\n") + 1
        return Problem(name, line, "holds a sign that no text has (a control character); delete it.")
    mark = getattr(error, "problem_mark", None)
    line = mark.line if mark else 0
    if mark and text.splitlines()[line : line + 1] and text.splitlines()[line][mark.column : mark.column + 1] == "\t":
        return Problem(name, line + 1, "is not valid YAML: there is a tab here; use spaces.")
    said = f"{getattr(error, 'context', None)} {getattr(error, 'problem', None)}"
    for words, advice, is_opening in _IN_OTHER_WORDS:
        if words in said:
            opening = getattr(error, "context_mark", None) if is_opening else None
            return Problem(name, (opening.line if opening else line) + 1, f"is not valid YAML: {advice}")
    return Problem(name, line + 1, f"is not valid YAML: {getattr(error, 'problem', None) or 'it cannot be read here'}.")
