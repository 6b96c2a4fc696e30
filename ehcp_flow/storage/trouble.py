"""What a database complains of, in words that say what to do."""

from __future__ import annotations

from pathlib import Path

from ehcp_flow.errors import DatabaseTrouble

_MAKE_ON_SERVER = "Have it made there (createdb), then make the tables with: ehcp init"

# What a database says, in the order in which it is looked for: its words, ours, and what to do.
_KNOWN = (
    (
        "access log is append-only",
        "The access log keeps who saw what: an entry is never changed or removed.",
        "Read it with: ehcp access-report",
    ),
    (
        "append-only",
        "The journal keeps what was recorded: an entry is never changed or removed.",
        "Correct it with: ehcp correct",
    ),
    ("locked", "The database is busy: another program has held it for too long.", "Try again in a moment."),
    ("deadlock", "The database was busy with another's step. Nothing was written.", "Try again in a moment."),
    ("disk is full", "The disk is full. Nothing was written.", "Make room and repeat the step."),
    (
        "disk i/o",
        "The disk could not be read or written. Nothing was written.",
        "Look at the disk, then repeat the step.",
    ),
    ("no space left", "The disk is full. Nothing was written.", "Make room and repeat the step."),
    (
        "readonly",
        "The database may be read but not written. Nothing was written.",
        "Ask for the right to write to it.",
    ),
    (
        "read-only",
        "The database may be read but not written. Nothing was written.",
        "Ask for the right to write to it.",
    ),
    ("must be owner", "The database refuses this step to your account.", "Ask whoever runs the database."),
    (
        "permission denied",
        "The database refuses this step to your account.",
        "Ask whoever runs the database.",
    ),
    (
        "unable to open",
        "The database cannot be opened.",
        "Check that the file and its folder may be read and written.",
    ),
    ("not a database", "The file is not a database.", "Check EHCP_DATABASE_URL, or restore a backup."),
    ("malformed", "The database file is damaged.", "Restore a backup; do not record anything in it."),
    ('database "', "There is no such database on the server.", _MAKE_ON_SERVER),
    ('role "', "The database server does not accept this account.", "Check the account in EHCP_DATABASE_URL."),
    ("password", "The database server does not accept this account.", "Check the account in EHCP_DATABASE_URL."),
    ("connection", "The database server cannot be reached.", "Check that it runs, and EHCP_DATABASE_URL."),
    ("does not exist", "The database or one of its tables does not exist.", "Make it with: ehcp init"),
)


_TAKEN = ("unique constraint failed", "duplicate key")


def is_taken(error: Exception) -> bool:
    """Whether a key was taken by somebody who was faster; a trigger or a reference can refuse a row too."""
    said = str(getattr(error, "orig", error)).lower()
    return any(words in said for words in _TAKEN)


def in_plain_words(error: Exception, path: Path | None) -> DatabaseTrouble:
    """The error as one clear line; the database's own words follow only where none of ours fit."""
    said = str(getattr(error, "orig", error)).strip()
    for words, what, next_step in _KNOWN:
        if words in said.lower():
            return DatabaseTrouble(what, f"({path})" if path else "", next_step)
    return DatabaseTrouble("The database refused the step. Nothing was written.", f"It says: {said.splitlines()[0]}.")
