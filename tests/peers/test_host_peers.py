"""Hosts that are killed under a session: the player plays on and starts another one."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fake_midi
import pytest
from captured import read, unbroken
from sounds import encode, tone

import soundscape
from soundscape.engine.player.host_link import DEATHS, DEATHS_WITHIN, HANGS_AFTER
from soundscape.views.fault_texts import HOST_REPLACED

pytestmark = [
    pytest.mark.peer,
    pytest.mark.waits,
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL"),
]

ROOM = """
name: Lab
midi: {desk: {output: dumper}}
lights:
  room: {port: desk, channel: 1, cc: 20, from: 60%}
"""
SCENE = """
name: Adopted
fades: {{track: 1s, phase: 2s, start: 3s, end: 2s}}
phases:
  arrival:
    duration: {half}s
    music: [{{file: a.flac}}, {{file: b.flac}}]
    lights: [{{set: {{room: 10%}}, over: {half}s}}]
  rest:
    duration: {half}s
    music: [{{file: b.flac}}, {{generate: drone, duration: 60s}}]
"""
DELAY = 21
"""Milliseconds that the disk driver takes for a buffer: it is in no hurry on a busy machine."""
LEAD = 20.0
"""Real seconds before the first host is killed, so that the next one is loaded, and after the last.
"""


class Session:
    """A session whose sound goes to a file, and whose lights are written down."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        for name in ("scenes", "playlists"):
            (folder / name).mkdir()
        for name, hertz in (("a", 220.0), ("b", 330.0)):
            encode(folder / f"{name}.flac", tone(9, 44_100, hertz), 44_100)
        half = round(seconds / 2)
        (folder / "scenes" / "adopted.yaml").write_text(SCENE.format(half=half))
        (folder / "room.yaml").write_text(ROOM)
        (folder / "names").write_text("dumper")
        path = [str(Path(soundscape.__file__).parents[1]), str(Path(fake_midi.__file__).parent)]
        self.environment = {
            **os.environ,
            "SOUNDSCAPE_HOME": str(folder / "home"),
            "PYTHONPATH": os.pathsep.join(path),
            "SOUNDSCAPE_MIDI_BACKEND": "fake_midi",
            "FAKE_MIDI": str(folder),
            "SDL_AUDIODRIVER": "disk",
            "SDL_DISKAUDIOFILE": str(folder / "live.raw"),
            "SDL_DISKAUDIODELAY": str(DELAY),
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run a command in the session's folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "soundscape", *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """What a command says."""
        return self.start(*arguments).communicate(timeout=120)[0]

    @property
    def file(self) -> dict[str, Any]:
        """The session's file."""
        path = self.folder / "home" / "runtime" / "session.json"
        return dict(json.loads(path.read_text())) if path.exists() else {"url": "", "pid": 0}

    def view(self) -> dict[str, Any] | None:
        """What the session's address says, with its token; None where nobody answers."""
        known = self.file
        if not known["url"]:
            return None
        header = {"Authorization": f"Bearer {known['token']}"}
        asked = urllib.request.Request(f"{known['url']}api/session", headers=header)  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
                return dict(json.load(answer))
        except OSError:
            return None

    def kill_host(self, how: int = signal.SIGKILL) -> float:
        """Kill the host. Returns the seconds until another one answers at the same address."""
        before = self.file
        os.kill(before["pid"], how)
        begin = time.perf_counter()
        until(lambda: self.view() is not None, "nobody answers")
        took = time.perf_counter() - begin
        after = self.file
        assert after.pop("pid") != before.pop("pid")
        assert after == before, "the address, the token, the label, the lights"
        return took

    def levels(self) -> list[int]:
        """What the light was told, in order."""
        lines = (self.folder / "record").read_text().splitlines()
        told = [bytes.fromhex(line.split("\t")[2]) for line in lines]
        return [data[2] for data in told if data[:2] == bytes((0xB0, 20))]

    def journal(self) -> list[dict[str, Any]]:
        """The lines of the session's journal."""
        path = self.folder / "home" / "state" / "sessions" / "1" / "journal.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines() if line]


def until(true: Any, what: str, timeout: float = 60.0) -> None:
    limit = time.perf_counter() + timeout
    while not true():
        assert time.perf_counter() < limit, what
        time.sleep(0.02)


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are to be gone after the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def lived_through(
    folder: Path, kills: int, apart: float, ended: list[subprocess.Popen[str]]
) -> list[float]:
    """A session whose host is killed so often. Returns how long each time nobody answered."""
    session, chance = Session(folder, 2 * LEAD + kills * apart), random.Random(kills)
    session.run("render", "adopted", "-o", str(folder / "offline.wav"))
    playing = session.start("start", "adopted", "--foreground")
    ended.append(playing)
    until(lambda: session.view() is not None, "no session")
    time.sleep(LEAD)
    took = []
    for number in range(kills):
        begin = time.perf_counter()
        assert "noted" in session.run("note", f"note {number}")
        time.sleep(chance.uniform(0.0, 1.0))
        before, moment = session.view(), time.perf_counter()
        took.append(session.kill_host(signal.SIGSEGV if number % 2 else signal.SIGKILL))
        after, passed = session.view(), time.perf_counter() - moment
        assert before is not None
        assert after is not None
        assert 0.0 < after["elapsed"] - before["elapsed"] <= passed + 1.0
        time.sleep(max(0.0, apart - (time.perf_counter() - begin)))
    said, _ = playing.communicate(timeout=300)
    assert playing.returncode == 0, said
    unbroken(folder / "live.raw", read(folder / "offline.wav"))
    assert all(0 <= a - b <= 2 for a, b in itertools.pairwise(session.levels())), "a ramp"
    assert said.count(HOST_REPLACED) == kills, said
    assert said.count("phase rest") == said.count("the session is over") == 1, said
    until(lambda: session.journal()[-1]["event"] == "closed", "the journal is not closed")
    complete(session.journal(), kills)
    crashes = sorted((folder / "home" / "state" / "sessions" / "1").glob("crash-*.txt"))
    assert len(crashes) == kills
    assert "no traceback" in crashes[0].read_text()
    assert "Segmentation fault" in crashes[1].read_text()
    return took


def complete(lines: list[dict[str, Any]], kills: int) -> None:
    """A journal in which nothing is missing, nothing stands twice, and all is in order."""
    positions = [line["t"] for line in lines if line["event"] == "position"]
    assert positions == sorted(positions)
    rest = [line for line in lines if line["event"] not in ("position", "gap", "output")]
    kinds = Counter(line["event"] for line in rest)
    assert (kinds["session"], kinds["phase"], kinds["end"], kinds["closed"]) == (1, 2, 1, 1)
    notes = [line["text"] for line in rest if line["event"] == "command"]
    assert notes == [f"note {number}" for number in range(kills)]
    replaced = [line for line in rest if line.get("message") == HOST_REPLACED]
    assert len(replaced) == kills
    assert kinds["clip-start"] == kinds["clip-end"] >= 4
    assert len({json.dumps(line) for line in rest}) == len(rest), "a line stands twice"
    commands = [line["t"] for line in rest if line["event"] in ("command", "phase", "end")]
    assert commands == sorted(commands)


def figures(took: list[float]) -> str:
    middle = sorted(took)[len(took) // 2]
    return (
        f"\n{len(took)} hosts killed: nobody answered for {middle:.2f} s, most {max(took):.2f} s\n"
    )


def test_a_killed_host_is_replaced_and_nothing_is_heard_seen_or_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ended: list[subprocess.Popen[str]]
) -> None:
    took = lived_through(tmp_path, DEATHS - 1, 20.0, ended)
    with capsys.disabled():
        sys.stdout.write(figures(took))
    assert max(took) <= 15.0, "a busy machine takes longer"


@pytest.mark.slow
@pytest.mark.skipif("SOUNDSCAPE_SLOW" not in os.environ, reason="SOUNDSCAPE_SLOW=1 asks for it")
def test_twenty_killed_hosts_are_each_replaced_within_two_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ended: list[subprocess.Popen[str]]
) -> None:
    took = lived_through(tmp_path, 20, DEATHS_WITHIN / (DEATHS - 1) + 1.0, ended)
    with capsys.disabled():
        sys.stdout.write(figures(took))
    assert max(took) <= 2.0


def test_a_host_that_hangs_is_replaced_too(tmp_path: Path) -> None:
    session = Session(tmp_path, 600.0)
    session.run("start", "adopted", "--headless")
    took = session.kill_host(signal.SIGSTOP)
    assert HANGS_AFTER - 1.0 <= took <= HANGS_AFTER + 15.0
    assert "fading out" in session.run("stop")
    until(lambda: not session.file["pid"], "the session does not end")


def test_after_three_hosts_in_a_minute_the_sound_plays_on_and_can_be_stopped(
    tmp_path: Path, ended: list[subprocess.Popen[str]]
) -> None:
    session = Session(tmp_path, 600.0)
    captured = tmp_path / "live.raw"
    session.run("start", "adopted", "--headless")
    for _ in range(DEATHS - 1):
        session.kill_host()
    os.kill(session.file["pid"], signal.SIGKILL)
    size = captured.stat().st_size
    until(lambda: captured.stat().st_size > size + 4 * 48_000 * 8, "the sound has stopped")
    assert session.view() is None
    assert "its music plays on" in session.run("status")
    assert "fade out" in session.run("stop")
    until(lambda: not session.file["pid"] or _still(captured), "the session does not end")


def _still(captured: Path) -> bool:
    size = captured.stat().st_size
    time.sleep(1.0)
    return captured.stat().st_size == size
