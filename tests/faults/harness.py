"""Kill working processes at random moments, again and again, and look whether anything was lost or doubled.

    scripts/faults                          300 kills on SQLite
    scripts/faults --rounds 50 --database postgresql://…

After each kill: every acknowledged entry is there, an import is there whole or not at all, the hash chains
hold, the derived rows are what the journals say, every breach swept carries one flag, and every notice marked
as sent has arrived at the mail server. In the end all notices are sent, and copies are told by their key.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ehcp_flow.services.flagging import was_broken
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.rederive import rederive
from ehcp_flow.services.send_notices import send_due
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage import flags
from ehcp_flow.storage.tables import Case, ClockRow, Flag, JournalEntry, Notice, sql_table
from ehcp_flow.today import ENGLAND
from tests.notices.conftest import MailServer

WORKER = Path(__file__).with_name("worker.py")
CASES_IN_A_FILE = 100
LONGEST_LIFE = 1.5
JOBS = ["recording", "recording", "importing", "sweeping", "sending"]
AT_ONCE = 3
_PATIENCE = 10
END_OF_ALL_LEASES = datetime(2100, 1, 1, tzinfo=ENGLAND)


@dataclass
class Tally:
    """What was done and what was found wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    cases: int = 0
    notices: int = 0
    copies: int = 0
    wrong: list[str] = field(default_factory=list)


def run(url: str, rounds: int, seed: int, folder: Path, say: Any = print) -> Tally:
    """Kill workers on the database at `url` in `rounds` rounds, looking after each; gives the tally.

    On a slow machine it goes on for some more, until each kind of work has got something done before its death.
    """
    mail = MailServer()
    channels = folder / "channels.yaml"
    channels.write_text(
        f"mail: {mail.url}\ndirectors: [{', '.join(f'd{each}@council.example' for each in range(3))}]\n"
    )
    office = Office(Settings(url, shipped_workflows(), None, "", "faults", channels=channels))
    initialise(office)
    draw, tally = random.Random(seed), Tally()
    acknowledged = folder / "acknowledged.txt"
    acknowledged.touch()
    for number in range(1, rounds * _PATIENCE + 1):
        if number > rounds and len(tally.acknowledged) == len(set(JOBS)):
            break
        _kill_some(office, draw, seed + number * 10, acknowledged, tally)
        look(office, acknowledged, tally)
        tally.wrong += _sent_but_not_arrived(office, mail)
        if number % 10 == 0:
            say(f"{number:>5} rounds, {tally.kills.total()} kills, {tally.entries:,} entries, {len(tally.wrong)} wrong")
    send_due(office, END_OF_ALL_LEASES)
    _count_mail(office, mail, tally)
    mail.stop()
    office.database.close()
    return tally


def _kill_some(office: Office, draw: random.Random, seed: int, acknowledged: Path, tally: Tally) -> None:
    jobs = draw.sample(JOBS, k=AT_ONCE)
    workers = [_start(office.settings, job, acknowledged, seed + place) for place, job in enumerate(jobs)]
    for job, worker in zip(jobs, workers, strict=True):
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n", f"the {job} worker did not start"
    time.sleep(draw.uniform(0.0, LONGEST_LIFE))
    for job, worker in zip(jobs, workers, strict=True):
        worker.kill()
        worker.wait()
        tally.kills[job] += 1


def _sent_but_not_arrived(office: Office, mail: MailServer) -> list[str]:
    arrived = set(mail.keys)
    return [
        f"said to be sent, and did not arrive: {row.key}"
        for row in _notices(office)
        if row.sent_at and row.key not in arrived
    ]


def _count_mail(office: Office, mail: MailServer, tally: Tally) -> None:
    """In the end every notice has arrived, nothing else has, and what arrived twice has one key."""
    written = {row.key: row for row in _notices(office)}
    tally.notices, tally.copies = len(written), len(mail.keys) - len(set(mail.keys))
    tally.wrong += [f"never arrived: {key}" for key in written.keys() - set(mail.keys)]
    tally.wrong += [f"arrived without having been written: {key}" for key in set(mail.keys) - written.keys()]


def _notices(office: Office) -> list[Any]:
    with office.database.read() as connection:
        return list(connection.execute(select(sql_table(Notice))))


def _start(settings: Settings, job: str, acknowledged: Path, seed: int) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "EHCP_DATABASE_URL": settings.database_url,
        "EHCP_CHANNELS": str(settings.channels),
        "EHCP_FAULTS_FOLDER": str(acknowledged.parent),
    }
    return subprocess.Popen(
        [sys.executable, str(WORKER), job, str(acknowledged), str(seed)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def look(office: Office, acknowledged: Path, tally: Tally) -> None:
    """Look whether everything acknowledged is there, once, and everything derived follows from it."""
    told = [line.split() for line in acknowledged.read_text().splitlines()]
    tally.acknowledged = Counter(words[0] for words in told)
    proof = verify(office)
    tally.entries = proof.entries
    if proof.bad is not None:
        tally.wrong.append(f"entry {proof.bad.seq} of {proof.bad.case_ref}: {proof.bad.reason}")
    with office.database.read() as connection:
        table = sql_table(JournalEntry)
        there = {(row.case_ref, str(row.seq), row.name) for row in connection.execute(select(table))}
        refs = sorted(connection.execute(select(sql_table(Case).c.case_ref)).scalars())
    tally.cases = len(refs)
    tally.wrong += [f"lost: {words}" for words in told if words[0] == "entry" and tuple(words[1:]) not in there]
    tally.wrong += _half_imports(told, refs)
    with office.database.write() as connection:
        _, mended = rederive(office, connection, refs)
        if mended:
            tally.wrong.append(f"the derived rows of {mended} cases were not what their journals say")
        tally.wrong += _wrong_flags(connection)


def _half_imports(told: list[list[str]], refs: list[str]) -> list[str]:
    files = Counter(ref.rsplit("-", 1)[0] for ref in refs if ref.startswith("I-"))
    wrong = [f"half an import: {count} cases of {name}" for name, count in files.items() if count != CASES_IN_A_FILE]
    return wrong + [f"lost: {words}" for words in told if words[0] == "import" and words[1] not in files]


def _wrong_flags(connection: Any) -> list[str]:
    swept_until = flags.last_run(connection, SWEEP)
    if swept_until is None:
        return []
    found = connection.execute(select(sql_table(Flag)).order_by(sql_table(Flag).c.turn)).all()
    last: dict[Any, str] = {}
    wrong = []
    for flag in found:
        key = flags.clock_key(flag)
        if last.get(key) == flag.kind:
            wrong.append(f"doubled flag: {key} {flag.kind}")
        last[key] = flag.kind
    for row in connection.execute(select(sql_table(ClockRow))).mappings():
        broken = was_broken(dict(row), swept_until) and row["due_on"] < swept_until and row["dropped_on"] is None
        if broken and last.get(flags.clock_key(dict(row))) != flags.BREACH:
            wrong.append(f"missing flag: {flags.clock_key(dict(row))}")
    return wrong


def main() -> None:
    """Run from the command line; exits with 1 if anything was lost, doubled or left unsound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help=f"{AT_ONCE} workers are killed in each (default 100)")
    parser.add_argument("--database", help="an empty database (default: a new SQLite file)")
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tally = run(asked.database or f"sqlite:///{folder / 'faults.db'}", asked.rounds, asked.seed, folder)
    print(f"killed while: {dict(tally.kills)}")
    print(f"acknowledged: {dict(tally.acknowledged)}; entries {tally.entries:,} in {tally.cases:,} cases")
    print(f"notices: {tally.notices:,} written, all of them arrived, {tally.copies} a second time under the same key")
    for line in tally.wrong[:20]:
        print(f"WRONG: {line}")
    print(f"{len(tally.wrong)} things wrong")
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
