"""So many browsers at once asking for one page again and again, each as soon as it has its answer.

Run as a program of its own, so that asking does not stand in the way of answering:
`python -m scripts.benchmarks.load PORT PATH COOKIE CONNECTIONS SECONDS` prints the seconds each answer took, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from time import perf_counter

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


async def ask(port: int, request: bytes, until: float, taken: list[float]) -> None:
    """One browser: keeps its connection, opens another where the server closed it."""
    while perf_counter() < until:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        try:
            while (began := perf_counter()) < until:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200 "):
                    raise SystemExit(f"The page was refused: {head.splitlines()[0].decode()}")
                found = _LENGTH.search(head)
                await reader.readexactly(int(found[1]) if found else 0)
                taken.append(perf_counter() - began)
        except (asyncio.IncompleteReadError, ConnectionError):
            continue
        finally:
            writer.close()


async def _load(port: int, request: bytes, connections: int, seconds: float) -> list[float]:
    taken: list[float] = []
    until = perf_counter() + seconds
    await asyncio.gather(*(ask(port, request, until, taken) for _ in range(connections)))
    return taken


def main() -> None:
    """As the command line says."""
    port, path, cookie, connections, seconds = sys.argv[1:]
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    print(json.dumps(asyncio.run(_load(int(port), request, int(connections), float(seconds)))))


if __name__ == "__main__":
    main()
