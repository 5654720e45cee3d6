"""No gap: what a sound server plays of a live session is what `render` writes of it.

The long forms: `python -m benchmarks gaps`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import program
import pytest
from captured import read
from recordings import Break, Heard, breaks
from sound_server import running_sound_server
from sounds import encode, pink

import soundscape
from soundscape.ipc.priority import be_served_first, step_back
from soundscape.remote.client.client import Client, SessionEvent

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timed,
    pytest.mark.skipif(sys.platform != "linux", reason="a sound server of Linux"),
]

RATE = 48_000
SCENE = """
name: Noise
fades: {track: 2s, start: 3s, end: 2s}
phases: {only: {duration: 10m, loudness: -24, music: [{file: a.flac}, {file: b.mp3}]}}
"""
STOPS = (0.03, 0.06, 0.12, 0.2)


@dataclass
class Live:
    """A session that plays to a sound server which is recorded."""

    folder: Path
    environment: dict[str, str]
    player: int
    begun: float

    def run(self, *arguments: str) -> str:
        return program.soundscape(self.folder, self.environment, *arguments)

    def stand_still(self, seconds: float) -> None:
        """Stop the player. In real time, where that is allowed: or it would take longer."""
        be_served_first()
        os.kill(self.player, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(self.player, signal.SIGCONT)
        step_back()

    def gaps(self) -> int:
        return json.loads(self.run("status", "--json"))["health"]["underruns"]

    def gap_lengths(self) -> list[float]:
        """The length in seconds of each gap, as the session told of it."""
        file = json.loads((self.folder / "home" / "runtime" / "session.json").read_text())
        lengths = []
        for told in Client(file["url"], file["token"]).changes(since=0):
            if not isinstance(told, SessionEvent):
                break
            if told.line["event"] == "gap":
                lengths.append(told.line["seconds"])
        return lengths

    def wait_for_gaps(self, count: int) -> None:
        """A gap counts once the device's clock is steady again: at most 12 s after it."""
        end = time.perf_counter() + 15.0
        while self.gaps() < count and time.perf_counter() < end:
            time.sleep(0.2)

    def heard(self) -> Heard:
        sound = np.fromfile(self.folder / "heard.raw", dtype="<f4")
        return sound[: len(sound) // 2 * 2].reshape(-1, 2)

    def breaks(self) -> list[Break]:
        """Where the recording so far is not the render's."""
        played = time.perf_counter() - self.begun - 1.5
        self.run("render", "noise", "-o", "plan.wav", "--to", f"{played:.1f}s")
        return breaks(read(self.folder / "plan.wav"), self.heard())


@contextmanager
def playing(folder: Path) -> Iterator[Live]:
    for name in ("scenes", "playlists", "server"):
        (folder / name).mkdir()
    (folder / "scenes" / "noise.yaml").write_text(SCENE)
    (folder / "room.yaml").write_text("name: Lab\n")
    encode(folder / "a.flac", pink(20, seed=1))
    encode(folder / "b.mp3", pink(20, 44_100, seed=2), 44_100, codec="libmp3lame")
    home = folder / "home"
    path = str(Path(soundscape.__file__).parents[1])
    # Beside other tests the server's own main thread stands still for longer than it holds sound.
    with running_sound_server(folder / "server", real_time=os.geteuid() == 0) as server:
        environment = os.environ | server.environment
        environment |= {"SOUNDSCAPE_HOME": str(home), "PYTHONPATH": path}
        # Live and render are to have the same gains: what a start measures in a hurry may differ.
        program.soundscape(folder, environment, "scan", "--library", ".")
        with server.recorded(folder / "heard.raw"):
            program.soundscape(folder, environment, "start", "noise", "--headless", "--no-lights")
            begun = time.perf_counter()
            host = json.loads((home / "runtime" / "session.json").read_text())["pid"]
            player = min(_players(host))  # the standby is started after it
            try:
                yield Live(folder, environment, player, begun)
            finally:
                program.soundscape(folder, environment, "stop", "--fade", "0s")


def _players(host: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{host}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread or a process that has ended meanwhile
            for child in (task / "children").read_text().split():
                command = Path(f"/proc/{child}/cmdline").read_text()
                if "player" in command:
                    found.append(int(child))
    return found


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One session for these tests, which need it in their order: what was heard stays heard."""
    with playing(tmp_path_factory.mktemp("live")) as found:
        time.sleep(4.0)
        yield found


def test_what_a_sound_server_plays_is_the_render_to_the_frame(live: Live) -> None:
    time.sleep(8.0)
    assert live.gaps() == 0
    assert live.breaks() == []


SLOW = (
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("SOUNDSCAPE_SLOW") != "1", reason="minutes"),
)


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=SLOW)], ids=["ten", "a hundred"])
def test_a_player_that_stands_still_for_up_to_a_fifth_of_a_second_is_not_heard(
    live: Live, times: int
) -> None:
    chance = random.Random(5)
    for number in range(times):
        live.stand_still(STOPS[number % len(STOPS)])
        time.sleep(chance.uniform(1.0, 2.0))
    assert live.breaks() == []
    assert live.gaps() == 0


def test_a_stop_that_is_heard_is_counted_once_each_with_its_length(live: Live) -> None:
    for count in (1, 2):
        live.stand_still(0.5)
        live.wait_for_gaps(count)
    time.sleep(4.0)  # the recording is compared up to a moment ago
    heard = [one.zeros / RATE for one in live.breaks()]
    assert len(heard) == live.gaps() == 2
    assert live.gap_lengths() == pytest.approx(heard, abs=0.03)
    assert min(heard) > 0.05
