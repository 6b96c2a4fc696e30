"""Long work done aside, so that nobody's browser waits on it: an import, a pack. Its state is in its own folder.

A thread does it; whichever process is asked reads the state from the folder. The program ends only when the work has.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Protocol

import structlog

from ehcp_flow.errors import Busy, EhcpError
from ehcp_flow.logs import what_failed
from ehcp_flow.today import now

if TYPE_CHECKING:
    from ehcp_flow.services.keep_work import KeptWork

State = Literal["none", "running", "done", "failed", "stopped"]


class Tell(Protocol):
    """Told how many of how many are done, and what is being done now."""

    def __call__(self, done: int, total: int, words: str = "") -> None:
        """Note it, if the last word was some time ago."""


SECONDS_WITHOUT_A_WORD = 900
"""Work that said nothing for so long has stopped, even if a process of its number is there."""

_SECONDS_BETWEEN_WORDS = 0.5
_UNEXPECTED = "Something went wrong that should not. Nothing was written. The administrator can find it in the log."
_taken = threading.Lock()


def do_aside(work: KeptWork, name: str, do: Callable[[Tell], dict[str, Any]]) -> None:
    """Begin `do` in a thread of its own; what it gives is kept as the `result` of `name`. Raises Busy if one runs."""
    with _taken:
        if state_of(work) == "running":
            raise Busy("This is being worked on already.", next="Wait until it is done.")
        _note(work, name, "running")
    threading.Thread(target=_do, args=(work, name, do), name=f"aside-{name}").start()


def _do(work: KeptWork, name: str, do: Callable[[Tell], dict[str, Any]]) -> None:
    said = [monotonic()]

    def tell(done: int, total: int, words: str = "") -> None:
        if words or monotonic() - said[0] >= _SECONDS_BETWEEN_WORDS:
            said[0] = monotonic()
            _note(work, name, "running", done=done, total=total, words=words)

    try:
        _note(work, name, "done", result=do(tell))
    except EhcpError as error:
        _note(work, name, "failed", trouble=str(error))
    except Exception as error:  # noqa: BLE001 whatever it is, the person waiting is told, and the log has it
        structlog.get_logger().error("work aside failed", work=name, **what_failed(error))
        _note(work, name, "failed", trouble=_UNEXPECTED)


def _note(work: KeptWork, name: str, state: State, **more: Any) -> None:
    if work.folder.is_dir():  # it may have been forgotten meanwhile
        work.note_state({"name": name, "state": state, "at": now().timestamp(), "process": os.getpid(), **more})


def state_of(work: KeptWork) -> State:
    """How the work stands. `stopped`: it was under way when its process ended."""
    return work_standing(work)[0]


def work_standing(work: KeptWork) -> tuple[State, dict[str, Any]]:
    """How the work stands, and what was noted with that: `done` of `total`, its `result`, or its `trouble`."""
    found = work.read_state()
    return _state(found), found


def _state(found: dict[str, Any]) -> State:
    state: State = found.get("state", "none")
    if state == "running" and (_is_gone(found["process"]) or now().timestamp() - found["at"] > SECONDS_WITHOUT_A_WORD):
        return "stopped"
    return state


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, and ends nothing
    except ProcessLookupError:
        return True
    except PermissionError:
        return True  # the number went to another account's process
    return False
