"""All processes of a session are killed at once, as by a power cut, and it is taken up."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from live_session import LiveSession

from soundscape.journal.journal_file import read_journal

pytestmark = [
    pytest.mark.long,
    pytest.mark.waits,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc"),
]

SCENE = """
name: Long
fades: {track: 2s, phase: 4s, start: 2s, end: 1s}
phases:
  peak: {duration: 10m, music: [{generate: drone, duration: 3m}]}
  return: {duration: 5m, music: [{generate: rain, duration: 3m}]}
"""
CUTS = 100 if os.environ.get("SOUNDSCAPE_SLOW") == "1" else 2
"""Every second one is in the middle of a command."""
NEAR = 0.6
"""Seconds by which the clock of a session that was taken up may differ."""


@pytest.fixture
def session(tmp_path):
    made = LiveSession(tmp_path, SCENE)
    yield made
    made.cut_power()


def test_a_session_whose_processes_are_killed_together_comes_back_where_it_should_be(session):
    chance = random.Random(14)
    session.run("start", "long", "--output", "null", "--headless")
    session.run("dose")
    for number in range(CUTS):
        session.run("note", f"cut {number}")
        time.sleep(chance.uniform(0.0, 1.5))
        before = session.status()
        time.sleep(chance.uniform(0.0, 1.2))
        if number % 2:  # in the middle of a command
            asked = subprocess.Popen(
                [sys.executable, "-m", "soundscape", "duck"],
                env={**session.environment, "SOUNDSCAPE_HOME": str(session.home)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(chance.uniform(0.3, 0.9))
        session.cut_power()
        if number % 2:
            asked.wait()
        with session.recorded.journal.open("ab") as journal:
            journal.write(b'{"t":12.5,"event":"posi')  # between write and flush
        time.sleep(chance.uniform(0.0, 2.0))
        warned = session.run("sessions")
        assert "cut off" in warned
        session.run("recover", "--yes", "--headless")
        after = session.status()
        least = after["asked"] - before["answered"] - NEAR
        most = after["answered"] - before["asked"] + NEAR
        assert least <= after["elapsed"] - before["elapsed"] <= most
        assert least <= after["since_dose"] - before["since_dose"] <= most
        assert [mark["text"] for mark in after["marks"]] == [f"cut {n}" for n in range(number + 1)]
    session.run("stop", "--fade", "1s")
    for _ in range(100):
        if not session.recorded.resume.exists():
            break
        time.sleep(0.1)
    entries = read_journal(session.recorded.journal).entries
    assert [entry.event for entry in entries].count("resumed") == CUTS
    assert [entry.event for entry in entries].count("session") == 1
    assert entries[-1].event == "closed"
    assert not session.recorded.resume.exists()
    assert "no session was cut off" in session.run("recover", "--yes", code=1)


def test_start_tells_of_it_and_without_a_yes_nothing_is_done(session):
    session.run("start", "long", "--output", "null", "--headless")
    time.sleep(1.5)
    session.cut_power()
    said = session.run("recover", code=1)
    assert "by now it should be in peak" in said
    assert "soundscape recover --yes" in said
    started = session.run("start", "long", "--output", "null", "--headless", "--label", "other")
    assert "session 1 (Long) was cut off" in started
    assert session.run("recover", "--end").strip() == "session 1 is over"
    assert "no session was cut off" in session.run("recover", code=1)


def test_after_more_than_ten_minutes_the_return_phase_is_offered(session):
    session.run("start", "long", "--output", "null", "--headless")
    session.run("dose")
    session.run("duck")
    time.sleep(1.5)
    session.cut_power()
    # Twelve minutes later, by the clock of the wall.
    (session.folder / "later").mkdir()
    (session.folder / "later" / "sitecustomize.py").write_text(
        "import time\n_time = time.time\ntime.time = lambda: _time() + 720.0\n"
    )
    session.environment["PYTHONPATH"] = str(session.folder / "later")
    said = session.run("recover", "--yes", "--headless", code=1)
    assert "`soundscape recover --return` begins return" in said
    session.run("recover", "--return", "--headless")
    view = session.status()
    assert (view["phase"], view["ducked"]) == ("return", True)
    assert view["phase_elapsed"] < 90.0  # from the decision on, however slow the machine
    assert view["since_dose"] > 720.0


def test_a_player_that_crashes_leaves_a_file_that_the_report_shows(session):
    session.run("start", "long", "--output", "null", "--headless")
    session.run("note", "of the patient")
    os.kill(session.player(), signal.SIGSEGV)
    for _ in range(300):
        if session.recorded.crash_files():
            break
        time.sleep(0.1)
    said = session.run("report", "--crash")
    assert "Segmentation fault" in said
    assert "the standby takes over" in said
    assert "of the patient" not in said
    assert str(session.folder) not in said
    assert json.loads(session.run("sessions", "--json"))[0]["crash_files"] == 1
