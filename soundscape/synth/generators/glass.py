"""`glass`: bowed glasses, each in a round of its own length with silence in it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.friction import Friction
from soundscape.synth.machinery.modal import ModalSound, Stroke, loud
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soundscape.synth.machinery.generator import Block
    from soundscape.synth.machinery.harmony import Harmony

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D3", "The tone that is home.", "major", "Which chords the glasses are of."),
    amount("brightness", 0.35, "How firm the finger is: the glasses' upper modes, and its noise."),
    amount("intensity", 0.4, "How full: glasses an octave deeper among them."),
    amount("density", 0.5, "How many glasses there are: eight to twelve."),
    amount("motion", 0.4, "How often each comes: every 30 seconds or so to every 15."),
    amount("width", 0.8, "How far they are spread between left and right; 0 is mono."),
)

# The modes of a wine glass, (2, 0) to (5, 0), over the lowest (French, "In vino veritas: a study of
# wineglass acoustics", 1983). Rubbed, it sings in its lowest pair, and the finger goes round the
# pattern, so that it swells twice a turn (Essl and Cook, "Banded waveguides", 2002).
_MODES = np.array([1.0, 1.0012, 2.32, 4.25, 6.63])
_LEVEL = np.array([1.0, 0.35, 0.13, 0.05, 0.02])
_SHORTER = np.array([1.0, 1.0, 1.6, 2.4, 3.0])
_COMES = 4.0  # s that a glass takes to sing
_RINGS = 5.5  # s, to 1/e
_LONGEST = 70.0  # s


class Glass:
    """`glass`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        self._key = chance.derive(seed, "glass")
        self._params = params
        self._harmony: Harmony = params["harmony"]
        glasses = range(8 + round(4.0 * params["density"]))
        self._rounds = [self._round(glass) for glass in glasses]
        self._rubbed = lru_cache(128)(weak_method(self._stroke))
        self._sound = ModalSound(weak_method(self._strokes), _LONGEST, 40.0)
        self._finger = Friction(
            weak_method(self._strokes),
            self._sound.gain,
            0.0035 + 0.008 * params["brightness"],
            chance.derive(self._key, "finger"),
            params["width"],
        )

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count) + self._finger.render(start, count)

    def _strokes(self, first: float, last: float) -> list[Stroke]:
        """Return the glasses that are rubbed between two times (s)."""
        strokes: list[Stroke] = []
        for glass, (period, phase) in enumerate(self._rounds):
            begin = math.ceil((first - phase) / period)
            while phase + begin * period < last:
                strokes.append(self._rubbed(glass, begin))
                begin += 1
        return strokes

    def _round(self, glass: int) -> tuple[float, float]:
        """Return after how long (s) a glass comes again, and when it first does."""
        drawn, phase = chance.units(chance.derive(self._key, glass), np.arange(2))
        even = 30.0 * 0.5 ** self._params["motion"]
        # No two rounds have a length in common, so that the whole never comes again.
        period = even * (0.72 + 0.56 * ((glass * 0.618034 + 0.1 * float(drawn)) % 1.0))
        return period, float(phase) * period

    def _stroke(self, glass: int, number: int) -> Stroke:
        """Return the tone of a glass that is rubbed."""
        period, phase = self._rounds[glass]
        time = phase + number * period
        own = chance.derive(self._key, glass, number)
        place, strength, *turns = chance.units(own, np.arange(2 + len(_MODES)))
        pitch = self._pitch(time, glass)
        bright = self._params["brightness"]
        frequency = pitch * _MODES
        level = _LEVEL / (1.0 + (frequency / (1500.0 * 5.0**bright)) ** 2)
        power = 10.0 ** (-0.5 * float(strength)) * (pitch / 440.0) ** -0.3
        angle = 0.25 * math.pi * (1.0 + 0.8 * self._params["width"] * (2.0 * float(place) - 1.0))
        sides = np.array([math.cos(angle), math.sin(angle)])
        tone = (level * np.exp(2j * np.pi * np.array(turns)))[:, None] * sides
        decay = _SHORTER * (pitch / 440.0) ** 0.2 / _RINGS
        return Stroke(time, _COMES, frequency, decay, loud(frequency, tone, power))

    def _pitch(self, time: float, glass: int) -> float:
        """Return the pitch (Hz) of a glass at a time (s): of the chord, near its own register."""
        harmony = self._harmony
        number = harmony.number_at(time + 0.5)
        chord = harmony.chord(number)
        tones = harmony.lasting(number) if chord.end - time < 1.2 * _RINGS else chord.tones
        low = math.log2(392.0) - self._params["intensity"]
        register = low + 1.9 * (glass + 0.5) / len(self._rounds)
        places = [tone + round(register - tone) for tone in tones]
        return float(2.0 ** min(places, key=lambda place: abs(place - register)))
