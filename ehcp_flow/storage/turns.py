"""Writers of one SQLite file take turns.

SQLite lets one writer in and has the others poll, which with thirty of them can stall one for seconds. Here
they queue instead: threads of a process for a lock, processes for a lock on a file beside the database. The
operating system lets go of both when a process dies. SQLite's own lock still decides; this only orders the
queue, so where the file cannot be made (a read-only folder) nothing is lost but the order.
"""

from __future__ import annotations

import fcntl
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

_threads: defaultdict[Path, Lock] = defaultdict(Lock)


@contextmanager
def turn(database: Path) -> Iterator[None]:
    """Wait for this writer's turn at `database`, and give it up at the end."""
    place = database.resolve()
    with _threads[place]:
        handle = _opened(place.with_name(place.name + ".queue"))
        try:
            if handle is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            if handle is not None:
                os.close(handle)


def _opened(path: Path) -> int | None:
    with suppress(OSError):
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return None
