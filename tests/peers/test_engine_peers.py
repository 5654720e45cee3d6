"""A session in processes of its own, with real terminals: closing them does not touch the sound."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from captured import read, unbroken
from peers import need
from sounds import encode, tone

import soundscape
from soundscape.ipc.shared_audio_layout import HUNG

pytestmark = [pytest.mark.peer, pytest.mark.waits, pytest.mark.long]

PROGRAM = (sys.executable, "-m", "soundscape")
SCENE = """
name: Short
fades: {track: 1s, phase: 2s, start: 7s, end: 2s}
phases:
  arrival: {duration: 8s, music: [{generate: drone, duration: 60s}]}
  peak: {duration: 6s, music: [{generate: rain, duration: 60s}]}
"""


class Room:
    """A library, a home, and the program run in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("scenes", "playlists"):
            (folder / name).mkdir()
        (folder / "scenes" / "short.yaml").write_text(SCENE)
        self.home = folder / "home"

    def environment(self, **more: str) -> dict[str, str]:
        path = str(Path(soundscape.__file__).parents[1])
        return {**os.environ, "SOUNDSCAPE_HOME": str(self.home), "PYTHONPATH": path, **more}

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            env=self.environment(**more),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def status(self) -> dict[str, object]:
        return json.loads(self.run("status", "--json").stdout)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.run("stop", "--fade", "1s")


def wait_for(holds, what: str, timeout: float = 60.0) -> None:
    limit = time.perf_counter() + timeout
    while not holds():
        assert time.perf_counter() < limit, what
        time.sleep(0.1)


class Terminal:
    """A terminal of tmux, on a server of its own."""

    def __init__(self, room: Room) -> None:
        self._tmux = (need("tmux"), "-S", str(room.folder / "tmux"), "-f", os.devnull)
        self._room = room

    def open(self, *arguments: str, **more: str) -> None:
        command = shlex.join([*PROGRAM, *arguments])
        self._call("new-session", "-d", "-x", "80", "-y", "24", command, **more)

    def shows(self, text: str) -> bool:
        return text in self._call("capture-pane", "-p")

    def press(self, key: str) -> None:
        self._call("send-keys", key)

    def close(self) -> None:
        """As when its window is closed: whatever runs in it is hung up on."""
        self._call("kill-server")

    def _call(self, *arguments: str, **more: str) -> str:
        return subprocess.run(
            [*self._tmux, *arguments],
            env=self._room.environment(TERM="xterm-256color", **more),
            cwd=self._room.folder,
            capture_output=True,
            text=True,
            check=False,
        ).stdout


@pytest.fixture
def terminal(room: Room) -> Iterator[Terminal]:
    made = Terminal(room)
    yield made
    made.close()


def test_closing_the_terminal_leaves_the_output_unbroken_to_the_sample(room, terminal):
    captured, offline = room.folder / "live.raw", room.folder / "offline.wav"
    assert room.run("render", "short", "-o", str(offline)).returncode == 0
    terminal.open(
        *("start", "short", "--no-lights"),
        SDL_AUDIODRIVER="disk",
        SDL_DISKAUDIOFILE=str(captured),
        SDL_DISKAUDIODELAY="20",  # half speed: a busy machine is not what is tested here
    )
    wait_for(lambda: terminal.shows("left"), "the console does not show the session")
    time.sleep(1)
    terminal.close()
    wait_for(lambda: room.run("status").returncode == 1, "the session does not end", 60)
    planned = read(offline)
    unbroken(captured, planned)


def test_a_session_is_steered_from_a_second_terminal_and_both_see_it(room, terminal):
    assert room.run("start", "short", "--headless", "--output", "null").returncode == 0
    terminal.open("attach")
    wait_for(lambda: terminal.shows("PLAYING"), "the console does not show the session")
    said = room.run("hold").stdout
    assert said.startswith(f"held in {room.status()['phase']} at ")
    wait_for(lambda: terminal.shows("HELD"), "the console does not show the hold")
    terminal.press("Space")
    wait_for(lambda: room.status()["ducked"] is True, "the key does not arrive")
    terminal.press("q")
    wait_for(lambda: terminal.shows("the session plays on"), "the console does not ask")
    assert room.status()["state"] == "held"


def test_two_sessions_do_not_share_an_audio_device(room):
    more = {"SDL_AUDIODRIVER": "dummy"}
    assert room.run("start", "short", "--headless", "--label", "blue", **more).returncode == 0
    second = room.run("start", "short", "--headless", "--label", "green", **more)
    assert (second.returncode, second.stdout) == (1, "")
    assert "a session (blue) already plays on this audio device" in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert room.status()["label"] == "blue"


def _processes(room: Room) -> list[int]:
    """All processes of the room's session."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            ours = str(room.home).encode() in (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if ours and b"soundscape." in command:
            found.append(int(entry.name))
    return found


def _signal(processes: list[int], number: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_session_whose_processes_stood_still_is_never_lost(room):
    """As when a lid was closed: it is named, nothing plays on top of it, and it can be ended."""
    more = {"SDL_AUDIODRIVER": "dummy"}
    start = ("start", "short", "--headless", "--no-lights", "--label", "blue")
    assert room.run(*start, **more).returncode == 0
    assert room.run("hold").returncode == 0
    processes = _processes(room)
    assert len(processes) >= 2
    _signal(processes, signal.SIGSTOP)
    try:
        asked = room.run("status")
        assert (asked.returncode, asked.stdout) == (1, "")
        assert "the session (blue) is not answering" in asked.stderr
        second = room.run(*start, **more)
        assert second.returncode == 1
        assert "`soundscape attach --session blue`" in second.stderr
    finally:
        _signal(processes, signal.SIGCONT)
    wait_for(lambda: room.run("status").returncode == 0, "it does not answer again")
    assert room.status()["label"] == "blue"
    processes = _processes(room)
    _signal(processes, signal.SIGSTOP)
    time.sleep(HUNG + 1)
    assert "as soon as they go on" in room.run("stop").stdout
    _signal(processes, signal.SIGCONT)
    wait_for(lambda: room.run("status").returncode == 1, "it does not end")
    assert not (room.home / "runtime" / "session.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_session_that_stands_still_for_ever_is_ended_by_a_second_stop(room):
    more = {"SDL_AUDIODRIVER": "dummy"}
    assert room.run("start", "short", "--headless", "--no-lights", **more).returncode == 0
    processes = _processes(room)
    _signal(processes, signal.SIGSTOP)
    try:
        time.sleep(HUNG + 1)
        assert "once more ends them now" in room.run("stop").stdout
        assert "its processes were ended" in room.run("stop").stdout
        assert "no session is running" in room.run("status").stderr
        assert room.run("start", "short", "--headless", "--no-lights", **more).returncode == 0
    finally:
        _signal(processes, signal.SIGCONT)


def test_what_nobody_measured_is_measured_while_it_plays_and_as_loud_as_it_should_be(
    room: Room,
) -> None:
    """Three tones, two of them so soft that unmeasured they would come 16 dB lower."""
    for name, amplitude in (("a", 0.25), ("b", 0.02), ("c", 0.02)):
        encode(room.folder / f"{name}.wav", tone(17, amplitude=amplitude))
    (room.folder / "scenes" / "tones.yaml").write_text(
        "name: Tones\nfades: {track: 1s, start: 2s, end: 2s}\nphases:\n  arrival:\n"
        "    duration: 48s\n    music: [{file: a.wav}, {file: b.wav}, {file: c.wav}]\n"
    )
    live, offline = room.folder / "live.wav", room.folder / "offline.wav"
    played = room.run("start", "tones", "--foreground", "--output", f"file:{live}")
    assert played.returncode == 0, played.stderr
    assert room.run("render", "tones", "-o", str(offline)).returncode == 0
    last = slice(35 * 48_000, 40 * 48_000)  # of the third, which begins at 32 s, opened 15 s before
    assert np.abs(read(live)[last] - read(offline)[last]).max() < 1e-6
    assert np.abs(read(live)[last]).max() > 0.03
