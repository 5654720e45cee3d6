"""The generators by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from soundscape.errors import ValueFault
from soundscape.synth import chance, drone, noise, ocean, pad, rain, stream, wind
from soundscape.synth.parameters import Parameter, complete, suggestion
from soundscape.synth.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from soundscape.synth.generator import Generator

PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "drone": drone.PARAMETERS,
    "rain": rain.PARAMETERS,
    "noise": noise.PARAMETERS,
    "ocean": ocean.PARAMETERS,
    "wind": wind.PARAMETERS,
    "pad": pad.PARAMETERS,
    "stream": stream.PARAMETERS,
}
"""What can be said to each generator, besides `seed`."""

NAMES: tuple[str, ...] = tuple(PARAMETERS)
"""The names that `generate:` takes."""

_MAKERS: dict[str, Callable[[Mapping[str, Any], int], Generator]] = {
    "drone": drone.Drone,
    "rain": rain.Rain,
    "noise": noise.Noise,
    "ocean": ocean.Ocean,
    "wind": wind.Wind,
    "pad": pad.Pad,
    "stream": stream.Stream,
}


def check(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters of a generator, typed: those given (as YAML has them) and defaults.

    `seed` is in the result only where it was given. Raises ValueFault for a name that there is
    not, and ParameterFaults, with a (key, message) for each bad key, for bad parameters.
    """
    if name not in PARAMETERS:
        hint = suggestion(name, NAMES)
        raise ValueFault(f"no generator {name!r}{hint}; there are {', '.join(NAMES)}")
    return complete(name, PARAMETERS[name], params)


def create(name: str, params: Mapping[str, Any], seed: int) -> Generator:
    """Return a generator. Raises as `check` does. A `seed` among the parameters wins."""
    checked = check(name, params)
    return _MAKERS[name](checked, checked.get("seed", seed))


def create_stack(voices: Iterable[tuple[str, Mapping[str, Any], float]], seed: int) -> Stack:
    """Return a stack of (name, parameters, level in dB), each with a seed of its own by its place.

    Raises as `check` does.
    """
    made = [
        (create(name, params, chance.derive(seed, "voice", place)), level)
        for place, (name, params, level) in enumerate(voices)
    ]
    return Stack(made)
