"""What a person or a program may know of the session at a moment: one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from soundscape.scene.models import LayerName
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.layer import LayerRun
from soundscape.timeline.transport import State
from soundscape.units import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class LayerView:
    """What a layer plays, and what comes next of itself. Seconds, dB, LUFS."""

    title: str
    artist: str
    elapsed: float
    remaining: float
    next: str | None
    gain_db: float
    loudness_target: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The session at one frame. Times in seconds."""

    scene: str
    state: str
    phase: str
    phase_index: int
    phase_elapsed: float
    phase_duration: float
    phase_remaining: float
    elapsed: float
    since_dose: float | None
    remaining: float
    position: float
    layers: Mapping[LayerName, LayerView]
    level_db: float
    ducked: bool
    lights: Mapping[str, float]
    care: bool


def snapshot(conductor: Conductor) -> Snapshot:
    """Look at a conductor."""
    frame, clock = conductor.frame, conductor.clock
    passed, left = clock.passed(frame), clock.remaining(frame)
    state = conductor.transport.state
    dosed = conductor.dosed_at
    views = {name: _layer(conductor, run) for name, run in conductor.layers.items()}
    return Snapshot(
        scene=conductor.show.name,
        state=State.ENDING if state is State.STOPPING else state,
        phase=conductor.phase.name,
        phase_index=conductor.index,
        phase_elapsed=_seconds(passed),
        phase_duration=_seconds(passed + left),
        phase_remaining=_seconds(left),
        elapsed=_seconds(frame),
        since_dose=None if dosed is None else _seconds(frame - dosed),
        remaining=_seconds(conductor.remaining()),
        position=round(clock.position(frame) / conductor.phase.frames, 6),
        layers={name: view for name, view in views.items() if view is not None},
        level_db=conductor.master.level_db,
        ducked=conductor.master.ducked,
        lights=conductor.board.shown(),
        care=bool(conductor.board.covers),
    )


def _layer(conductor: Conductor, run: LayerRun) -> LayerView | None:
    clip, bus = run.newest_clip(), run.bus
    if clip is None or bus is None:
        return None
    music = conductor.music_frame
    coming = run.upcoming()
    level = bus.level(conductor.frame)
    return LayerView(
        title=clip.track.title,
        artist=clip.track.artist,
        elapsed=_seconds(music - clip.start),
        remaining=_seconds(clip.end - music),
        next=coming.title if coming else None,
        gain_db=round(level + clip.track.gain_db, 2),
        loudness_target=round(level, 2),
    )


def _seconds(count: int) -> float:
    return round(count / SAMPLE_RATE, 3)
