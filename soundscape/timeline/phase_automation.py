"""Generated tracks that follow the phase, as it is planned when they are placed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from soundscape.scene.automation_fields import PHASE
from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.machinery.automation import ParameterAutomation
from soundscape.timeline.envelope import Contour
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.show import GeneratedSource, Track
from soundscape.units import frames, seconds

LOWEST, HIGHEST = -29.0, -19.0
"""LUFS: the loudness targets that go with an intensity of 0 and of 1.

So rest (−28) is 0.1, onset (−24) 0.5 and the peak (−21) 0.8.
"""

_HOME_STEP = frames(10.0)
"""Home is at a multiple of this, so that a track that waits to be read keeps its sound."""


@dataclass(frozen=True, slots=True)
class PhaseTarget:
    """The loudness target (LUFS) of a phase over its position, and how that runs."""

    loudness: Contour
    clock: PhaseClock

    def over(self, envelope: EnvelopeSpec, frame: int) -> ParameterAutomation:
        """An envelope from A to B over the phase, from a session frame on."""
        (_, first), (_, last) = envelope.points[0], envelope.points[-1]
        through = self.clock.position(frame) / self.clock.planned if self.clock.planned else 1.0
        points = [(0.0, first + (last - first) * through)]
        end = self.clock.end()
        if end is not None and end > frame:
            points.append((seconds(end - frame), last))
        return ParameterAutomation(tuple(points))

    def automation(self, frame: int) -> ParameterAutomation:
        """The intensity from a session frame on, as the phase is planned there."""
        now = self.loudness.at(self.clock.position(frame))
        points = [(0.0, _intensity(now))]
        for position, value in zip(self.loudness.positions, self.loudness.values, strict=True):
            when = self.clock.reaches(position)
            if when is not None and when > frame:
                points.append((seconds(when - frame), _intensity(value)))
        return ParameterAutomation(tuple(points))


def planned(
    track: Track, target: PhaseTarget | None, frame: int, leaves: int | None = None
) -> Track:
    """A track that begins at a session frame, whatever of it follows the phase being settled.

    It is no longer heard after `leaves` frames, as far as that is known: a harmony that would go on
    beyond comes home by then.
    """
    source = track.source
    if not isinstance(source, GeneratedSource):
        return track
    if source.harmony is not None and leaves is not None and _HOME_STEP <= leaves < track.frames:
        home = seconds(leaves // _HOME_STEP * _HOME_STEP)
        source = replace(source, home=home)
        track = replace(track, source=source)
    if target is None:
        return track
    settled = [
        {
            name: target.automation(frame) if value == PHASE else target.over(value, frame)
            for name, value in voice.params.items()
            if value == PHASE or (isinstance(value, EnvelopeSpec) and value.phase)
        }
        for voice in source.voices
    ]
    if not any(settled):
        return track
    voices = tuple(
        replace(voice, params={**voice.params, **values})
        for voice, values in zip(source.voices, settled, strict=True)
    )
    return replace(track, source=replace(source, voices=voices))


def _intensity(loudness: float) -> float:
    return min(1.0, max(0.0, (loudness - LOWEST) / (HIGHEST - LOWEST)))
