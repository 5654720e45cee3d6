"""Tracks whose intensity follows the loudness of the phase, as planned when they are placed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from soundscape.scene.automation_fields import PHASE
from soundscape.synth.machinery.automation import ParameterAutomation
from soundscape.timeline.envelope import Contour
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.show import GeneratedSource, Track
from soundscape.units import seconds

LOWEST, HIGHEST = -29.0, -19.0
"""LUFS: the loudness targets that go with an intensity of 0 and of 1.

So rest (−28) is 0.1, onset (−24) 0.5 and the peak (−21) 0.8.
"""


@dataclass(frozen=True, slots=True)
class PhaseTarget:
    """The loudness target (LUFS) of a phase over its position, and how that runs."""

    loudness: Contour
    clock: PhaseClock

    def automation(self, frame: int) -> ParameterAutomation:
        """The intensity from a session frame on, as the phase is planned there."""
        now = self.loudness.at(self.clock.position(frame))
        points = [(0.0, _intensity(now))]
        for position, value in zip(self.loudness.positions, self.loudness.values, strict=True):
            when = self.clock.reaches(position)
            if when is not None and when > frame:
                points.append((seconds(when - frame), _intensity(value)))
        return ParameterAutomation(tuple(points))


def planned(track: Track, target: PhaseTarget | None, frame: int) -> Track:
    """A track that begins at a session frame, any intensity of it that follows being settled."""
    source = track.source
    if target is None or not isinstance(source, GeneratedSource):
        return track
    if all(voice.params.get("intensity") != PHASE for voice in source.voices):
        return track
    automation = target.automation(frame)
    voices = tuple(
        replace(voice, params={**voice.params, "intensity": automation})
        if voice.params.get("intensity") == PHASE
        else voice
        for voice in source.voices
    )
    return replace(track, source=replace(source, voices=voices))


def _intensity(loudness: float) -> float:
    return min(1.0, max(0.0, (loudness - LOWEST) / (HIGHEST - LOWEST)))
