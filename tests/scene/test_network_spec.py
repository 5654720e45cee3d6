"""What a room has to do with the clinic's network."""

from __future__ import annotations

import pytest

from soundscape.command_specs import COMMANDS
from soundscape.scene.network_spec import ALLOWED, MqttSpec


def mqtt(model, keys: str) -> MqttSpec:
    spec = model("room", f"network: {{mqtt: {{broker: b.lan, {keys}}}}}").network.mqtt
    assert spec is not None
    return spec


def said(faults, keys: str) -> str:
    found = faults("room", f"network: {{mqtt: {{{keys}}}}}")
    assert len(found) == 1
    return found[0].split(": ", 1)[1]


def test_a_room_is_on_no_network_unless_it_says_so(model):
    assert model("room", "name: One").network.mqtt is None
    assert model("room", "network: {}").network.mqtt is None


def test_a_broker_is_reached_with_tls_and_nothing_is_published_without_a_room(model):
    spec = mqtt(model, "user: station")
    assert (spec.tls, spec.port_in_use, spec.prefix, spec.room) == (True, 8883, "soundscape", None)


def test_without_tls_the_port_is_the_plain_one_and_a_written_one_stands(model):
    assert mqtt(model, "tls: false").port_in_use == 1883
    assert mqtt(model, "tls: false, port: 2883").port_in_use == 2883


def test_no_title_leaves_the_room_and_nothing_that_makes_louder_is_allowed_by_default(model):
    spec = mqtt(model, "room: room-1")
    assert not spec.titles
    assert spec.allow == ALLOWED
    assert not {"play", "lift", "louder", "level", "stop", "goto", "back", "undo"} & set(ALLOWED)


def test_a_room_may_allow_each_command_and_parts_of_one(model):
    allow = [*COMMANDS, "softer", "louder"]
    assert mqtt(model, f"room: a, allow: [{', '.join(allow)}]").allow == tuple(allow)
    assert mqtt(model, "room: a, allow: []").allow == ()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("user: x", "the key 'broker' is missing, such as 'broker: broker.clinic.lan'"),
        ("broker: b, room: room/1", "'room/1' is not a room's short name: use letters a to z"),
        ("broker: b, room: 'Raum 1'", "'Raum 1' is not a room's short name"),
        ("broker: b, room: '#'", "'#' is not a room's short name"),
        ("broker: b, prefix: a/+/b", "'a/+/b' is not a topic"),
        ("broker: b, prefix: a/b/c/d/e", "'a/b/c/d/e' is not a topic"),
        ("broker: b, prefix: /a", "'/a' is not a topic"),
        ("broker: b, port: 0", "needs a whole number from 1 to 65535"),
        ("broker: b, password-file: p", "needs 'user' beside it"),
        ("broker: b, ca: c, tls: false", "goes with 'tls: true'"),
        ("broker: b, tls: maybe", "needs true or false"),
        ("broker: b, titles: true", "needs 'room' beside it"),
        ("broker: b, room: a, allow: [holld]", "did you mean 'hold'?"),
        ("broker: b, room: a, allow: hold", "needs a list"),
        ("broker: b, user: u, password: x", "no such key (did you mean 'password-file'?)"),
    ],
)
def test_what_is_written_wrong_is_said_at_its_place(faults, keys, expected):
    assert expected in said(faults, keys)


def test_a_prefix_may_have_several_levels(model):
    assert mqtt(model, "prefix: clinic/north").prefix == "clinic/north"
