"""A real Home Assistant lists the room from discovery alone, presses its buttons, follows it.

Home Assistant is large and each version needs a Python of its own, so it is not installed for the
tests. `SOUNDSCAPE_HOME_ASSISTANT` names a Python that has the packages `homeassistant`,
`home-assistant-frontend` and `paho-mqtt` in the versions that fit each other.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lamp_fades import fade, lamp_scene
from mosquitto import Mosquitto
from networked_rooms import NetworkedRoom
from simulated_lamp import SimulatedLamp, until

from soundscape.engine.light_preview import all_messages, play_lights
from soundscape.ipc import clock

PYTHON = os.environ.get("SOUNDSCAPE_HOME_ASSISTANT", "")
JOB = Path(__file__).parents[1] / "support" / "home_assistant_job.py"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.waits,
    pytest.mark.long,
    pytest.mark.skipif(not PYTHON, reason="SOUNDSCAPE_HOME_ASSISTANT names no Python"),
]


class HomeAssistant:
    """Home Assistant as a process, connected to the broker."""

    def __init__(self, folder: Path, broker: Mosquitto, automations: str = "") -> None:
        settings = broker.settings("home-assistant")
        folder.mkdir()
        (folder / "automations.yaml").write_text(automations)
        entry = {
            "broker": settings["broker"],
            "port": settings["port"],
            "username": "home-assistant",
            "password": Path(str(settings["password-file"])).read_text().strip(),
            "certificate": Path(str(settings["ca"])).read_text(),
        }
        self.process = subprocess.Popen(
            [PYTHON, str(JOB), str(folder), json.dumps(entry)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def call(self, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a service. What is there afterwards."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked or {}) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def press(self, entity: str) -> None:
        """Press a button."""
        self.call({"domain": "button", "service": "press", "data": {"entity_id": entity}})

    def turn(self, entity: str, how: str) -> None:
        """Turn a switch `on` or `off`."""
        self.call({"domain": "switch", "service": f"turn_{how}", "data": {"entity_id": entity}})

    def until(self, true: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """The states once this is true of them."""
        limit = time.monotonic() + 60.0
        while not true(states := self.call()["states"]):
            assert time.monotonic() < limit, states
            time.sleep(0.2)
        return states

    def close(self) -> None:
        self.process.communicate(timeout=60)


def test_home_assistant_lists_the_room_presses_its_buttons_and_follows_it(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    room = NetworkedRoom(tmp_path, mosquitto, "room-1", allow=["hold", "release", "duck", "goto"])
    room.run("start", "networked", "--headless")
    home, base = HomeAssistant(tmp_path / "home", mosquitto), "treatment_room_1"
    try:
        states = home.until(lambda states: states.get(f"sensor.{base}_state") == "playing")
        assert home.call()["devices"] == ["Treatment room-1"]
        assert states[f"sensor.{base}_phase"] == "arrival"
        assert states[f"binary_sensor.{base}_sound"] == "off"
        controls = {name for name in states if name.startswith(("button", "switch", "select"))
                    and base in name}  # fmt: skip
        assert controls == {
            f"button.{base}_hold",
            f"button.{base}_release",
            f"switch.{base}_duck",
            f"select.{base}_go_to_phase",
        }
        home.press(f"button.{base}_hold")
        home.until(lambda states: states[f"sensor.{base}_state"] == "held")
        home.press(f"button.{base}_release")
        home.until(lambda states: states[f"sensor.{base}_state"] == "playing")
        home.turn(f"switch.{base}_duck", "on")
        home.until(lambda states: states[f"switch.{base}_duck"] == "on")
        assert room.view()["ducked"]
        home.turn(f"switch.{base}_duck", "off")
        home.until(lambda states: states[f"switch.{base}_duck"] == "off")
        data = {"entity_id": f"select.{base}_go_to_phase", "option": "peak"}
        home.call({"domain": "select", "service": "select_option", "data": data})
        home.until(lambda states: states[f"sensor.{base}_phase"] == "peak")
        room.run("stop", "--fade", "0s")
        home.until(lambda states: states[f"sensor.{base}_state"] == "unavailable")
    finally:
        home.close()


def automations() -> str:
    """Those of docs/network.md for a lamp."""
    text = (Path(__file__).parents[2] / "docs" / "network.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^```text\n(- alias: Ceiling.*?)^```", text, re.M | re.S)
    return str(found)


def test_home_assistant_passes_each_leg_to_a_lamp_and_says_whether_it_is_there(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "ours"))
    loaded = lamp_scene(tmp_path, mosquitto)
    bulb = SimulatedLamp(mosquitto, "ceiling", room="house")
    bulb.describe()
    home = HomeAssistant(tmp_path / "home", mosquitto, automations())
    try:
        home.until(lambda states: states.get("light.ceiling", "unavailable") != "unavailable")
        for how in ("turn_off", "turn_on"):  # they were loaded before the broker was set up
            home.call({"domain": "automation", "service": how, "data": {"entity_id": "all"}})
        on = {"entity_id": "light.ceiling", "brightness": 153}
        home.call({"domain": "light", "service": "turn_on", "data": on})
        bulb.next(0.0)
        bulb.sent.clear()

        play_lights(loaded.room, loaded.root, loaded.show, lambda _said: None)
        planned = [json.loads(m.data) for m in all_messages(loaded.room, loaded.show)]
        for key in ("brightness", "color_temp"):
            got = [(v[key], v["transition"]) for _, v in bulb.sent if key in v]
            wanted = [(v[key], v["transition"]) for v in planned if key in v]
            assert [one for one, _ in got] == pytest.approx([one for one, _ in wanted], abs=1)
            assert [one for _, one in got] == [one for _, one in wanted]

        with fade(loaded) as played:
            bulb.say(b"offline")
            until(lambda: played.state() == "lost")
            back = clock.now()
            bulb.say(b"online")
            at, value = bulb.next(back)
            assert (at - back < 2.0, value["transition"]) == (True, 10)
    finally:
        home.close()
        bulb.close()
