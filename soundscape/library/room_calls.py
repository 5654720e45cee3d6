"""What a scene asks of its room: moves of lights, cues, the care light."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soundscape.library.diagnostics import Diagnostics
from soundscape.lighting.cues import cue_fault
from soundscape.lighting.fixture import fraction
from soundscape.midi.msc import CueRef
from soundscape.scene import Document
from soundscape.scene.models import LightValue, PhaseSpec, Room, Scene
from soundscape.scene.wiring import kelvin_fault
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import Cue, Move
from soundscape.units import At, frames


@dataclass(frozen=True, slots=True)
class RoomCalls:
    """A scene's calls for its room's lights and cues. What does not fit goes to `findings`."""

    document: Document[Scene]
    room: Room
    findings: Diagnostics

    def moves(self, phase: str, spec: PhaseSpec) -> Iterator[Move]:
        """The phase's moves, values from 0 to 1."""
        for place, move in enumerate(spec.lights):
            path = ("phases", phase, "lights", place, "set")
            values = {
                light: level
                for light, value in move.set.items()
                if (level := self._level((*path, light), light, value)) is not None
            }
            yield Move(move.at, values, frames(move.over))

    def cues(self, phase: str, spec: PhaseSpec) -> Iterator[Cue]:
        """The phase's cues; one that its desk would not understand is a fault."""
        for place, call in enumerate(spec.cues):
            ref = CueRef(call.number, call.list, call.path)
            wrong = cue_fault(self.room.cues.get(call.cue, ()), ref)
            if wrong is not None:
                path = ("phases", phase, "cues", place)
                self.findings.faults.append(self.document.problem(path, wrong))
            yield Cue(call.at, call.cue, call.number, call.list, call.path)

    def care(self) -> Move:
        """The care light's look."""
        care, lights = self.room.care, self.room.lights
        values = {name: fraction(value, lights[name]) for name, value in care.set.items()}
        return Move(At(), values, frames(care.over))

    def _level(self, path: KeyPath, name: str, value: LightValue) -> float | None:
        light = self.room.lights.get(name)
        if light is None:  # the names have been looked up before
            return None
        wrong = kelvin_fault(value, light.range, has_range=light.range is not None)
        if wrong and light.range is None:
            self.findings.faults.append(self.document.problem(path, wrong))
            return None
        if wrong:  # the scene was written for another lamp: that does not stop it
            self.findings.problems.append(
                self.document.problem(path, f"{wrong}: it goes to the nearest", "warning")
            )
        return fraction(value, light)
