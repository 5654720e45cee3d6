"""How one light of the room is addressed: the codes it takes and the bytes that carry them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from soundscape.errors import InvalidValue
from soundscape.lighting.curve import kelvin_fraction
from soundscape.midi.messages import control, control_pair, note_on
from soundscape.midi.msc import set_control
from soundscape.scene.models import Kelvin, LightSpec, LightValue, Room

UNKNOWN_LEVEL = 0.6
"""What a light is taken to be at when nobody knows: the care light's level."""

MAX_STEP = 0.02
"""No update changes a light by more than this."""

Encode = Callable[[int, int | None], tuple[bytes, ...]]
"""(code, previous code) to messages."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A light as it is sent.

    `top` is the code of full, `step` the most codes that an update may change, `weight` the most
    messages that an update takes. `dims` is true for what has a floor and follows soften and lift:
    not for switches, nor for colours.
    """

    name: str
    port: str
    top: int
    weight: int
    even: bool
    dims: bool
    switches: bool
    floor: float
    start: float
    encode: Encode

    @property
    def step(self) -> int:
        """The most codes that one update may change."""
        return max(1, math.floor(MAX_STEP * self.top))

    def code(self, level: float) -> int:
        """The code of a level, rounded half up."""
        return math.floor(level * self.top + 0.5)


def fixture(name: str, room: Room, last: float | None = None) -> Fixture:
    """The light of that name in the room; `last` is the level that it was left at."""
    light = room.lights[name]
    top, weight, encode = _wire(name, light)
    switches = light.kind == "switch"
    dims = not switches and light.range is None
    return Fixture(
        name=name,
        port=light.port,
        top=top,
        weight=weight,
        even=dims and light.curve == "perceptual",
        dims=dims,
        switches=switches,
        floor=room.limits.floor if dims else 0.0,
        start=presumed(name, room) if last is None else min(1.0, max(0.0, last)),
        encode=encode,
    )


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
    """Top code, weight and encoder."""
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
    target = light.msc
    if target is None or target.control is None:
        raise InvalidValue(f"lights.{name}: needs one of cc, note, or msc with a control")
    number = target.control
    # The standard leaves open what SET's 14 bits mean; ETC Eos reads percent (its manual).
    top = 16383 if target.scale == "14-bit" else 100
    return top, 1, lambda code, _before: (set_control(target.device, target.format, number, code),)
