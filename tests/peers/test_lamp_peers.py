"""Lamps on a real broker: mosquitto with TLS, and a lamp that goes away and comes back."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lamp_fades import fade, lamp_scene
from mosquitto import Mosquitto
from simulated_lamp import SimulatedLamp, until

from soundscape.devices.room_outputs import RoomOutputs
from soundscape.engine.light_preview import all_messages, play_lights
from soundscape.ipc import clock
from soundscape.units import SAMPLE_RATE

pytestmark = [pytest.mark.peer, pytest.mark.waits]

CLOSE = 0.25
"""Seconds from when a value is due to when the lamp has it."""


@pytest.fixture
def lamp(mosquitto: Mosquitto) -> Iterator[SimulatedLamp]:
    made = SimulatedLamp(mosquitto, "ceiling")
    yield made
    made.close()


@pytest.mark.timed
def test_a_scene_reaches_the_lamp_as_planned(
    mosquitto: Mosquitto, lamp: SimulatedLamp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    loaded = lamp_scene(tmp_path, mosquitto)
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


def first_leg(lamp: SimulatedLamp, after: float) -> Any:
    """The first message after a time that begins at an unknown level."""
    return next(((at, v) for at, v in lamp.sent if at > after and v["transition"] == 10), None)


def is_gentle(value: dict[str, Any]) -> bool:
    """Whether a lamp at any level would obey the limit: its first leg lasts ten seconds."""
    return bool(value["transition"] == 10 and 26 <= value["brightness"] < 153)


@pytest.mark.timed
def test_a_lamp_that_was_away_and_a_broker_that_was_killed_get_the_value_of_then(
    mosquitto: Mosquitto, lamp: SimulatedLamp, tmp_path: Path
) -> None:
    with fade(lamp_scene(tmp_path, mosquitto)) as played:
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


def test_a_broker_that_stands_still_sends_no_legs_together_when_it_goes_on(
    mosquitto: Mosquitto, lamp: SimulatedLamp, tmp_path: Path
) -> None:
    assert mosquitto.process is not None
    with fade(lamp_scene(tmp_path, mosquitto)) as played:
        lamp.next(0.0)
        time.sleep(12.0)  # past its first leg
        mosquitto.process.send_signal(signal.SIGSTOP)
        until(lambda: played.state() == "lost")
        time.sleep(1.0)
        stood_until = clock.now()
        mosquitto.process.send_signal(signal.SIGCONT)
        at, value = until(lambda: first_leg(lamp, stood_until))
        assert sum(stood_until < when < at for when, _ in lamp.sent) <= 2
        assert is_gentle(value)


def test_without_a_broker_the_lamps_are_absent_and_nothing_waits(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    loaded = lamp_scene(tmp_path, mosquitto)
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
