"""A database that may be read but not written: reading works, and writing is refused in one clear line."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

import pytest

DROP_FROM_BOUNDING_SET, OVERRIDE_PERMISSIONS = 24, 1  # prctl(2), capabilities(7)


def as_an_ordinary_account():
    """The administrator may write what nobody may write; give that right up before the program starts."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, OVERRIDE_PERMISSIONS, 0, 0, 0)


@pytest.fixture
def place(sqlite_template, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "ehcp.db")
    assert ehcp(folder, "open needs_assessment request_received --case X1 --on 2025-04-02").returncode == 0
    yield folder
    folder.chmod(0o700)


def ehcp(folder, words):
    environment = {**os.environ, "EHCP_DATABASE_URL": f"sqlite:///{folder / 'ehcp.db'}"}
    done = subprocess.run(
        [sys.executable, "-m", "ehcp_flow", *words.split()],
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=as_an_ordinary_account,
    )
    assert "Traceback" not in done.stderr
    return done


def cannot_be_written(path):
    probe = ["sh", "-c", f"test ! -w '{path}'"]
    return subprocess.run(probe, preexec_fn=as_an_ordinary_account).returncode == 0


WRITES = ("record X1 died --on 2025-04-03", "rebuild", "sweep --date 2025-06-01")


def test_a_file_that_may_only_be_read_is_read_and_not_written(place):
    (place / "ehcp.db").chmod(0o444)
    if not cannot_be_written(place / "ehcp.db"):
        pytest.skip("this account may write everything")
    assert "Deciding whether to assess" in ehcp(place, "show X1").stdout
    assert ehcp(place, "due --as-of 2025-05-15").returncode == 0
    for words in WRITES:
        done = ehcp(place, words)
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        assert line.startswith("ehcp: The database may be read but not written. Nothing was written.")
    (place / "ehcp.db").chmod(0o644)
    assert ehcp(place, "record X1 assessment_agreed --on 2025-05-14").returncode == 0


def test_a_folder_that_may_not_be_written_is_one_clear_line(place):
    (place / "ehcp.db").chmod(0o444)
    place.chmod(0o555)
    if not cannot_be_written(place):
        pytest.skip("this account may write everything")
    for words in ("show X1", *WRITES):
        done = ehcp(place, words)
        if done.returncode == 0:
            assert words == "show X1"
            continue
        (line,) = done.stderr.splitlines()
        assert "may be read but not written" in line or "cannot be opened" in line
    new = {**os.environ, "EHCP_DATABASE_URL": f"sqlite:///{place / 'new.db'}"}
    done = subprocess.run(
        [sys.executable, "-m", "ehcp_flow", "init"],
        env=new,
        capture_output=True,
        text=True,
        preexec_fn=as_an_ordinary_account,
    )
    (line,) = done.stderr.splitlines()
    assert "cannot be opened" in line
