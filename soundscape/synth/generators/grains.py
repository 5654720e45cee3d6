"""`grains`: long overlapping pieces of a recording, which never end."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import HOP as TENTH
from soundscape.dsp.weighting import KWeighting, power_at
from soundscape.synth.generators.choir import PARAMETERS as CHOIR
from soundscape.synth.generators.choir import Choir
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.beats import HOP, EvenedSum
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, RecordingFile, amount, complete
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    RecordingFile("recording", "The sound file; without one, a short choir."),
    amount("brightness", 0.5, "How much of what is high is left of it."),
    amount("intensity", 0.4, "How full: how much of what is low is left of it."),
    amount("density", 0.5, "How many grains sound at once: eight to twenty."),
    amount("motion", 0.3, "How fast it goes through the recording, and how far grains stray."),
    amount("width", 0.8, "How much of the recording's own width is left; 0 is mono."),
)

_STEP = 32_768  # frames from one grain to the next
_OVERLAP = 4
_GRAIN = _STEP * _OVERLAP
_WINDOW = (np.sin(np.pi * (np.arange(_GRAIN) + 0.5) / _GRAIN) ** 2).astype(np.float32)
_TENTHS = _GRAIN // TENTH
_FLATTENED = 0.85  # how much of the changes of its loudness is taken out, in dB
_GAPS = 0.5  # the share of its grains that is left out: those with most silence in them
_SOFTEST = 10.0**-1.2  # the power of a grain, of the recording's mean: softer ones are left out
_SIDES_FROM = 150.0  # Hz: what is lower is on both sides
_EVENED, _MOST = 0.9, 1000.0  # grains of one tone may leave nothing of each other
_BLOCK = 65_536
_TAPS = 4096  # of a filter


class Grains:
    """`grains`, from complete parameters, `recording` being a sound and no path."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        self._key = chance.derive(seed, "grains")
        self._motion = params["motion"]
        self._layers = 2 + round(3.0 * params["density"])
        recording = params["recording"]
        if isinstance(recording, str):
            recording = _own(seed)
        self._sound = _prepared(recording, params)
        tenths = _tenths(self._sound)
        self._starts, self._gains = _chosen(tenths, self._sound.shape[1], self._layers)
        heard = float(tenths.mean())
        plain = 2.0 * float(np.square(self._sound).mean())
        self._expected = power_at(NOMINAL_LUFS) * plain / heard if heard else 0.0
        self._added = OverlapAdd(weak_method(self._frame), _STEP, _OVERLAP)
        self._evened = EvenedSum(weak_method(self._summed), share=_EVENED, most=_MOST)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._evened.render(start, count)

    def _summed(self, index: int) -> tuple[Planes, float]:
        """Return hop `index` of all grains, and the power that they have if none meet."""
        if index < 0:
            return np.zeros((2, HOP), np.float32), self._expected
        return np.ascontiguousarray(self._added.render(index * HOP, HOP).T), self._expected

    def _frame(self, index: int) -> Planes:
        """Return the grains that begin with step `index`."""
        out = np.zeros((2, _GRAIN), np.float32)
        if not len(self._starts):
            return out
        drawn = chance.units(chance.derive(self._key, index), np.arange(2 * self._layers))
        # Back and forth through the recording, more slowly than it was played.
        pace = (0.15 + 0.5 * self._motion) * _STEP / len(self._sound[0])
        middle = abs((index * pace + chance.unit(self._key, 0)) % 2.0 - 1.0)
        for stray, late in drawn.reshape(-1, 2):
            place = middle + (0.1 + 0.5 * self._motion) * (2.0 * float(stray) - 1.0)
            number = int(abs((place + 1.0) % 2.0 - 1.0) * (len(self._starts) - 1))
            begin = self._starts[number] + int(late * TENTH)
            out += self._gains[number] * self._sound[:, begin : begin + _GRAIN]
        out *= _WINDOW
        return out


@lru_cache(maxsize=1)
def _own(seed: int) -> Block:
    """Return a recording where none is given, kept since automation makes the generator anew."""
    params = complete("choir", CHOIR, {"brightness": 0.5, "density": 1.0, "motion": 0.8})
    sound = Choir(params, seed).render(0, 16 * SAMPLE_RATE)
    sound.flags.writeable = False
    return sound


def _prepared(recording: Block, params: Mapping[str, Any]) -> Planes:
    """Return a recording as it is used, shape (2, frames): coloured, and as wide as wanted."""
    sound = np.resize(recording, (max(len(recording), 2 * _GRAIN), 2)).T
    hertz = np.fft.rfftfreq(_TAPS, 1.0 / SAMPLE_RATE)
    reach, lows = 700.0 * 16.0 ** params["brightness"], 300.0 * 0.1 ** params["intensity"]
    colour = hertz**2 / (hertz**2 + lows**2) / (1.0 + (hertz / reach) ** 4)
    colour /= 1.0 + (hertz / 9000.0) ** 16
    sides = colour * params["width"] * hertz**2 / (hertz**2 + _SIDES_FROM**2)
    middle = _filtered(0.5 * (sound[0] + sound[1]), colour)
    apart = _filtered(0.5 * (sound[0] - sound[1]), sides)
    return _flat(np.stack([middle + apart, middle - apart]))


def _filtered(sound: NDArray[np.float32], response: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a sound through a filter without delay; `response` is that of _TAPS frequencies."""
    kernel = np.roll(np.fft.irfft(response), _TAPS // 2) * np.hanning(_TAPS + 1)[:-1]
    spectrum = np.fft.rfft(kernel, _BLOCK)
    size = _BLOCK - _TAPS
    padded = np.zeros(len(sound) + _BLOCK, np.float32)
    for begin in range(0, len(sound), size):
        part = np.fft.rfft(sound[begin : begin + size], _BLOCK)
        padded[begin : begin + _BLOCK] += np.fft.irfft(part * spectrum).astype(np.float32)
    return padded[_TAPS // 2 : _TAPS // 2 + len(sound)]


def _chosen(
    tenths: NDArray[np.float64], length: int, layers: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return where grains may begin in a sound of `length` frames with the power of `tenths`, and
    the gain of each that brings it to its loudness.

    Grains that are far softer than the rest, or less filled with sound, are left out.
    """
    shape = (_WINDOW[: _TENTHS * TENTH] ** 2).reshape(-1, TENTH).mean(axis=1)
    grains = np.lib.stride_tricks.sliding_window_view(tenths, _TENTHS) * shape
    grains = grains[: (length - _GRAIN) // TENTH]
    mean = grains.mean(axis=1)
    heard = mean > _SOFTEST * float(tenths.mean() * shape.mean())
    if not heard.any():
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    filled = np.sqrt(grains).mean(axis=1) ** 2 / np.maximum(mean, 1e-30)  # less, where it has gaps
    order = np.sort(filled[heard])
    usable = np.flatnonzero(heard & (filled >= order[int(_GAPS * (len(order) - 1))]))
    share = power_at(NOMINAL_LUFS) / (layers * _OVERLAP)
    return usable * TENTH, np.sqrt(share / mean[usable]).astype(np.float32)


def _tenths(sound: Planes) -> NDArray[np.float64]:
    """Return the K-weighted power of each tenth of a second, both sides summed."""
    whole = sound.shape[1] // TENTH * TENTH
    heard = KWeighting().apply(np.ascontiguousarray(sound.T[:whole])).reshape(-1, 2 * TENTH)
    return np.asarray(np.einsum("tf,tf->t", heard, heard) / TENTH)


def _flat(sound: Planes) -> Planes:
    """Return a sound whose loudness hardly changes: what is struck in it is no event any more."""
    tenths = _tenths(sound)
    floor = _SOFTEST * float(tenths.mean())
    around = np.lib.stride_tricks.sliding_window_view(np.pad(tenths, 1, "edge"), 3).max(axis=1)
    if not floor:
        return sound
    gain = (np.maximum(around, floor) / floor) ** (-0.5 * _FLATTENED)
    centres = (np.arange(len(gain)) + 0.5) * TENTH
    gains = np.interp(np.arange(sound.shape[1]), centres, gain).astype(np.float32)
    return np.asarray(sound * gains, np.float32)
