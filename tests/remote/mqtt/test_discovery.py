"""A room as a device of Home Assistant. `tests/peers` tries it against a real one."""

from __future__ import annotations

import json
from typing import Any

from soundscape.command_specs import COMMANDS
from soundscape.remote.mqtt.discovery import discovery_message, encoded
from soundscape.remote.mqtt.topics import RoomTopics
from soundscape.scene.network_spec import ALLOWED, MqttSpec

TOPICS = RoomTopics("clinic/north", "room-1")
REQUIRED = {
    "sensor": {"state_topic"},
    "binary_sensor": {"state_topic"},
    "button": {"command_topic"},
    "switch": {"command_topic"},
    "select": {"command_topic", "options"},
}
"""What Home Assistant's documentation of each platform requires, beside platform and unique_id."""


def components(*allow: str, places: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    spec = MqttSpec(broker="b", room="room-1", allow=allow)
    message = discovery_message(TOPICS, spec, "Room 1", list(places))
    return json.loads(encoded(message))["components"]  # type: ignore[no-any-return]


def test_the_message_has_what_home_assistant_requires() -> None:
    spec = MqttSpec(broker="b", room="room-1")
    message = json.loads(encoded(discovery_message(TOPICS, spec, "", [])))
    assert message["device"]["identifiers"] == ["clinic-north-room-1"]
    assert message["device"]["name"] == "room-1"
    assert message["origin"]["name"] == "Soundscape"
    assert message["availability_topic"] == "clinic/north/room-1/status"
    assert TOPICS.discovery == "homeassistant/device/clinic-north-room-1/config"
    for one in message["components"].values():
        assert REQUIRED[one["platform"]] <= one.keys()
    named = [one["unique_id"] for one in message["components"].values()]
    assert len(set(named)) == len(named)


def test_there_is_a_control_for_what_the_room_allows_and_nothing_else() -> None:
    made = {key: one["platform"] for key, one in components(*ALLOWED).items()}
    controls = {key for key, kind in made.items() if kind in ("button", "switch", "select")}
    assert controls == {*ALLOWED, "land_off"}
    assert {key for key, kind in made.items() if kind == "switch"} == {"duck", "care"}
    assert {one["platform"] for one in components().values()} == {"sensor", "binary_sensor"}


def test_goto_is_a_select_of_the_phases() -> None:
    assert components("goto", places=("arrival", "peak"))["goto"]["options"] == ["arrival", "peak"]
    assert "goto" not in components("goto")


def test_each_command_but_one_that_needs_a_text_has_a_control() -> None:
    made = components(*COMMANDS, places=("peak",))
    controls = {key for key, one in made.items() if "command_topic" in one}
    assert set(COMMANDS) - controls == {"note", "level"}
    assert {"louder", "softer"} <= controls


def test_each_press_has_its_time_and_an_id() -> None:
    for one in components(*COMMANDS, places=("peak",)).values():
        if "command_topic" in one:
            assert '"at": {{ now().timestamp() }}' in one["command_template"]
            assert '"id": "ha-{{ now().timestamp() }}"' in one["command_template"]
