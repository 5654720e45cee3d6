"""Lamps on a real broker: mosquitto with TLS, and a lamp that goes away and comes back."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mosquitto import Mosquitto
from simulated_lamp import SimulatedLamp, until

from soundscape.devices.room_outputs import RoomOutputs
from soundscape.engine.light_preview import all_messages, play_lights
from soundscape.engine.light_run import LightRun
from soundscape.ipc import clock
from soundscape.library.files.locate import Library
from soundscape.library.resolve import Loaded, load_show
from soundscape.lighting.rig import Rig
from soundscape.units import SAMPLE_RATE, frames

pytestmark = [pytest.mark.peer, pytest.mark.waits]

SCENE = """
fades: {track: 1s, phase: 2s, start: 1s, end: 2s}
phases:
  arrival:
    duration: 14s
    music: [{generate: drone, duration: 60s}]
    lights: [{set: {ceiling: 40%, warmth: 2700K}, over: 5s}]
  peak:
    duration: 6s
    music: [{generate: drone, duration: 60s}]
    lights: [{set: {ceiling: 15%}, over: 4s}]
"""
CLOSE = 0.25
"""Seconds from when a value is due to when the lamp has it, on a busy computer."""


def scene(folder: Path, broker: Mosquitto) -> Loaded:
    for name in ("scenes", "playlists"):
        (folder / name).mkdir()
    topic = "lamps/room-1/ceiling"
    lamp = {"topic": f"{topic}/set", "availability": f"{topic}/availability"}
    room = {
        "network": {"mqtt": broker.settings("room-1")},
        "lights": {
            "ceiling": {"mqtt": lamp, "from": "60%"},
            "warmth": {"mqtt": lamp, "range": "2200K to 4000K", "from": "3000K"},
        },
    }
    (folder / "room.yaml").write_text(json.dumps(room))
    (folder / "scenes" / "lamps.yaml").write_text(SCENE)
    return load_show(Library(folder), "lamps")


@pytest.fixture
def lamp(mosquitto: Mosquitto) -> Iterator[SimulatedLamp]:
    made = SimulatedLamp(mosquitto, "ceiling")
    yield made
    made.close()


def test_a_scene_reaches_the_lamp_as_planned(
    mosquitto: Mosquitto, lamp: SimulatedLamp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    loaded = scene(tmp_path, mosquitto)
    assert play_lights(loaded.room, loaded.root, loaded.show, lambda _said: None) == {
        "ceiling": "ok",
        "warmth": "ok",
    }
    messages = all_messages(loaded.room, loaded.show)
    planned = [(m.frame / SAMPLE_RATE, json.loads(m.data)) for m in messages]
    assert [value for _, value in lamp.sent] == [value for _, value in planned]
    began = lamp.sent[0][0] - planned[0][0]
    late = [at - began - due for (at, _), (due, _) in zip(lamp.sent, planned, strict=True)]
    assert max(late) - min(late) < CLOSE


class Fade:
    """A fade of a minute, sent to the lamp by the real process."""

    def __init__(self, loaded: Loaded) -> None:
        self.outputs = RoomOutputs(loaded.room, {}, {}, loaded.root)
        self.outputs.start()
        self.outputs.wait_for_lamps()
        self.rig = Rig(loaded.room)
        self.run = LightRun(self.rig, self.outputs)
        self.rig.move(0, {"ceiling": 0.1}, frames(60.0))
        self.over = False
        self._thread = threading.Thread(
            target=self.run.run, args=(self.rig.messages, lambda: self.over), daemon=True
        )
        self._thread.start()

    def state(self) -> str:
        return self.outputs.health()["ceiling"]

    def close(self) -> None:
        self.over = True
        self.outputs.close(0.0)


@contextmanager
def fade(loaded: Loaded) -> Iterator[Fade]:
    made = Fade(loaded)
    try:
        yield made
    finally:
        made.close()


def is_gentle(value: dict[str, Any]) -> bool:
    """Whether a lamp at any level would obey the limit: its first leg lasts ten seconds."""
    return bool(value["transition"] == 10 and 26 <= value["brightness"] < 153)


def test_a_lamp_that_was_away_and_a_broker_that_was_killed_get_the_value_of_then(
    mosquitto: Mosquitto, lamp: SimulatedLamp, tmp_path: Path
) -> None:
    with fade(scene(tmp_path, mosquitto)) as played:
        assert is_gentle(lamp.next(0.0)[1])
        # Whatever else comes to its topic says nothing.
        for payload in (b"", b"\xff\xfe", b"{", b'{"state": 5}', b"[" * 5000, b"x" * 60_000):
            lamp.say(payload, retain=False)
        time.sleep(1.0)
        assert played.state() == "ok"

        lamp.say(b'{"state": "offline"}')
        until(lambda: played.state() == "lost")
        away = clock.now()
        time.sleep(2.0)
        assert [at for at, _ in lamp.sent if at > away + CLOSE] == []
        back = clock.now()
        lamp.say(b'{"state": "online"}')
        at, value = lamp.next(back)
        assert (at - back < 1.0, is_gentle(value)) == (True, True)
        before = value["brightness"]

        mosquitto.kill()
        until(lambda: played.state() == "lost")
        time.sleep(2.0)
        restarted = clock.now()
        mosquitto.start()
        at, value = lamp.next(restarted)
        assert (is_gentle(value), value["brightness"] < before) == (True, True)
        assert played.state() == "ok"
        said = played.outputs.faults()
        assert [line.split(":")[0] for line in said] == [
            *("lights offline", "lights back", "lights offline", "lights back")
        ]


def test_without_a_broker_the_lamps_are_absent_and_nothing_waits(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    loaded = scene(tmp_path, mosquitto)
    mosquitto.kill()
    outputs = RoomOutputs(loaded.room, {}, {}, loaded.root)
    outputs.start()
    outputs.wait_for_lamps()
    began = clock.now()
    for number in range(2000):
        outputs.send([(began + number, "ceiling", b"{}")])
    assert clock.now() - began < 0.5
    assert outputs.health() == {"ceiling": "absent", "warmth": "absent"}
    (said,) = outputs.faults()
    assert said.startswith("lights offline: ceiling, warmth: the broker 127.0.0.1: it does not")
    outputs.close(0.0)
