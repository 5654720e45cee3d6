"""The real command `scan`, interrupted as a person does it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sounds import encode, pink

from soundscape.library.measure.catalogue import FILE
from soundscape.library.measure.scan import FEW

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timed,
    pytest.mark.skipif(sys.platform == "win32", reason="there a key press is no signal"),
]

MANY = 40


def scan(folder: Path, home: Path) -> subprocess.Popen[str]:
    """`soundscape scan FOLDER --json` in a process group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "soundscape", "scan", str(folder), "--json"],
        env={**os.environ, "SOUNDSCAPE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def measured(home: Path) -> dict[str, int]:
    """The files that the catalogue knows, and in which order they came."""
    file = home / "cache" / FILE
    if not file.exists():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as base:
        try:
            rows = base.execute("SELECT path, rowid FROM tracks").fetchall()
        except sqlite3.OperationalError:  # it is being made
            return {}
    return {Path(os.fsdecode(path)).name: number for path, number in rows}


def test_ctrl_c_ends_it_at_once_and_it_goes_on_where_it_was(tmp_path: Path) -> None:
    music, home = tmp_path / "music", tmp_path / "home"
    music.mkdir()
    minutes = 1 + FEW // (MANY * 60 * 48_000 * 4)  # enough for several processes
    one = encode(tmp_path / "0.wav", pink(60 * minutes, rms=0.1), codec="pcm_s16le")
    for number in range(MANY):
        os.link(one, music / f"{number}.wav")
    first = scan(music, home)
    deadline = time.perf_counter() + 60
    while not measured(home):
        assert first.poll() is None, first.communicate()
        assert time.perf_counter() < deadline
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGINT)  # a terminal's Ctrl-C goes to the whole group
    begin = time.perf_counter()
    out, err = first.communicate(timeout=30)
    assert first.returncode == 130
    assert time.perf_counter() - begin < 5
    assert (out, err.strip()) == ("", "")
    done = measured(home)
    assert 0 < len(done) < MANY
    second = scan(music, home)
    out, err = second.communicate(timeout=120)
    assert (second.returncode, err) == (0, "")
    assert len(json.loads(out)) == MANY
    assert all(measured(home)[name] == number for name, number in done.items())  # not again
    assert len(measured(home)) == MANY
