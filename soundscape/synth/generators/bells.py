"""`bells`: soft notes of small bells, now one and then one, never two close together."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.event_process import EventProcess, Strike
from soundscape.synth.machinery.modal import ModalSound, Stroke, loud
from soundscape.synth.machinery.pitch import MODES, tuned
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from soundscape.synth.machinery.generator import Block
    from soundscape.synth.machinery.harmony import Harmony

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D3", "The tone that the notes are tuned to.", "pentatonic", "Which notes there are."),
    amount("brightness", 0.35, "How hard the clapper is: felt to wood."),
    amount("intensity", 0.4, "How full: notes an octave deeper among them, and longer ringing."),
    amount("density", 0.4, "How many notes: one in 4 seconds or so to one in 1.3."),
    amount("motion", 0.4, "How far and how soon the notes go up and down, and differ."),
    amount("width", 0.8, "How far they are spread between left and right; 0 is mono."),
)

# A handbell's partials over its note. Its first two modes, (2, 0) and (3, 0), are tuned to 1 : 3;
# the first also radiates its octave, the second its own, which is the sixth (Rossing and Sathoff,
# "Modes of vibration and sound radiation from tuned handbells", 1980; Rossing and Perrin,
# "Vibrations of bells", 1987). How strong each is, and how long, is to taste.
_RATIO = np.array([1.0, 2.0, 3.0, 6.0])
_LEVEL = np.array([1.0, 0.16, 0.24, 0.04])
_SHORTER = np.array([1.0, 1.9, 1.7, 3.4])  # a radiated octave fades twice as fast as its mode
_SPLIT = 0.0011  # how far the two modes of a pair lie apart, as a share of their frequency
_ECHO = 2.5  # s that a bell takes to ring with the others
_ECHOED = 0.1  # its power, of that of the hardest stroke
_LONGEST = 30.0  # s


class Bells:
    """`bells`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        self._key = key = chance.derive(seed, "bells")
        self._params = params
        gap = 2.0 * 0.35 ** params["density"]
        self._ring = 4.0 + 1.5 * params["intensity"]  # s, to 1/e, of a note at 440 Hz
        self._strikes = EventProcess(
            chance.derive(key, "strikes"),
            gap,
            ring=0.7 * self._ring,
            range_db=2.0 + 4.0 * params["motion"],
            step_db=4.2,
            bed=0.015,
        )
        self._harmony: Harmony | None = params.get("harmony")
        self._notes = _tuned(params, [*_tones(params)]) if self._harmony is None else []
        self._of_chord = lru_cache(8)(lambda tones: _tuned(params, tones))
        self._attack = 0.075 - 0.025 * params["brightness"]
        slow = 2.0 ** (1.0 - 2.0 * params["motion"])
        self._path = chance.keys(chance.derive(key, "path"), 1)
        self._path_rate = 1.0 / (9.0 * slow)
        self._echoes = EventProcess(
            chance.derive(key, "echoes"), 1.7, self._ring, range_db=2.0, step_db=9.0, bed=1.0
        )
        self._struck = lru_cache(64)(weak_method(self._stroke))
        self._echoed = lru_cache(64)(weak_method(self._echo))
        self._sound = ModalSound(weak_method(self._strokes), _LONGEST, 25.0)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _strokes(self, first: float, last: float) -> list[Stroke]:
        return [
            *(self._struck(strike) for strike in self._strikes.between(first, last)),
            *(self._echoed(strike) for strike in self._echoes.between(first, last)),
        ]

    def _stroke(self, strike: Strike) -> Stroke:
        own = chance.derive(self._key, "stroke", strike.number)
        place, *phases = chance.units(own, np.arange(1 + 2 * len(_RATIO)))
        # The golden section: no note repeats soon, so that none beats with itself.
        note = self._note(strike.time, 0.618034 * strike.number % 1.0)
        frequency = note * np.concatenate([_RATIO, _RATIO * (1.0 + _SPLIT)])
        decay = np.tile(_SHORTER, 2) * (note / 440.0) ** 0.3 / self._ring
        reach = 700.0 * 6.0 ** self._params["brightness"] * (0.6 + 0.4 * strike.force)
        level = np.tile(_LEVEL, 2) / (1.0 + (frequency / reach) ** 2)
        level[len(_RATIO) :] *= 0.18
        angle = 0.25 * np.pi * (1.0 + 0.8 * self._params["width"] * (2.0 * place - 1.0))
        turned = level * np.exp(2j * np.pi * np.array(phases))
        sides = turned[:, None] * np.array([math.cos(angle), math.sin(angle)])
        sides = loud(frequency, sides, strike.force**2)
        return Stroke(strike.time, self._attack, frequency, decay, sides)

    def _echo(self, strike: Strike) -> Stroke:
        """Return a bell that the others set ringing: its note alone, from nothing."""
        own = chance.derive(self._key, "echo", strike.number)
        leap, place, phase = chance.units(own, np.arange(3))
        # Slightly off, so that it does not lock to the note that it echoes.
        note = np.array([self._note(strike.time, leap) * (1.0 + 0.004 * (phase - 0.5))])
        angle = 0.25 * np.pi * (1.0 + self._params["width"] * (2.0 * place - 1.0))
        sides = np.array([[math.cos(angle), math.sin(angle)]]) * np.exp(2j * np.pi * phase)
        decay = np.array([1.0 / self._ring])
        return Stroke(strike.time, _ECHO, note, decay, loud(note, sides, _ECHOED * strike.force**2))

    def _note(self, time: float, leap: float) -> float:
        """Return the frequency (Hz) of a note: near a slowly moving place among them all."""
        wander = float(chance.wander(self._path, np.array([time * self._path_rate]))[0])
        spread = 0.7 + 0.3 * self._params["motion"]
        place = 0.5 + 0.4 * spread * wander + 0.8 * spread * (leap - 0.5)
        notes = self._notes
        if self._harmony is not None:  # it rings on into the next chord
            notes = self._of_chord(self._harmony.lasting(self._harmony.number_at(time)))
        return notes[min(max(int(place * len(notes)), 0), len(notes) - 1)]


def _tones(params: Mapping[str, Any]) -> Iterator[float]:
    """The tones of a mode, log2 of Hz."""
    for ratio in {ratio for chord in MODES[params["mode"]] for ratio in chord}:
        yield math.log2(params["root"] * tuned(ratio, params["tuning"]))


def _tuned(params: Mapping[str, Any], tones: Sequence[float]) -> list[float]:
    """Return the notes, Hz, ascending: two octaves of some tones, more with intensity."""
    lowest = 290.0 * 2.0 ** (-0.9 * params["intensity"])
    low = math.log2(lowest)
    span = 1.75 + 0.5 * params["intensity"]
    return sorted(
        2.0 ** (tone + octave)
        for tone in tones
        for octave in range(math.ceil(low - tone), math.floor(low + span - tone) + 1)
    )
