"""P8: fifty lines of the due list for somebody signed in, one worker, beside a Django page of the same content."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.sessions import begin_session
from scripts.benchmarks.made_up_data import demo_database, office_at
from scripts.benchmarks.measuring import Effort, Measured, tell

WANTED = 3.0
MOST_MS = 100
CONNECTIONS = (32, 128)
PATH = "/today?group=overdue"
_PEER = "scripts.benchmarks.peers.django_page"
_PEER_NAME = "Django: ORM, sessions, permissions; gunicorn, one worker, 4 threads"
_LINES = re.compile(r'app-due__case" role="cell"><a [^>]*>([^<]+)')
_SECONDS, _STARTS_WITHIN = 5.0, 30


@dataclass(frozen=True, slots=True)
class Server:
    """A page that is served, and the cookie of whoever is signed in there."""

    port: int
    cookie: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a round of asking gave: answers each second, and the middle and the slowest hundredth in milliseconds."""

    rate: float
    p50: float
    p99: float

    def __str__(self) -> str:
        return f"p50 {self.p50:,.0f} ms, p99 {self.p99:,.0f} ms"


def measure(effort: Effort) -> Iterator[Measured]:
    """Pages each second, and how long the slowest wait."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        tell("P8: making the demonstration's database, and Django's from it")
        ours = stack.enter_context(_ours(Path(name)))
        peer = stack.enter_context(_peer(Path(name)))
        _must_say_the_same(ours, peer)
        for connections in CONNECTIONS:
            yield from _measured(effort, connections, ours, peer)


def _measured(effort: Effort, connections: int, ours: Server, peer: Server) -> Iterator[Measured]:
    rounds: list[tuple[Answers, Answers]] = []
    for number in range(1, max(effort.rounds // 3, 1) + 1):
        tell(f"P8: {connections} connections, round {number}")
        seconds = _SECONDS * max(effort.scale, 0.4)
        rounds.append((_asked(ours, connections, seconds), _asked(peer, connections, seconds)))
    best = [max(each, key=lambda answers: answers.rate) for each in zip(*rounds, strict=True)]
    what = f"due list of 50 lines, {connections} connections"
    note = f"ours {best[0]}; theirs {best[1]}"
    yield Measured("P8", what, best[0].rate, best[1].rate, "/s", _PEER_NAME, WANTED, note)
    if connections == CONNECTIONS[0]:
        yield Measured(
            "P8", f"its slowest hundredth, {connections} connections", best[0].p99, MOST_MS, "ms", "aim", 1.0
        )


@contextmanager
def _ours(folder: Path) -> Iterator[Server]:
    url, _ = demo_database(folder)
    office = office_at(folder / "demo.db")
    add_account(office, "boss", "senior_case_manager", teams=["*"])
    cookie = f"ehcp_session={begin_session(office, 'boss')}"
    office.database.close()
    port = _free_port()
    command = [sys.executable, "-m", "ehcp_flow", "serve", "--port", str(port)]
    with _running(command, {"EHCP_DATABASE_URL": url}, port):
        yield Server(port, cookie)


@contextmanager
def _peer(folder: Path) -> Iterator[Server]:
    of_ours = {"EHCP_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}", "PEER_DATABASE": str(folder / "peer.db")}
    settings = {**of_ours, "DJANGO_SETTINGS_MODULE": f"{_PEER}.settings"}
    filled = subprocess.run(
        [sys.executable, "-m", f"{_PEER}.fill"],
        env=os.environ | settings,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    port = _free_port()
    served = ["--workers", "1", "--worker-class", "gthread", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", f"{_PEER}.wsgi", *served, "--log-level", "warning"]
    with _running(command, settings, port):
        yield Server(port, f"sessionid={filled.stdout.strip()}")


@contextmanager
def _running(command: Sequence[str], settings: dict[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"P8: {' '.join(map(str, process.args))} did not start.")  # type: ignore[arg-type]


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _must_say_the_same(ours: Server, peer: Server) -> None:
    """Both list the same fifty cases in pages of about the same size, or the comparison would mean nothing."""
    pages = [_page(server) for server in (ours, peer)]
    cases = [sorted(_LINES.findall(page)) for page in pages]
    sizes = [len(page) for page in pages]
    if cases[0] != cases[1] or len(cases[0]) != 50 or not 0.8 < sizes[0] / sizes[1] < 1.25:
        raise SystemExit(f"P8: the pages differ: {[len(each) for each in cases]} lines, {sizes} characters.")


def _page(server: Server) -> str:
    request = Request(f"http://127.0.0.1:{server.port}{PATH}", headers={"Cookie": server.cookie})
    with urlopen(request) as answer:  # noqa: S310 our own
        return str(answer.read().decode())


def _asked(server: Server, connections: int, seconds: float) -> Answers:
    command = [sys.executable, "-m", "scripts.benchmarks.load", str(server.port), PATH, server.cookie]
    asked = [*command, str(connections), str(seconds)]
    taken = json.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)
    hundredths = [each * 1000 for each in quantiles(taken, n=100)]
    return Answers(len(taken) / seconds, hundredths[49], hundredths[98])
