"""The generators by name, and stacks of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from soundscape.errors import InvalidValue
from soundscape.scene.automation_fields import PHASE
from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.generators import (
    bells,
    bowls,
    choir,
    drone,
    fire,
    night,
    noise,
    ocean,
    pad,
    pulse,
    rain,
    stream,
    strings,
    wind,
)
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.automation import AutomatedGenerator, ParameterAutomation
from soundscape.synth.machinery.space import ReverberantGenerator
from soundscape.synth.parameters import SPACE, Parameter, complete
from soundscape.units import db_to_gain, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from soundscape.synth.machinery.generator import Block, Generator

_Make: TypeAlias = "Callable[[Mapping[str, Any], int], Generator]"

_GENERATORS: dict[str, tuple[_Make, tuple[Parameter, ...]]] = {
    "drone": (drone.Drone, drone.PARAMETERS),
    "rain": (rain.Rain, rain.PARAMETERS),
    "noise": (noise.Noise, noise.PARAMETERS),
    "ocean": (ocean.Ocean, ocean.PARAMETERS),
    "wind": (wind.Wind, wind.PARAMETERS),
    "pad": (pad.Pad, pad.PARAMETERS),
    "stream": (stream.Stream, stream.PARAMETERS),
    "bowls": (bowls.Bowls, bowls.PARAMETERS),
    "bells": (bells.Bells, bells.PARAMETERS),
    "pulse": (pulse.Pulse, pulse.PARAMETERS),
    "fire": (fire.Fire, fire.PARAMETERS),
    "night": (night.Night, night.PARAMETERS),
    "choir": (choir.Choir, choir.PARAMETERS),
    "strings": (strings.Strings, strings.PARAMETERS),
}
"""A generator's class, and the parameters of its own."""

PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    name: (*parameters, SPACE) for name, (_, parameters) in _GENERATORS.items()
}
"""The parameters of each generator, besides `seed`."""

NAMES: tuple[str, ...] = tuple(PARAMETERS)
"""The names that `generate:` takes."""

DEFAULT_LENGTH = 600.0
"""Duration of an envelope in seconds if the track has no length."""


class Stack:
    """Generators with levels (dB, against each other), their sum at the nominal loudness again.

    They know nothing of each other, so their powers add. Raises ValueError where there is none,
    or none that is heard.
    """

    def __init__(self, voices: Sequence[tuple[Generator, float]]) -> None:
        gains = [db_to_gain(level) for _, level in voices]
        total = math.hypot(*gains)
        if total == 0.0:
            raise ValueError("a stack needs at least one generator that is heard")
        self._voices = [
            (generator, np.float32(gain / total))
            for (generator, _), gain in zip(voices, gains, strict=True)
            if gain
        ]

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        out = np.zeros((count, 2), np.float32)
        for generator, gain in self._voices:
            out += gain * generator.render(start, count)
        return out


def check(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters of a generator, typed: those given (as YAML has them) and defaults.

    `seed` is in the result only where it was given. Raises InvalidValue for a name that there is
    not, and ParameterProblems, with a (key, message) for each bad key, for bad parameters.
    """
    if name not in PARAMETERS:
        hint = did_you_mean(name, NAMES)
        raise InvalidValue(f"no generator {name!r}{hint}; there are {', '.join(NAMES)}")
    return complete(name, PARAMETERS[name], params)


def create(
    name: str, params: Mapping[str, Any], seed: int, length: float = DEFAULT_LENGTH
) -> Generator:
    """Return a generator. Raises as `check` does. A `seed` among the parameters wins.

    `length` (s) is the track's: envelopes are laid over it. An intensity that follows a phase
    is the default while no phase is known.
    """
    checked = check(name, params)
    for parameter in PARAMETERS[name]:
        if checked[parameter.name] == PHASE:
            checked[parameter.name] = parameter.default
    moving = {k: v for k, v in checked.items() if isinstance(v, ParameterAutomation | EnvelopeSpec)}
    own = checked.get("seed", seed)
    make, _ = _GENERATORS[name]
    sound: Generator = (
        AutomatedGenerator(lambda values: make({**checked, **values}, own), moving, length)
        if moving
        else make(checked, own)
    )
    if checked["space"] > 0.0:
        return ReverberantGenerator(sound, checked["space"], checked.get("width", 1.0))
    return sound


def create_stack(
    voices: Iterable[tuple[str, Mapping[str, Any], float]],
    seed: int,
    length: float = DEFAULT_LENGTH,
) -> Stack:
    """Return a stack of (name, parameters, level in dB), each with a seed of its own by its place.

    Raises as `check` does.
    """
    made = [
        (create(name, params, chance.derive(seed, "voice", place), length), level)
        for place, (name, params, level) in enumerate(voices)
    ]
    return Stack(made)
