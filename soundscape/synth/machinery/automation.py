"""Parameters that change over the length of a track, and a generator that follows them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE, frames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block, Generator
    from soundscape.units import At

Values = tuple[tuple[str, float], ...]
"""The parameters that change, by name, at one moment."""

LOUDER = 4.0
"""LU by which an `intensity` of 1 is louder than one of 0 where an envelope goes between them."""

_STEP = 1.0 / 16.0  # how far a parameter moves before the sound follows
_SHORTEST_GLIDE = 2.0  # seconds that the sound takes to follow, at least
_LONGEST_GLIDE = 20.0  # and at most
_ALIKE = 65_536  # frames over which it is found how much two sounds are alike


@dataclass(frozen=True, slots=True)
class ParameterAutomation:
    """Values at rising times (s from the track's start), straight between, level beyond."""

    points: tuple[tuple[float, float], ...]

    def at(self, time: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at some times (s), in their shape."""
        times, values = zip(*self.points, strict=True)
        return np.asarray(np.interp(time, times, values))

    @property
    def corners(self) -> list[float]:
        """The times (s) of the points."""
        return [time for time, _ in self.points]


def automation_over(envelope: EnvelopeSpec, length: float) -> ParameterAutomation:
    """Return an envelope laid over a track of `length` seconds."""
    points = {_place(at, length): value for at, value in envelope.points}
    return ParameterAutomation(tuple(sorted(points.items())))


def _place(at: At, length: float) -> float:
    """Return a position in seconds from the track's start, clamped to it."""
    if at.from_end:
        return max(0.0, length - at.seconds)
    return min(length, at.fraction * length + at.seconds)


@dataclass(frozen=True, slots=True)
class _Station:
    """From `reached` on, until the next one is on its way, the parameters are `values`."""

    leaving: int  # the frame at which the station before it is left
    reached: int
    values: Values


class AutomatedGenerator:
    """A generator with parameters that follow automations.

    It is the same generator with the same seed at one station after another, each held until a
    parameter has moved by a sixteenth and then glided into, in 2 to 20 s. So whatever depends on
    a parameter, a filter or how many voices there are, changes without a step. The glide is
    between two sounds that are alike in part; its gains are such that the power goes straight
    from the one's to the other's.

    An intensity with `envelope` makes the sound louder and softer too, by `LOUDER` at the most,
    its mean over the length being as loud as ever.
    """

    def __init__(
        self,
        make: Callable[[Mapping[str, float]], Generator],
        moving: Mapping[str, ParameterAutomation | EnvelopeSpec],
        length: float,
    ) -> None:
        automations = {
            name: automation_over(automation, length)
            if isinstance(automation, EnvelopeSpec)
            else automation
            for name, automation in moving.items()
        }
        self._stations = _stations(automations, length)
        self._make = make
        self._generator = lru_cache(2)(weak_method(self._made))
        self._alike = lru_cache(2)(weak_method(self._likeness))
        shapes = isinstance(moving.get("intensity"), EnvelopeSpec)
        self._louder = _louder(automations["intensity"], length) if shapes else None

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        out = np.empty((count, 2), np.float32)
        done = 0
        while done < count:
            done += self._stretch(start + done, out[done:])
        if self._louder is not None:
            time = np.arange(start, start + count) / SAMPLE_RATE
            out *= (10.0 ** (self._louder.at(time) / 20.0)).astype(np.float32)[:, None]
        return out

    def _stretch(self, start: int, out: Block) -> int:
        """Fill `out` as far as one station or one glide reaches; return how far."""
        begins = [station.leaving for station in self._stations]
        number = bisect_right(begins, start) - 1
        station = self._stations[number]
        if start < station.reached:
            count = min(len(out), station.reached - start)
            before, after = (self._generator(n).render(start, count) for n in (number - 1, number))
            through = np.arange(start - station.leaving, start - station.leaving + count) / (
                station.reached - station.leaving
            )
            fade, rise = _glided(through, self._alike(number))
            out[:count] = before * fade[:, None] + after * rise[:, None]
            return count
        last = number + 1 == len(self._stations)
        count = len(out) if last else min(len(out), begins[number + 1] - start)
        out[:count] = self._generator(number).render(start, count)
        return count

    def _made(self, number: int) -> Generator:
        """Return the generator of a station."""
        return self._make(dict(self._stations[number].values))

    def _likeness(self, number: int) -> float:
        """Return the correlation of a station's sound with that of the one before it."""
        station = self._stations[number]
        middle = (station.leaving + station.reached - _ALIKE) // 2
        before, after = (
            self._generator(n).render(max(0, middle), _ALIKE) for n in (number - 1, number)
        )
        powers = float(np.vdot(before, before)) * float(np.vdot(after, after))
        return float(np.vdot(before, after)) / powers**0.5 if powers else 0.0


def lift(params: Mapping[str, Any], length: float) -> float:
    """Return by how many dB a generator rises above its loudness, its intensity being what it is.

    `length` (s) is the track's.
    """
    intensity = params.get("intensity")
    if not isinstance(intensity, EnvelopeSpec):
        return 0.0
    return max(
        0.0, *(value for _, value in _louder(automation_over(intensity, length), length).points)
    )


def _stations(automations: Mapping[str, ParameterAutomation], length: float) -> list[_Station]:
    """Return where the sound is held, and when it leaves for the next place."""
    times = np.arange(0.0, length + _SHORTEST_GLIDE, _SHORTEST_GLIDE)
    table = np.stack([automation.at(times) for automation in automations.values()])
    found = [_Station(0, 0, _at(automations, table[:, 0]))]
    held, since = table[:, 0], 0.0
    for place, time in enumerate(times[1:], 1):
        now = table[:, place]
        rests = place + 1 < len(times) and np.array_equal(now, table[:, place + 1])
        if np.abs(now - held).max() >= _STEP or (rests and not np.array_equal(now, held)):
            leaving = max(since, time - _LONGEST_GLIDE)
            found.append(_Station(frames(leaving), frames(time), _at(automations, now)))
            held, since = now, time
    return found


def _at(automations: Mapping[str, ParameterAutomation], values: NDArray[np.float64]) -> Values:
    return tuple(zip(automations, map(float, values), strict=True))


def _glided(
    through: NDArray[np.float64], alike: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the gains of two sounds so that their power goes straight from one to the other."""
    share = through * through * (3.0 - 2.0 * through)
    fade, rise = np.sqrt(1.0 - share), np.sqrt(share)
    even = 1.0 / np.sqrt(1.0 + 2.0 * max(alike, 0.0) * fade * rise)
    return (fade * even).astype(np.float32), (rise * even).astype(np.float32)


def _louder(intensity: ParameterAutomation, length: float) -> ParameterAutomation:
    """Return the dB that an intensity lifts or lowers the sound by; their mean power is 1."""
    time = np.linspace(0.0, length, 2048)
    mean = 10.0 * np.log10(np.mean(10.0 ** (LOUDER * intensity.at(time) / 10.0)))
    return ParameterAutomation(
        tuple((when, LOUDER * value - mean) for when, value in intensity.points)
    )
