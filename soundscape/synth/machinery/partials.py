"""The partials of a drone's tones: how loud, where between the sides, and in which phase."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.pitch import MODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from soundscape.synth.machinery.voicing import Tone

_MOST = 28  # harmonics of a tone
_HIGHEST = 6500.0  # Hz: above it a drone turns harsh
_FLOOR = 1e-4  # partials that start below this share of their tone are left out


class Partials:
    """All partials of all tones. Arrays have one row a partial, copies along the second axis.

    `ensemble` is how far the copies stray from each other: 1 beats slowly, the more, the livelier.
    """

    def __init__(
        self, params: Mapping[str, Any], tones: Sequence[Tone], key: int, ensemble: float = 1.0
    ) -> None:
        rows = [row for i, tone in enumerate(tones) for row in _series(params, i, tone)]
        self.tone = np.array([row[0] for row in rows], np.int64)
        self.frequency = np.array([row[2] for row in rows])
        self._amplitude = np.array([row[3] for row in rows])
        self._number = number = np.array([row[1] for row in rows])
        # A swelling tone opens: its higher harmonics come later than its lower ones.
        self._opening = 1.0 + 0.06 * (np.minimum(number, 9) - 1)

        count = len(rows)
        self._phase = _unit(key, "phase", (count, 3))
        pace = 2.0 ** (2.0 * params["motion"] - 1.0)
        # Tones sway by about a cent, so that partials that coincide do not stay locked.
        self._sway_keys = chance.keys(chance.derive(key, "sway"), len(tones))
        self._sway_rate = pace / (9.0 + 6.0 * _unit(key, "sway rate", (len(tones),)))
        # The middle copy keeps to its tone; the sides drift around it, some cycles to and fro.
        self._drift_keys = chance.keys(chance.derive(key, "drift"), count * 2).reshape(count, 2)
        self._drift_rate = pace / (9.0 + 14.0 * _unit(key, "drift rate", (count, 2)))
        self._drift = 2.3 * ensemble * np.clip(np.sqrt(self.frequency / 300.0), 0.4, 2.0)[:, None]
        self._swell_keys = chance.keys(chance.derive(key, "swell"), count)
        self._swell_rate = pace / (5.0 + 9.0 * _unit(key, "swell rate", (count,)))
        self._swell_db = 6.0 + 4.0 * params["intensity"]

        self._emphasis_keys = chance.keys(chance.derive(key, "emphasis"), 1)
        self._emphasis_rate = pace / 17.0
        self._reach = np.log2(_cutoff(params["brightness"]) / 250.0)
        self._octave = np.log2(self.frequency / 250.0)

        place = 2.0 * _unit(key, "place", (len(tones),)) - 1.0
        place[[tone.ground for tone in tones]] = 0.0
        self._pan = _panned(self.frequency, params["width"], 0.6 * place[self.tone])
        self._power = 0.5 * (self._pan**2).sum(axis=(1, 2))

    def at(
        self, time: float, levels: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.complex128], NDArray[np.float64]]:
        """Return what sounds at `time` (s) with the tones at `levels`.

        The rows that sound; their complex amplitudes left and right, shape (rows, 2); and the
        power of each row, both sides summed, on average over the phases of its copies.
        """
        which = np.flatnonzero(levels[self.tone] > 1e-4)
        swell = chance.wander(self._swell_keys[which], time * self._swell_rate[which])
        decibels = self._swell_db * swell + self._emphasis(time, which)
        level = levels[self.tone[which]] ** self._opening[which]
        amplitude = self._amplitude[which] * level * 10.0 ** (decibels / 20.0)

        drift = chance.wander(self._drift_keys[which], time * self._drift_rate[which])
        sway = 0.5 * chance.wander(self._sway_keys, time * self._sway_rate)[self.tone[which]]
        turns = self.frequency[which] * time + self._number[which] * sway
        cycles = turns[:, None] + self._phase[which]
        cycles[:, 1:] += self._drift[which] * drift
        copies = amplitude[:, None] * np.exp(2j * np.pi * (cycles % 1.0))
        sides = np.einsum("pc,pcs->ps", copies, self._pan[which])
        return which, sides, amplitude**2 * self._power[which]

    def _emphasis(self, time: float, which: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the dB that a slowly moving resonance lifts each partial by."""
        place = chance.wander(self._emphasis_keys, np.array([time * self._emphasis_rate]))[0]
        distance = self._octave[which] - self._reach * (0.5 + 0.9 * place)
        return np.asarray(5.0 * np.exp(-2.5 * distance * distance))


def _series(
    params: Mapping[str, Any], index: int, tone: Tone
) -> list[tuple[int, int, float, float]]:
    """Return the harmonics of a tone: (tone, number, Hz, amplitude)."""
    slope = 1.7 - 0.5 * params["intensity"] - 0.5 * params["brightness"]
    slope += 0.0 if tone.ground else 0.25
    cutoff = _cutoff(params["brightness"])
    ratios = {ratio for chord in MODES[params["mode"]] for ratio in chord}
    shared = params.get("harmony") is not None  # there are minor thirds at times, and major ones
    rows = []
    for number in range(1, _MOST + 1):
        frequency = number * tone.frequency
        if frequency > _HIGHEST:
            break
        amplitude = number**-slope / (1.0 + (frequency / cutoff) ** 3)
        amplitude *= 0.4 if shared and number % 5 == 0 else _fitting(number, ratios)
        if number == 1 or amplitude > _FLOOR:
            rows.append((index, number, frequency, amplitude))
    return rows


def _fitting(number: int, ratios: set[Fraction]) -> float:
    """Return how much of a harmonic stays, so that none argues with the mode's own third."""
    if number % 5 == 0 and Fraction(6, 5) in ratios:
        return 0.25
    if number % 7 == 0 and Fraction(7, 4) not in ratios:
        return 0.4
    return 1.0


def _cutoff(brightness: float) -> float:
    """Return the frequency (Hz) beyond which partials fall by 18 dB an octave."""
    return float(420.0 * 9.0**brightness)


def _panned(
    frequency: NDArray[np.float64], width: float, place: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the gain of each partial, copy and side, shape (partials, 3, 2).

    The copies are the middle, moved to `place` (−1 to 1), and fainter ones left and right. The
    lowest partials stay in the middle and beat least: there the ear hears a beat as a throb.
    """
    high = np.clip(np.log2(frequency / 60.0) / 2.5, 0.0, 1.0)
    left = np.full_like(place, -1.0)
    places = np.stack([place, left, -left], axis=1)
    angle = 0.25 * np.pi * (1.0 + width * high[:, None] * places)
    gains = np.stack([np.cos(angle), np.sin(angle)], axis=2)
    gains[:, 1:] *= (0.25 + 0.35 * high)[:, None, None]
    return gains


def _unit(key: int, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return chance.units(chance.derive(key, name), np.arange(np.prod(shape))).reshape(shape)
