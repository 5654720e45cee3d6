"""The machine fails a running session: no file handles left, a file changed, a wrong clock, a full
disk. It plays on, and it is shown and written down.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from live_session import LiveSession
from sounds import encode, tone

from soundscape.journal.journal_file import read_journal

pytestmark = [
    pytest.mark.long,
    pytest.mark.waits,
    pytest.mark.skipif(sys.platform != "linux", reason="prlimit, /proc and tmpfs of Linux"),
]

SCENE = """
name: Long
fades: {track: 1s, phase: 1s, start: 1s, end: 1s}
phases:
  peak:
    duration: 10m
    music: [{file: a.wav, calm: false}, {file: b.wav, calm: false}, {file: c.wav, calm: false}]
"""
LENGTHS = {"a": 40, "b": 60, "c": 60}
"""Seconds. A file is opened 15 s before it begins, and read a few seconds ahead."""


CLOCK = """
import os, time
_time = time.time
def _set():
    try:
        return float(open(os.environ["OFFSET"]).read())
    except (OSError, ValueError):
        return 0.0
time.time = lambda: _time() + _set()
"""
"""A wall clock that a file sets."""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of two megabytes in place of a folder. Skips where we may not mount one."""
    mounted = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("this user may mount nothing")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[LiveSession]:
    made = LiveSession(tmp_path, SCENE)
    for number, (name, seconds) in enumerate(LENGTHS.items()):
        encode(tmp_path / f"{name}.wav", tone(seconds, 48_000, 220.0 + 55 * number, 0.1))
    made.run("scan")
    yield made
    made.cut_power()


def start(session: LiveSession) -> None:
    session.run("start", "long", "--output", "null", "--headless")


def until(found: Callable[[], Any], what: str, seconds: float = 40.0) -> Any:
    """What `found` returns once that is anything."""
    limit = time.perf_counter() + seconds
    while not (value := found()):
        assert time.perf_counter() < limit, what
        time.sleep(0.3)
    return value


def plays_on(session: LiveSession) -> None:
    """The session's time goes on, and it takes a command."""
    before = session.status()
    session.run("note", "it plays on")
    after = session.status()
    assert after["state"] == "playing"
    assert after["position"] > before["position"]


def shows(session: LiveSession, words: str) -> bool:
    """Whether the session's health or a warning has the words."""
    view = session.status()
    said = [str(view["health"]), *(warning["text"] for warning in view["warnings"])]
    return any(words in one for one in said)


def journal(session: LiveSession) -> str:
    return session.recorded.journal.read_text()


def first_free(process: int) -> int:
    """The number that the next file of a process would have."""
    used = {int(path.name) for path in Path(f"/proc/{process}/fd").iterdir()}
    return next(number for number in range(len(used) + 1) if number not in used)


@contextmanager
def out_of_files(process: int) -> Iterator[None]:
    """A process that can open no file more."""
    before = resource.prlimit(process, resource.RLIMIT_NOFILE)
    lowest = first_free(process)
    for _ in range(100):  # some files are open for a moment only: one of them would leave a place
        time.sleep(0.01)
        lowest = min(lowest, first_free(process))
    resource.prlimit(process, resource.RLIMIT_NOFILE, (lowest, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_NOFILE, before)


def test_a_player_without_file_handles_goes_on_with_what_it_can_play(session: LiveSession) -> None:
    start(session)
    player = session.player()
    with out_of_files(player):
        session.run("skip")
        until(lambda: shows(session, "Too many open files"), "it is not shown")
        plays_on(session)
        assert session.player() == player
    assert "Too many open files" in journal(session)


def test_a_host_without_file_handles_plays_on_and_serves_again_once_there_are_some(
    session: LiveSession,
) -> None:
    start(session)
    player = session.player()
    host = int(Path(f"/proc/{player}/stat").read_text().rsplit(")", 1)[1].split()[1])
    with out_of_files(host):
        said = session.run("status", code=1)
        assert "its music plays on" in said
        time.sleep(2.0)
    until(lambda: shows(session, "the journal cannot be written"), "it is not shown")
    plays_on(session)
    assert session.player() == player
    until(lambda: "the journal cannot be written" in journal(session), "it is not written down")


def test_a_file_that_is_cut_off_while_it_plays_is_left_for_the_next_one(
    session: LiveSession,
) -> None:
    start(session)
    os.truncate(session.folder / "a.wav", 1_000_000)
    until(lambda: session.status()["layers"]["music"]["title"] == "b", "the music does not go on")
    assert shows(session, "'a'")
    plays_on(session)
    assert "'a'" in journal(session)


def test_a_file_that_is_replaced_is_measured_before_it_plays(session: LiveSession) -> None:
    start(session)
    encode(session.folder / "b.wav", tone(50, 48_000, 275.0, 0.4))  # 12 dB louder
    session.run("skip")
    assert session.status()["layers"]["music"]["title"] == "c"
    until(lambda: shows(session, "missing files are back"), "it does not come back")

    def b_begins() -> bool:
        session.run("skip")
        return bool(session.status()["layers"]["music"]["title"] == "b")

    until(lambda: b_begins() and len(gains(session, "b")) > 1, "it is not measured")
    assert gains(session, "b")[-1] == pytest.approx(gains(session, "a")[0] - 12.0, abs=0.2)


def gains(session: LiveSession, title: str) -> list[float]:
    """The gains (dB) with which a track began."""
    entries = read_journal(session.recorded.journal).entries
    began = [one for one in entries if one.event == "clip-start" and one.text("title") == title]
    return [one.number("gain_db") or 0.0 for one in began]


def test_a_clock_that_is_set_by_an_hour_changes_nothing_while_a_session_plays(
    session: LiveSession,
) -> None:
    (session.folder / "clock").mkdir()
    (session.folder / "clock" / "sitecustomize.py").write_text(CLOCK)
    offset = session.folder / "clock" / "offset"
    session.environment["PYTHONPATH"] = os.pathsep.join(
        (str(session.folder / "clock"), session.environment.get("PYTHONPATH", ""))
    )
    session.environment["OFFSET"] = str(offset)
    start(session)
    began = session.status()
    for hours in (1, -1):
        offset.write_text(str(3600 * hours))
        plays_on(session)
    now = session.status()
    assert now["elapsed"] - began["elapsed"] == pytest.approx(now["asked"] - began["asked"], abs=3)
    assert now["warnings"] == began["warnings"]
    times = [entry.t for entry in read_journal(session.recorded.journal).entries]
    assert max(times) < 100.0


def test_a_full_disk_costs_one_warning_and_the_journal_is_whole_once_there_is_room(
    session: LiveSession,
) -> None:
    session.home.mkdir(exist_ok=True)
    with small_disk(session.home):
        start(session)
        filler = session.home / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

        def is_shown() -> bool:
            # The file's last block has room for some lines yet.
            session.run("note", f"while it is full {'.' * 180}")
            return shows(session, "the journal cannot be written")

        until(is_shown, "it is not shown")
        plays_on(session)
        filler.unlink()
        until(lambda: "while it is full" in journal(session), "it is not written down")
        assert shows(session, "the journal cannot be written")
        session.cut_power()
