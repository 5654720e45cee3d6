"""The generators by name, and stacks of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.errors import InvalidValue
from soundscape.message_text import did_you_mean
from soundscape.scene.automation_fields import PHASE
from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.machinery import chance, pitch
from soundscape.synth.machinery.automation import AutomatedGenerator, ParameterAutomation
from soundscape.synth.machinery.beats import HOP, EvenedSum
from soundscape.synth.machinery.harmony import Harmony
from soundscape.synth.machinery.phrasing import Part, PhrasedGenerator, Phrasing
from soundscape.synth.machinery.space import ReverberantGenerator
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import (
    SPACE,
    AutomatableNumber,
    Parameter,
    ParameterProblems,
    complete,
)
from soundscape.units import db_to_gain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from soundscape.scene.harmony_fields import HarmonySpec
    from soundscape.synth.machinery.generator import Block, Generator, Planes

_PARTS: dict[str, Part] = {
    **dict.fromkeys(("drone", "pad", "choir", "strings"), "bed"),
    **dict.fromkeys(("bowls", "bells", "piano", "harp", "kalimba", "glass"), "notes"),
    **dict.fromkeys(("flute", "reed"), "line"),
}
"""What those with a pitch do in a texture that shares a harmony; the others are its ground."""

_COMPOSED = ("piano", "harp", "kalimba", "glass", "flute", "reed")
"""Those that play on the chords of a harmony, alone too."""

NAMES = (
    *("drone", "rain", "noise", "ocean", "wind", "pad", "stream", "bowls", "bells", "pulse"),
    *("fire", "night", "choir", "strings", "piano", "harp", "kalimba", "glass", "flute", "reed"),
    "grains",
)
"""The names that `generate:` takes. Each is a module of `generators`, with a class of that name."""


class _Parameters(Mapping[str, tuple[Parameter, ...]]):
    """The parameters of each generator, whose module is loaded when they are first asked for."""

    def __getitem__(self, name: str) -> tuple[Parameter, ...]:
        return (*_module(name).PARAMETERS, SPACE)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


PARAMETERS: Mapping[str, tuple[Parameter, ...]] = _Parameters()
"""The parameters of each generator, besides `seed`."""

_PITCHES = ("root", "mode", "tuning", "a4")
_SHARED = "the stack's harmony says it for all voices: leave it out here"

DEFAULT_LENGTH = 600.0
"""Duration of an envelope in seconds if the track has no length."""


class Stack:
    """Generators with levels (dB, against each other), their sum at the nominal loudness again.

    Their powers add: where two have the same tone, its beats are evened out. Raises ValueError
    where there is none, or none that is heard.
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
        self._sum = EvenedSum(weak_method(self._summed))

    @classmethod
    def levelled(cls, voices: Sequence[Generator]) -> Stack:
        """Return a stack of voices that already have their levels: their plain sum.

        Raises ValueError where there is none.
        """
        stack = cls([(voice, 0.0) for voice in voices])
        stack._voices = [(voice, np.float32(1.0)) for voice in voices]
        return stack

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sum.render(start, count)

    def _summed(self, index: int) -> tuple[Planes, float]:
        """Return hop `index` of all voices, and the sum of their powers."""
        out, powers = np.zeros((HOP, 2), np.float32), 0.0
        if index < 0:
            return out.T, powers
        for generator, gain in self._voices:
            sound = gain * generator.render(index * HOP, HOP)
            out += sound
            powers += float(np.vdot(sound, sound)) / HOP
        return np.ascontiguousarray(out.T), powers


def load(names: Iterable[str]) -> None:
    """Load the modules of generators, which a session does not do while it plays."""
    for name in names:
        _module(name)


def _module(name: str) -> ModuleType:
    if name not in NAMES:
        raise KeyError(name)
    return import_module(f"soundscape.synth.generators.{name}")


def check(
    name: str, params: Mapping[str, Any], harmony: HarmonySpec | None = None
) -> dict[str, Any]:
    """Return all parameters of a generator, typed: those given (as YAML has them) and defaults.

    `seed` is in the result only where it was given. In a stack with a `harmony` no pitches may be
    given. Raises InvalidValue for a name that there is not, and ParameterProblems, with a (key,
    message) for each bad key, for bad parameters.
    """
    if name not in NAMES:
        hint = did_you_mean(name, NAMES)
        raise InvalidValue(f"no generator {name!r}{hint}; there are {', '.join(NAMES)}")
    known = {parameter.name for parameter in PARAMETERS[name]}
    own = [key for key in _PITCHES if key in params and key in known]
    if harmony is not None and own:
        raise ParameterProblems(name, tuple((key, _SHARED) for key in own))
    return complete(name, PARAMETERS[name], params)


def create(
    name: str,
    params: Mapping[str, Any],
    seed: int,
    length: float = DEFAULT_LENGTH,
    harmony: Harmony | None = None,
    phrased: Callable[[Generator], Generator] | None = None,
) -> Generator:
    """Return a generator. Raises as `check` does. A `seed` among the parameters wins.

    `length` (s) is the track's: envelopes are laid over it. An intensity that follows a phase
    is the default while no phase is known. What has pitches takes them from a `harmony`, if there
    is one. `phrased` wraps the sound before a room answers to it.
    """
    checked = check(name, params)
    for parameter in PARAMETERS[name]:
        if isinstance(parameter, AutomatableNumber) and checked[parameter.name] == PHASE:
            checked[parameter.name] = parameter.default
    moving = {k: v for k, v in checked.items() if isinstance(v, ParameterAutomation | EnvelopeSpec)}
    own = checked.get("seed", seed)
    if harmony is None and name in _COMPOSED:
        harmony = Harmony(checked["root"], checked["mode"], checked["tuning"], "areas", own, length)
    if harmony is not None:
        checked |= {"harmony": harmony, "root": harmony.tonic, "mode": harmony.mode}
    make = getattr(_module(name), name.capitalize())
    sound: Generator = (
        AutomatedGenerator(lambda values: make({**checked, **values}, own), moving, length)
        if moving
        else make(checked, own)
    )
    if phrased is not None:
        sound = phrased(sound)
    if checked["space"] > 0.0:
        return ReverberantGenerator(sound, checked["space"], checked.get("width", 1.0))
    return sound


def create_stack(
    voices: Iterable[tuple[str, Mapping[str, Any], float]],
    seed: int,
    length: float = DEFAULT_LENGTH,
    harmony: HarmonySpec | None = None,
    home: float | None = None,
) -> Stack:
    """Return a stack of (name, parameters, level in dB), each with a seed of its own by its place.

    With a harmony the voices share its chords, and have phrases and rests in common; it ends at
    `home` (s), by default with the track. Raises as `check` does.
    """
    listed = list(voices)
    seeds = [chance.derive(seed, "voice", place) for place in range(len(listed))]
    if harmony is None:
        made = [
            (create(name, params, own, length), level)
            for (name, params, level), own in zip(listed, seeds, strict=True)
        ]
        return Stack(made)
    shared, phrasing = _phrasing(listed, seed, length, harmony, home)
    composed = []
    audible = [place for place, (_, _, level) in enumerate(listed) if db_to_gain(level)]
    for row, place in enumerate(audible):
        name, params, _ = listed[place]
        phrased = partial(PhrasedGenerator, phrasing=phrasing, voice=row)
        composed.append(create(name, params, seeds[place], length, shared, phrased))
    return Stack.levelled(composed)


def phrase_levels(
    voices: Iterable[tuple[str, Mapping[str, Any], float]],
    seed: int,
    length: float,
    harmony: HarmonySpec,
    home: float | None = None,
) -> NDArray[np.float64]:
    """Return how loud a stack with a harmony is planned to be at each second of its track.

    In dB over its nominal loudness, without the strokes of its notes.
    """
    return _phrasing(list(voices), seed, length, harmony, home)[1].loudness


def _phrasing(
    listed: Sequence[tuple[str, Mapping[str, Any], float]],
    seed: int,
    length: float,
    harmony: HarmonySpec,
    home: float | None,
) -> tuple[Harmony, Phrasing]:
    """Return the chords that a stack shares, and the phrases of its voices that are heard."""
    shared = Harmony(
        pitch.parse_root(f"{harmony.key}2", pitch.CONCERT_A) or pitch.LOWEST,
        harmony.mode,
        harmony.tuning,
        harmony.plan,
        seed,
        home or length,
    )
    heard = [(name, level) for name, _, level in listed if db_to_gain(level)]
    parts = [_PARTS.get(name, "ground") for name, _ in heard]
    return shared, Phrasing(
        shared, parts, [level for _, level in heard], seed, max(home or 0.0, length)
    )
