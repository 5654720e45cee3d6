"""How one light of the room is addressed: the codes it takes and the bytes that carry them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from soundscape.errors import InvalidValue
from soundscape.lighting.curve import kelvin_fraction
from soundscape.lighting.dimmer_curve import DimmerCurve, dimmer_curve
from soundscape.lighting.dmx_light import dmx_wire
from soundscape.lighting.lamp_payload import LAMP_TOP, lamp_payload
from soundscape.midi.messages import control, control_pair, note_on
from soundscape.midi.msc import set_control
from soundscape.scene.models import Kelvin, LightSpec, LightValue, Room
from soundscape.scene.room import output_of

UNKNOWN_LEVEL = 0.6
"""The level of a light that was never sent anything: the care light's."""

MAX_STEP = 0.02
"""No update changes a light by more than this."""

Encode = Callable[[int, int | None], tuple[bytes, ...]]
"""(code, previous code) to messages."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A light as it is sent.

    `top` is the code of full, `cost` the most messages that an update takes, `weight` the light's
    part in the room's light beside the other weights. `is_dimmer` is true for what has a floor and
    follows soften and lift: not for switches, nor for colours. `floor` and `start` are levels.
    """

    name: str
    port: str
    top: int
    cost: int
    weight: float
    perceptual: bool
    is_dimmer: bool
    is_switch: bool
    floor: float
    start: float
    curve: DimmerCurve
    encode: Encode

    @property
    def codes(self) -> float:
        """How many codes lie between its lowest and its highest level."""
        return self.top * (self.curve.high - self.curve.low)

    @property
    def step(self) -> int:
        """The most codes that one update may change."""
        return max(1, math.floor(MAX_STEP * self.top))

    def code(self, level: float) -> int:
        """The code of a level, rounded half up."""
        return math.floor(self.curve.sent(level) * self.top + 0.5)

    def level(self, code: float) -> float:
        """The level that a code gives; a half code is the border between two."""
        return self.curve.level(code / self.top)


def fixture(name: str, room: Room, last: float | None = None) -> Fixture:
    """The light of that name in the room; `last` is the part of full that was sent to it last."""
    light = room.lights[name]
    top, cost, encode = _wire(name, light)
    is_switch = light.kind == "switch"
    is_dimmer = not is_switch and light.range is None
    measured = light.curve if isinstance(light.curve, tuple) else ()
    curve = dimmer_curve(light.min, light.max, measured)
    return Fixture(
        name=name,
        port=output_of(room, name),
        top=top,
        cost=cost,
        weight=weight_of(light),
        perceptual=is_dimmer and light.curve != "linear",
        is_dimmer=is_dimmer,
        is_switch=is_switch,
        floor=room.limits.floor if is_dimmer else 0.0,
        start=presumed(name, room) if last is None else curve.level(last),
        curve=curve,
        encode=encode,
    )


def weight_of(light: LightSpec) -> float:
    """A light's part in the room's light: as written, else 1, and for a colour none."""
    if light.weight is not None:
        return light.weight
    return 1.0 if light.range is None else 0.0


def fraction(value: LightValue, light: LightSpec) -> float:
    """A light's value as written, as 0 to 1."""
    if not isinstance(value, Kelvin):
        return min(1.0, max(0.0, value))
    if light.range is None:
        raise InvalidValue(f"{value.kelvin:g}K: the light has no range; give a percentage")
    return kelvin_fraction(value.kelvin, light.range)


def presumed(name: str, room: Room) -> float:
    """The level a light is taken to be at before its first message: `from`, else its care value."""
    light = room.lights[name]
    value = light.from_ if light.from_ is not None else room.care.set.get(name)
    return UNKNOWN_LEVEL if value is None else fraction(value, light)


def _wire(name: str, light: LightSpec) -> tuple[int, int, Encode]:
    """Top code, messages of an update, and encoder."""
    channel = light.channel
    if isinstance(light.cc, tuple):
        pair = light.cc
        return 16383, 2, lambda code, before: control_pair(channel, pair, code, before)
    if light.cc is not None:
        controller = light.cc
        return 127, 1, lambda code, _before: (control(channel, controller, code),)
    if light.note is not None:
        note = light.note
        return 127, 1, lambda code, _before: (note_on(channel, note, code),)
    if light.address is not None:
        top, encode = dmx_wire(light.address)
        return top, 1, encode
    if light.mqtt is not None:
        return LAMP_TOP, 1, lambda code, _before: (lamp_payload(light, code),)
    target = light.msc
    if target is None or target.control is None:
        raise InvalidValue(
            f"lights.{name}: needs one of cc, note, address, mqtt, or msc with a control"
        )
    number = target.control
    # The standard leaves open what SET's 14 bits mean; ETC Eos reads percent (its manual).
    top = 16383 if target.scale == "14-bit" else 100
    return top, 1, lambda code, _before: (set_control(target.device, target.format, number, code),)
