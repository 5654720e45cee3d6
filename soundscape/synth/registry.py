"""The generators by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from soundscape.synth.machinery.automated import AutomatedGenerator
from soundscape.synth.machinery.automation import ParameterAutomation
from soundscape.synth.machinery.space import ReverberantGenerator
from soundscape.synth.parameters import SPACE, Parameter, complete
from soundscape.synth.stack import Stack
from soundscape.units import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from soundscape.synth.machinery.generator import Generator

_OWN: dict[str, tuple[Parameter, ...]] = {
    "drone": drone.PARAMETERS,
    "rain": rain.PARAMETERS,
    "noise": noise.PARAMETERS,
    "ocean": ocean.PARAMETERS,
    "wind": wind.PARAMETERS,
    "pad": pad.PARAMETERS,
    "stream": stream.PARAMETERS,
    "bowls": bowls.PARAMETERS,
    "bells": bells.PARAMETERS,
    "pulse": pulse.PARAMETERS,
    "fire": fire.PARAMETERS,
    "night": night.PARAMETERS,
    "choir": choir.PARAMETERS,
    "strings": strings.PARAMETERS,
}

PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    name: (*parameters, SPACE) for name, parameters in _OWN.items()
}
"""What can be said to each generator, besides `seed`."""

NAMES: tuple[str, ...] = tuple(PARAMETERS)
"""The names that `generate:` takes."""

DEFAULT_LENGTH = 600.0
"""Seconds over which an envelope goes where no length is told."""

_MAKERS: dict[str, Callable[[Mapping[str, Any], int], Generator]] = {
    "drone": drone.Drone,
    "rain": rain.Rain,
    "noise": noise.Noise,
    "ocean": ocean.Ocean,
    "wind": wind.Wind,
    "pad": pad.Pad,
    "stream": stream.Stream,
    "bowls": bowls.Bowls,
    "bells": bells.Bells,
    "pulse": pulse.Pulse,
    "fire": fire.Fire,
    "night": night.Night,
    "choir": choir.Choir,
    "strings": strings.Strings,
}


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

    `length` (s) is the track's: envelopes are laid over it. An intensity that follows a phase, and
    has not been told which, is the default.
    """
    checked = check(name, params)
    for parameter in PARAMETERS[name]:
        if checked[parameter.name] == PHASE:
            checked[parameter.name] = parameter.default
    moving = {k: v for k, v in checked.items() if isinstance(v, ParameterAutomation | EnvelopeSpec)}
    own = checked.get("seed", seed)
    make = _MAKERS[name]
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
