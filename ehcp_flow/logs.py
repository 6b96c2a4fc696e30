"""Logs for whoever runs the program: key=value for a person, JSON for a machine; never a word about a child.

An unexpected error is logged by its kind and place only. Its message could quote what was being read or written.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

import structlog

from ehcp_flow.errors import EhcpError

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

_FIRST = ("at", "level", "event")


def set_up_logs(kind: str) -> None:
    """Send logs to the error stream, as `json` or else as key=value; other programs' parts only when they warn."""
    shared: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.add_log_level,
        _without_messages,
    ]
    last = structlog.processors.JSONRenderer() if kind == "json" else _key_value()
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Asked each time: whoever replaces the stream (a test does) gets what is written from then on.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _take_in_others([*shared, structlog.stdlib.ProcessorFormatter.remove_processors_meta, last])


def _key_value() -> Callable[[Any, str, EventDict], str]:
    render = structlog.processors.LogfmtRenderer(key_order=_FIRST, drop_missing=True, bool_as_flag=False)

    def line(logger: Any, name: str, event: EventDict) -> str:
        return render(logger, name, {key: _flat(value) for key, value in event.items()})

    return line


def _flat(value: object) -> object:
    """A dictionary of counts as `a:1 b:2`; everything else as it is."""
    return " ".join(f"{key}:{count}" for key, count in value.items()) if isinstance(value, dict) else value


class _ErrorStream(logging.Handler):
    """Like logging's own, but asks for the stream each time, as our logger does."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)  # noqa: T201 this is the log


def _take_in_others(processors: list[Processor]) -> None:
    handler = _ErrorStream()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=processors))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def _without_messages(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Replace an error with its kind and place."""
    error = event.pop("exc_info", None)
    error = error[1] if isinstance(error, tuple) else error
    error = sys.exc_info()[1] if error is True else error
    if isinstance(error, BaseException):
        event.update(what_failed(error))
    return event


def what_failed(error: BaseException) -> dict[str, str]:
    """What may be logged of an error: our own words where the error is ours, else only its kind and place."""
    if isinstance(error, EhcpError):
        return {"trouble": " ".join(str(error).split())}
    steps = [f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in extract_tb(error.__traceback__)]
    return {"error": type(error).__name__, "where": " < ".join(reversed(steps[-5:]))}
