"""Lamps over MQTT, written right and wrong."""

from __future__ import annotations

import pytest

from soundscape.scene.addresses import held
from soundscape.scene.room import lamps, output_names, output_of

BROKER = "network: {mqtt: {broker: b.lan}}\n"


@pytest.mark.parametrize(
    ("light", "expected"),
    [
        ("mqtt: {}", "'topic' is missing, such as 'topic: zigbee2mqtt/ceiling/set'"),
        ("mqtt: {topic: lamps/+/set}", "'lamps/+/set' is not the topic of one lamp"),
        ("mqtt: {topic: 'lamps/#'}", "has no + and no #"),
        ("mqtt: {topic: $SYS/a}", "does not begin with $"),
        ("mqtt: {topic: }", "needs a topic, such as zigbee2mqtt/ceiling/set"),
        ("mqtt: {topic: " + "a" * 201 + "}", "at most 200 characters"),
        ("mqtt: {topic: a, availability: 'b/#'}", "'b/#' is not the topic of one lamp"),
        ("mqtt: {topic: a}, port: desk", "goes with cc or note or msc or address, not with mqtt"),
        ("mqtt: {topic: a}, channel: 2", "goes with cc or note, not with mqtt"),
        ("mqtt: {topic: a}, cc: 20", "needs exactly one of cc, note, msc, address, mqtt"),
        ("cc: 20", "the key 'port' is missing, such as 'port: desk'"),
        ("mqtt: {topic: a}, kind: switch, range: 2200K to 4000K", "a switch has no colour range"),
    ],
)
def test_a_lamp_that_is_written_wrong_is_an_error(faults, light, expected):
    text = f"{BROKER}midi: {{desk: {{output: Desk}}}}\nlights: {{lamp: {{{light}}}}}\n"
    found = [one for one in faults("room", text) if expected in one]
    assert len(found) == 1


def test_a_lamp_needs_a_broker_and_a_name_that_no_port_has(faults):
    lamp = "lights: {desk: {mqtt: {topic: a}}}\n"
    assert "needs the broker: write 'network: {mqtt:" in faults("room", lamp)[0]
    (twice,) = faults("room", f"{BROKER}midi: {{desk: {{output: Desk}}}}\n{lamp}")
    assert "has the name of a port under 'midi'" in twice


def test_two_lights_on_one_topic_fight_unless_one_is_its_colour(faults, model):
    one, colour = "mqtt: {topic: a/set}", "range: 2200K to 4000K"
    (found,) = faults("room", f"{BROKER}lights: {{a: {{{one}}}, b: {{{one}}}}}")
    assert "is sent as 'a' is: the two would fight" in found
    room = model("room", f"{BROKER}lights: {{a: {{{one}}}, b: {{{one}, {colour}}}}}")
    assert len(held(room)) == 2


def test_a_lamp_is_an_output_by_the_name_of_its_light(model):
    room = model(
        "room",
        f"{BROKER}midi: {{desk: {{output: Desk}}}}\n"
        "lights: {room: {port: desk, cc: 20}, lamp: {mqtt: {topic: a/set}}}",
    )
    assert output_names(room) == ("desk", "lamp")
    assert (output_of(room, "room"), output_of(room, "lamp")) == ("desk", "lamp")
    assert lamps(room)["lamp"].availability is None
