"""A room as a device of Home Assistant: one retained message describes all its entities.

Sensors show what is published; buttons, switches and a select give what the room allows. Their
templates add the time and an id, as each command needs them (`command_filter`).
"""

from __future__ import annotations

import json
from typing import Any

from soundscape import __version__
from soundscape.command_arguments import TEXT
from soundscape.command_specs import CommandSpec, Gesture, presses
from soundscape.remote.mqtt.room_state import PARTS
from soundscape.remote.mqtt.topics import OFFLINE, ONLINE, RoomTopics
from soundscape.scene.network_spec import MqttSpec
from soundscape.translation import gettext as _
from soundscape.translation import marked

SUPPORT_URL = "https://www.home-assistant.io/integrations/mqtt/"

_STAMP = '"at": {{ now().timestamp() }}, "id": "ha-{{ now().timestamp() }}"'
"""What Home Assistant adds when somebody presses: the time, and an id that is new each time."""

_SENSORS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("phase", marked("Phase"), "{{ value_json.phase }}", {"icon": "mdi:timeline"}),
    ("state", marked("State"), "{{ value_json.state }}", {"icon": "mdi:play-pause"}),
    (
        "since_dose",
        "T+",
        "{{ value_json.since_dose }}",
        {"device_class": "duration", "unit_of_measurement": "s", "suggested_display_precision": 0},
    ),
    (
        "left",
        marked("Left of the phase"),
        "{{ value_json.left }}",
        {"device_class": "duration", "unit_of_measurement": "s", "suggested_display_precision": 0},
    ),
    (
        "level",
        marked("Level"),
        "{{ value_json.level_db }}",
        {"unit_of_measurement": "dB", "suggested_display_precision": 0, "icon": "mdi:volume-high"},
    ),
)
_CONDITIONS = {
    "audio": marked("Sound"),
    "lights": marked("Lights"),
    "controls": marked("Controls"),
    "files": marked("Files"),
}
_ON_OFF = {"duck": "ducked", "care": "care"}
"""Switches, and what of the state they show."""


def discovery_message(
    topics: RoomTopics, spec: MqttSpec, name: str, places: list[str]
) -> dict[str, Any]:
    """The device of a room. `places` are the phases that a select may go to."""
    return {
        "device": {
            "identifiers": [topics.device],
            "name": name or topics.room,
            "manufacturer": "Soundscape",
            "model": "Session",
            "sw_version": __version__,
        },
        "origin": {"name": "Soundscape", "sw_version": __version__, "support_url": SUPPORT_URL},
        "availability_topic": topics.status,
        "payload_available": ONLINE.decode(),
        "payload_not_available": OFFLINE.decode(),
        "state_topic": topics.state,
        "components": {
            **dict(_sensors(topics)),
            **dict(_conditions(topics)),
            **dict(_controls(topics, spec, places)),
        },
    }


def encoded(message: dict[str, Any]) -> bytes:
    """The message as it is published."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _entity(topics: RoomTopics, key: str, platform: str, name: str) -> dict[str, Any]:
    return {"platform": platform, "unique_id": f"{topics.device}-{key}", "name": name}


def _sensors(topics: RoomTopics) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            key,
            {
                **_entity(topics, key, "sensor", _(name)),
                "state_topic": topics.state,
                "value_template": template,
                **more,
            },
        )
        for key, name, template, more in _SENSORS
    ]


def _conditions(topics: RoomTopics) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            f"health_{part}",
            {
                **_entity(topics, f"health_{part}", "binary_sensor", _(_CONDITIONS[part])),
                "state_topic": topics.state,
                "device_class": "problem",
                "entity_category": "diagnostic",
                "value_template": _on_if(f"value_json.health.{part} == 'fault'"),
            },
        )
        for part in PARTS
    ]


def _controls(
    topics: RoomTopics, spec: MqttSpec, places: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    made: dict[str, dict[str, Any]] = {}
    for act, (command, press) in presses().items():
        if not {act, command.name} & set(spec.allow):
            continue
        if command.name == "goto":
            if places:
                made["goto"] = _select(topics, places)
        elif command.name in _ON_OFF:
            made[act] = _switch(topics, command, press)
        elif not any(one.required and one.type is TEXT for one in command.arguments):
            made[act] = _button(topics, act, press, {"do": command.name, **press.arguments})
    if "land" in made:
        made["land_off"] = _button(
            topics, "land_off", presses()["land"][1], {"do": "land", "on": False}, off=True
        )
    for name, act in (("release", "hold"), ("play", "pause")):  # what a second press gives
        if name in spec.allow:
            made[name] = _button(topics, name, presses()[act][1], {"do": name}, off=True)
    return list(made.items())


def _button(
    topics: RoomTopics, key: str, press: Gesture, command: dict[str, Any], *, off: bool = False
) -> dict[str, Any]:
    label = _(press.label[0])
    if off and press.instead is not None:
        label = " ".join(_(one) for one in press.instead.label if one)
    return {
        **_entity(topics, key, "button", label),
        "command_topic": topics.command,
        "command_template": _template(command),
    }


def _switch(topics: RoomTopics, command: CommandSpec, press: Gesture) -> dict[str, Any]:
    field = _ON_OFF[command.name]
    return {
        **_entity(topics, command.name, "switch", _(press.label[0])),
        "state_topic": topics.state,
        "value_template": _on_if(f"value_json.{field}"),
        "command_topic": topics.command,
        "payload_on": "true",
        "payload_off": "false",
        "state_on": "ON",
        "state_off": "OFF",
        "command_template": f'{{"do": "{command.name}", "on": {{{{ value }}}}, {_STAMP}}}',
    }


def _select(topics: RoomTopics, places: list[str]) -> dict[str, Any]:
    return {
        **_entity(topics, "goto", "select", _("Go to phase")),
        "state_topic": topics.state,
        "value_template": "{{ value_json.phase }}",
        "command_topic": topics.command,
        "options": places,
        "command_template": f'{{"do": "goto", "phase": {{{{ value | tojson }}}}, {_STAMP}}}',
    }


def _on_if(condition: str) -> str:
    return f"{{{{ 'ON' if {condition} else 'OFF' }}}}"


def _template(command: dict[str, Any]) -> str:
    return f"{json.dumps(command)[:-1]}, {_STAMP}}}"
