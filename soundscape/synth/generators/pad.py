"""`pad`: slow chords of a mode, sung by an ensemble, each led softly into the next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.additive import Additive
from soundscape.synth.machinery.harmony import BassLine
from soundscape.synth.machinery.partials import Partials
from soundscape.synth.machinery.pitch import MODES, tuned
from soundscape.synth.machinery.voice_leading import SharedVoiceLeading, VoiceLeading
from soundscape.synth.machinery.voicing import Tone
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block
    from soundscape.synth.machinery.harmony import Harmony

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D2", "The tone that the chords stand on.", "major", "Which chords there are."),
    amount("brightness", 0.35, "How far up the partials reach: muted to open strings."),
    amount("intensity", 0.4, "How full: a deeper bass, richer partials, wider swells."),
    amount("density", 0.5, "How many voices sing: three to six."),
    amount("motion", 0.4, "How long a chord lasts: 32 seconds to 8."),
    amount("width", 0.7, "How far the voices spread between left and right; 0 is mono."),
)

_ATTACK = 0.5  # how long a voice takes to its next tone, in chords
_LATEST = 0.4  # how much later than the first the last one begins
_SLOWEST = 9.0  # s over which voices change in a shared harmony
_ENSEMBLE = 1.6  # how much further than a drone's the copies of a partial stray


class Pad:
    """A `pad`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "pad")
        self._lasting = 32.0 * 0.25 ** params["motion"]
        self._voices = 3 + round(3.0 * params["density"])
        lowest = math.log2(min(max(2.0 * params["root"], 130.0), 400.0))
        centres = lowest + 0.38 * np.arange(self._voices)
        self._harmony: Harmony | None = params.get("harmony")
        self._leading: VoiceLeading | SharedVoiceLeading
        if self._harmony is not None:
            self._leading = SharedVoiceLeading(self._harmony, centres)
        else:
            chords = [
                [math.log2(params["root"] * tuned(ratio, params["tuning"])) for ratio in chord]
                for chord in MODES[params["mode"]]
            ]
            self._leading = VoiceLeading(chords, centres, chance.derive(key, "chords"))
        self._entry = chance.derive(key, "entry")
        self._loudness = chance.derive(key, "loudness")
        self._fading = 1.0 / (1.0 + 0.16 * np.arange(self._voices))
        pitches = self._leading.pitches
        self._bass = 0.3 + 0.5 * params["intensity"]
        bass = params["root"] * (2.0 if params["root"] < 50.0 else 1.0)
        self._line = BassLine(self._harmony, 3.0) if self._harmony is not None else None
        basses = self._line.pitches if self._line is not None else [bass]
        self._place = {pitch: place for place, pitch in enumerate(pitches, len(basses))}
        tones = [
            *(Tone(hertz, ground=True) for hertz in basses),
            *(Tone(2.0**pitch, ground=False) for pitch in pitches),
        ]
        self._sound = Additive(
            Partials(params, tones, chance.derive(key, "partials"), _ENSEMBLE),
            self._levels,
            chance.derive(key, "breath"),
            motion=params["motion"],
            breath_db=0.8 + 0.8 * params["intensity"],
        )

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _levels(self, time: float) -> NDArray[np.float64]:
        """Return the amplitude of each tone at `time` (s)."""
        basses = np.ones(1) if self._line is None else self._line.levels(time)
        levels = np.concatenate([self._bass * basses, np.zeros(len(self._place))])
        number, through = self._standing(time)
        late = _LATEST * self._chances(self._entry, number)
        done = np.clip((through - late) / _ATTACK, 0.0, 1.0)
        angle = 0.5 * np.pi * done * done * (3.0 - 2.0 * done)
        old, new = self._leading.at(number - 1), self._leading.at(number)
        was, will = (
            self._fading * (0.55 + 0.45 * self._chances(self._loudness, n))
            for n in (number - 1, number)
        )
        for voice, turn in enumerate(angle):
            if old[voice] == new[voice]:  # it stays, and must not swell on the way
                share = math.sin(turn) ** 2
                level = was[voice] + share * (will[voice] - was[voice])
                levels[self._place[new[voice]]] += level
            else:
                levels[self._place[old[voice]]] += was[voice] * math.cos(turn)
                levels[self._place[new[voice]]] += will[voice] * math.sin(turn)
        return levels

    def _standing(self, time: float) -> tuple[int, float]:
        """Return which chord stands at a time (s), and how far through it is, 0 to 1."""
        if self._harmony is not None:
            chord = self._harmony.at(time)
            # Voices change within some seconds, however long a chord stands.
            return chord.number, (time - chord.begin) / min(chord.through, _SLOWEST)
        number = math.floor(time / self._lasting)
        return number, time / self._lasting - number

    def _chances(self, key: int, number: int) -> NDArray[np.float64]:
        return chance.units(key, number * self._voices + np.arange(self._voices))
