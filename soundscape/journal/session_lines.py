"""The journal's own lines: the first one, which says what was planned and where, and positions."""

from __future__ import annotations

from typing import Any

from soundscape import __version__
from soundscape.ipc.job import Job
from soundscape.journal.entries import FORMAT
from soundscape.scene.light_spec import LightSpec
from soundscape.scene.models import Room
from soundscape.timeline.show import Envelope, Phase
from soundscape.units import seconds
from soundscape.views.snapshot import Snapshot

Line = dict[str, Any]


def first_line(job: Job, date: str | None = None) -> Line:
    """What began: the scene as planned, and the room. `date` only where it was asked for."""
    show = job.show
    line: Line = {
        "t": 0.0,
        "event": "session",
        "journal": FORMAT,
        "program": __version__,
        "scene": show.name,
        "seed": show.seed,
        "begins": {"index": job.index, "seconds": round(seconds(job.begin_at), 3)},
        "waits": job.waits,
        "end_fade": round(seconds(show.fades.end), 3),
        "phases": [_phase(phase) for phase in show.phases],
        "room": _room(job.room, lights=job.lights),
        "output": (job.output or "device").partition(":")[0],
    }
    return line if date is None else {**line, "date": date}


def position_line(view: Snapshot) -> Line:
    """Where the session is, and how it sounds."""
    line: Line = {
        "t": view.elapsed,
        "event": "position",
        "index": view.phase_index,
        "place": view.place,
        "state": view.state,
    }
    known = {
        "since_dose": view.since_dose,
        "momentary": view.meter.momentary,
        "short_term": view.meter.short_term,
        "level": view.level_db or None,
        "ducked": view.ducked or None,
        "care": view.care or None,
    }
    return line | {name: value for name, value in known.items() if value is not None}


def _phase(phase: Phase) -> Line:
    return {
        "name": phase.name,
        "seconds": round(seconds(phase.frames), 3),
        "advance": phase.advance,
        "loudness": _range(phase.loudness),
        "layers": {name: layer.playlist.name for name, layer in phase.layers.items()},
    }


def _range(envelope: Envelope) -> list[float]:
    """The lowest and the highest value."""
    values = [value for _, value in envelope.points]
    return [min(values), max(values)]


def _room(room: Room, *, lights: bool) -> Line:
    audio = room.audio
    told: Line = {
        "device": audio.device,
        "outputs": list(audio.outputs),
        "ceiling": audio.ceiling,
        "lights": {name: _light(spec) for name, spec in room.lights.items()} if lights else {},
        "rate": room.limits.rate,
        "floor": room.limits.floor,
        "controls": len(room.controls),
    }
    if audio.limit is not None and audio.calibration is not None:
        told["limit"] = audio.limit
    return {**told, "name": room.name} if room.name else told


def _light(spec: LightSpec) -> Line:
    kind = "switch" if spec.kind == "switch" else "dimmer"
    return {"kind": kind} if spec.range is None else {"kind": "colour", "range": list(spec.range)}
