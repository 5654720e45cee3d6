"""The way to the ear: outputs of a real sound server are muted, turned down, changed, unplugged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import program
import pytest
from peers import need
from sound_server import running_sound_server

import soundscape
from soundscape.devices.audio.pulse_server import PulseServer

pytestmark = [
    pytest.mark.peer,
    pytest.mark.waits,
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="a sound server of Linux"),
]

SCENE = """
name: Noise
fades: {start: 1s, end: 1s}
phases: {only: {duration: 1h, music: [{generate: noise, duration: 1h}]}}
"""
TIMES = 10 if os.environ.get("SOUNDSCAPE_SLOW") == "1" else 2


@dataclass
class Room:
    """A library, a sound server with the outputs Room and Hall, and commands for both."""

    folder: Path
    environment: dict[str, str]

    def soundscape(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return program.ran(self.folder, self.environment, *arguments)

    def pactl(self, *arguments: str) -> str:
        done = subprocess.run(
            [need("pactl"), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout

    def health(self) -> str:
        return str(json.loads(self.soundscape("status", "--json").stdout)["health"]["audio"])

    def streams(self) -> list[str]:
        """The number of the output of each stream."""
        lines = self.pactl("list", "short", "sink-inputs").splitlines()
        return [line.split()[1] for line in lines]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    for name in ("scenes", "playlists", "server"):
        (tmp_path / name).mkdir()
    (tmp_path / "scenes" / "noise.yaml").write_text(SCENE)
    (tmp_path / "room.yaml").write_text("name: Lab\n")
    with running_sound_server(tmp_path / "server") as server:
        path = str(Path(soundscape.__file__).parents[1])
        home = {"SOUNDSCAPE_HOME": str(tmp_path / "home"), "PYTHONPATH": path}
        made = Room(tmp_path, os.environ | server.environment | home)
        made.pactl("load-module", "module-rescue-streams")
        made.pactl("load-module", "module-null-sink", "sink_name=hall", DESCRIBED.format("Hall"))
        yield made
        made.soundscape("stop", "--fade", "0s")


DESCRIBED = "sink_properties=device.description={}"
SINK = "@DEFAULT_SINK@"


def until(true: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    limit = time.perf_counter() + seconds
    while not true():
        assert time.perf_counter() < limit, what
        time.sleep(0.1)


def start(room: Room) -> None:
    done = room.soundscape("start", "noise", "--headless", "--no-lights")
    assert done.returncode == 0, done.stderr


def test_the_format_and_rate_of_an_output_are_read_as_they_are(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", room.environment["PULSE_SERVER"])
    mono = ("sink_name=mono", "rate=44100", "channels=1", "format=s16le")
    room.pactl("load-module", "module-null-sink", *mono, DESCRIBED.format("Mono"))
    found, begin = set(), time.perf_counter()
    for _ in range(20):
        server = PulseServer()
        for name in ("Room", "Mono"):
            output = server.output(name)
            assert output is not None
            found.add((name, output.sample_spec))
        server.close()
    assert found == {("Room", "float32le 2ch 48000Hz"), ("Mono", "s16le 1ch 44100Hz")}
    assert time.perf_counter() - begin < 20.0, "a connection takes no fixed time"


def test_start_refuses_an_output_that_is_muted_unless_forced(room: Room) -> None:
    room.pactl("set-sink-mute", SINK, "1")
    refused = room.soundscape("start", "noise", "--headless", "--no-lights")
    assert refused.returncode != 0
    assert "the output Room is muted" in refused.stderr
    assert "--force" in refused.stderr
    assert room.soundscape("status").returncode != 0, "nothing was started"
    forced = room.soundscape("start", "noise", "--headless", "--no-lights", "--force")
    assert forced.returncode == 0, forced.stderr
    until(lambda: "muted" in room.health(), "the muted output is not told")


def test_an_output_that_is_muted_or_turned_down_is_told_and_so_is_its_return(room: Room) -> None:
    start(room)
    for _ in range(TIMES):
        for off, on, words in (
            (("set-sink-mute", SINK, "1"), ("set-sink-mute", SINK, "0"), "is muted"),
            (("set-sink-volume", SINK, "5%"), ("set-sink-volume", SINK, "100%"), "at 5 %"),
        ):
            room.pactl(*off)
            until(lambda words=words: words in room.health(), f"{words}: not told")  # type: ignore[misc]
            room.pactl(*on)
            until(lambda: room.health() == "ok", "its return is not told")


def test_the_music_follows_no_other_output(room: Room) -> None:
    start(room)
    mine = room.streams()
    for _ in range(TIMES):
        room.pactl("set-default-sink", "hall")
        stream = room.pactl("list", "short", "sink-inputs").split()[0]
        room.pactl("move-sink-input", stream, "hall")
        time.sleep(1.5)
        assert room.streams() == mine
    assert room.health() == "ok"


def test_an_output_that_is_unplugged_is_waited_for_and_no_other_plays(room: Room) -> None:
    start(room)
    lines = room.pactl("list", "short", "modules").splitlines()
    module = next(line.split()[0] for line in lines if "description=Room" in line)
    properties = ("rate=48000", "format=float32le", DESCRIBED.format("Room"))
    for _ in range(TIMES):
        room.pactl("unload-module", module)
        until(lambda: room.health().startswith("no sound"), "the loss is not told")
        assert room.streams() == [], "another output plays"
        module = room.pactl("load-module", "module-null-sink", *properties).strip()
        until(lambda: room.health() == "ok", "the sound is not back")
        assert len(room.streams()) == 1


def test_a_suspended_output_is_waited_for_and_the_same_music_goes_on(room: Room) -> None:
    start(room)
    title = json.loads(room.soundscape("status", "--json").stdout)["layers"]["music"]["title"]
    room.pactl("suspend-sink", SINK, "1")
    until(lambda: "suspended" in room.health() or "no sound" in room.health(), "it is not told")
    time.sleep(20.0)  # in which three players would be lost that gave up
    room.pactl("suspend-sink", SINK, "0")
    until(lambda: room.health() == "ok", "the sound is not back")
    music = json.loads(room.soundscape("status", "--json").stdout)["layers"]["music"]
    assert music["title"] == title
