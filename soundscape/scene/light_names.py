"""Groups, looks and aliases: from what is written to the values of single lights."""

from __future__ import annotations

from collections.abc import Mapping

from soundscape.scene.room import Room
from soundscape.scene.values import LightValue


def lights_of(room: Room, name: str) -> tuple[str, ...]:
    """The lights that a name stands for: one, a group's, or those of an alias; none if unknown."""
    own = room.aliases.get(name, name)
    named = room.groups.get(own, (own,))
    return tuple(light for light in named if light in room.lights)


def light_values(
    room: Room, written: Mapping[str, LightValue]
) -> dict[str, tuple[str, LightValue]]:
    """Each light's value, with the written name that it has it from.

    What is written for a light itself beats what is written for its group, in any order.
    """
    groups = {name for name in written if room.aliases.get(name, name) in room.groups}
    in_order = [
        *(name for name in written if name in groups),
        *(n for n in written if n not in groups),
    ]
    return {light: (name, written[name]) for name in in_order for light in lights_of(room, name)}


def look_values(
    room: Room, look: str | None, written: Mapping[str, LightValue]
) -> dict[str, LightValue]:
    """The values of a look by its name, and on top of them what is written."""
    values: dict[str, LightValue] = {}
    for part in (room.looks.get(look, {}) if look is not None else {}, written):
        values.update({light: value for light, (_, value) in light_values(room, part).items()})
    return values
