"""A scene's calls to its room: moves of lights, cues, the care light."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from soundscape.library.diagnostics import Diagnostics
from soundscape.lighting.cues import cue_fault
from soundscape.lighting.fixture import fraction
from soundscape.midi.msc import CueRef
from soundscape.scene.document import Document
from soundscape.scene.light_spec import kelvin_problem
from soundscape.scene.models import LightValue, PhaseSpec, Room, Scene
from soundscape.scene.room import light_values, look_values
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import Cue, Move
from soundscape.units import At, frames


@dataclass(frozen=True, slots=True)
class RoomCalls:
    """A scene's calls to its room's lights and cues. Problems go to `findings`."""

    document: Document[Scene]
    room: Room
    findings: Diagnostics

    def moves(self, phase: str, spec: PhaseSpec) -> Iterator[Move]:
        """Yield the phase's moves, with values from 0 to 1. Lights that the room lacks are left
        out.
        """
        for place, move in enumerate(spec.lights):
            path = ("phases", phase, "lights", place, "set")
            look = look_values(self.room, move.look, {})
            values = {
                light: fraction(value, self.room.lights[light]) for light, value in look.items()
            }
            for light, (name, value) in light_values(self.room, move.set).items():
                level = self._level((*path, name), light, value)
                if level is not None:
                    values[light] = level
            yield Move(move.at, values, frames(move.over))

    def cues(self, phase: str, spec: PhaseSpec) -> Iterator[Cue]:
        """Yield the phase's cues. One that its desk would not understand is a fault."""
        for place, call in enumerate(spec.cues):
            ref = CueRef(call.number, call.list, call.path)
            wrong = cue_fault(self.room.cues.get(call.cue, ()), ref)
            if wrong is not None:
                path = ("phases", phase, "cues", place)
                self.findings.faults.append(self.document.problem(path, wrong))
            yield Cue(call.at, call.cue, call.number, call.list, call.path)

    def care(self) -> Move:
        """Return the care light's look."""
        care = self.room.care
        return self._own(care.look, care.set, care.over)

    def after(self) -> Move | None:
        """Return the look after the session, or None."""
        after = self.room.after
        return None if after is None else self._own(after.look, after.set, after.over)

    def _own(self, look: str | None, written: Mapping[str, LightValue], over: float) -> Move:
        """Return a move of the room's own, whose values have been checked."""
        values = look_values(self.room, look, written)
        lights = self.room.lights
        levels = {name: fraction(value, lights[name]) for name, value in values.items()}
        return Move(At(), levels, frames(over))

    def _level(self, path: KeyPath, name: str, value: LightValue) -> float | None:
        light = self.room.lights[name]
        wrong = kelvin_problem(value, light.range, has_range=light.range is not None)
        if wrong and light.range is None:
            self.findings.faults.append(self.document.problem(path, wrong))
            return None
        if wrong:  # the scene was written for another lamp: that does not stop it
            self.findings.problems.append(
                self.document.problem(path, f"{wrong}: it goes to the nearest", "warning")
            )
        return fraction(value, light)
