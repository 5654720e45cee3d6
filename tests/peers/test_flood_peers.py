"""Who floods the broker with ten thousand messages a second changes nothing in a session."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from mosquitto import Mosquitto
from networked_rooms import NetworkedRoom, Station
from simulated_lamp import SimulatedLamp

from soundscape.ipc import clock

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timed,
    pytest.mark.skipif(sys.platform == "win32", reason="mosquitto is set up for POSIX"),
]

FLOOD = Path(__file__).parents[1] / "support" / "mqtt_flood.py"
RATE, SECONDS = 5000, 15.0
"""Of each of two clients."""

SLOWEST = 1.0
"""Seconds by which a leg of the lamp may be late, on a computer that is flooded itself."""


def flood(broker: Mosquitto, user: str, *topics: str) -> subprocess.Popen[str]:
    wanted = {**broker.settings(user), "topics": topics, "rate": RATE, "seconds": SECONDS}
    return subprocess.Popen(
        # Another computer would not take our time.
        ["nice", "-n", "5", sys.executable, str(FLOOD), json.dumps(wanted)],
        stdout=subprocess.PIPE,
        text=True,
    )


def with_a_lamp(room: NetworkedRoom, lamp: SimulatedLamp) -> None:
    wiring = json.loads((room.folder / "room.yaml").read_text())
    mqtt = {"topic": lamp.topic, "availability": lamp.availability}
    wiring["lights"] = {"ceiling": {"mqtt": mqtt, "from": "60%"}}
    (room.folder / "room.yaml").write_text(json.dumps(wiring))
    scene = room.folder / "scenes" / "networked.yaml"
    move = "    lights: [{set: {ceiling: 10%}, over: 2m}]\n  peak:\n"
    scene.write_text(scene.read_text().replace("  peak:\n", move))


def test_ten_thousand_messages_a_second_change_nothing_and_delay_no_block(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """Malformed, forged and huge, to the topics of a room and of its lamp, allowed there or not."""
    room = NetworkedRoom(tmp_path, mosquitto, "room-1", titles=True)
    lamp = SimulatedLamp(mosquitto, "ceiling")
    with_a_lamp(room, lamp)
    sound = tmp_path / "planned.flac"
    room.run("render", "networked", "-o", str(sound))
    room.run("start", "networked", "--headless")
    station = Station(mosquitto)
    station.wait("room-1", "state", lambda state: state["state"] == "playing")
    lamp.next(0.0)
    time.sleep(11.0)  # its first leg
    begun = clock.now()
    names = ("command", "state", "status", "reply")
    topics = (*(f"clinic/room-1/{name}" for name in names), lamp.topic, lamp.availability)
    floods = [flood(mosquitto, user, *topics) for user in ("station", "room-2")]
    sent: list[dict[str, Any]] = [json.loads(one.communicate(timeout=60.0)[0]) for one in floods]
    over = clock.now()
    view = room.view()
    legs = [(at, value) for at, value in lamp.sent if at > begun - 2.0]
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(legs)]
    rate = sum(one["sent"] / one["seconds"] for one in sent)
    sys.stdout.write(
        f"{rate:.0f} messages a second for {SECONDS:g} s: {view['health']['underruns']} gaps in "
        f"the sound, at most {max(gaps):.2f} s from one leg of the lamp to the next\n"
    )
    assert (view["state"], view["ducked"], view["care"]) == ("playing", False, False)
    assert view["health"]["underruns"] == 0
    assert view["health"]["lights"] == "ok"
    assert any("too many commands" in warning["text"] for warning in view["warnings"])
    assert legs[-1][0] > over - 1.0 - SLOWEST
    assert max(gaps) < 1.0 + SLOWEST
    assert {value["transition"] for _, value in legs} == {1}
    levels = [value["brightness"] for _, value in legs]
    assert levels == sorted(levels, reverse=True)
    seconds = room.view()["elapsed"]
    room.run("stop", "--fade", "0s")
    room.sounds_as_planned(sound, seconds)
    station.close()
    lamp.close()
