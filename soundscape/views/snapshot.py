"""The session at a moment: one immutable value, and the one model that everybody is shown.

The command line, the HTTP API and its OpenAPI document, the console and the page all know the
session by this. The conductor gives what it knows; the rest (label, health, meter, remote) is laid
beside it by who runs the session.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from soundscape.scene.models import LayerName
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.layer import LayerPlayer
from soundscape.timeline.overlap import plan_overlap
from soundscape.timeline.transport import State
from soundscape.units import SAMPLE_RATE
from soundscape.views.history import History

MARKS, MARK_TEXT = 100, 200
"""How many marks a snapshot has, the newest, and how many characters of each: it goes out to every
screen many times a second. The journal has them whole."""

StateWord = Literal["playing", "held", "paused", "waiting", "landing", "muted", "ending", "ended"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LayerView(_Value):
    """What a layer plays, and what comes next of itself."""

    title: str
    artist: str
    elapsed: float = Field(description="Seconds.")
    remaining: float = Field(description="Seconds, the crossfade into the next track included.")
    next: str | None = Field(description="The title of the track that comes next of itself.")
    next_fade: float | None = Field(description="The crossfade into it, seconds.")
    gain_db: float
    loudness_target: float = Field(description="LUFS.")


class PhaseView(_Value):
    """A phase as it went, goes, or is planned to go."""

    name: str
    start: float = Field(description="Seconds since the session began.")
    duration: float = Field(description="Seconds; of the running phase as things stand.")


class Health(_Value):
    """How the session fares: `ok`, or what is wrong in words."""

    audio: str = "ok"
    midi: str = "ok"
    files: str = "ok"
    underruns: int = Field(0, ge=0)
    late_messages: int = Field(0, ge=0)


class MeterView(_Value):
    """Loudness of what goes out (EBU R128), LUFS; null below what can be measured."""

    momentary: float | None = None
    short_term: float | None = None


class MarkView(_Value):
    """A moment that the therapist marked."""

    elapsed: float = Field(description="Seconds since the session began.")
    since_dose: float | None = Field(description="Seconds since the dose, if it was given by then.")
    text: str = Field(
        description=f"The note, of a long one the first {MARK_TEXT} characters; empty for a mark."
    )


class Remote(_Value):
    """The page for tablet and phone."""

    on: bool = False
    url: str | None = Field(None, description="Where it is open to the clinic's network.")
    devices: int = Field(0, ge=0, description="How many are paired.")


class Snapshot(_Value):
    """The session at one moment. Times in seconds."""

    scene: str
    label: str
    state: StateWord
    phase: str
    phase_index: int
    phase_elapsed: float
    phase_duration: float
    phase_remaining: float
    elapsed: float = Field(description="Since the session began.")
    since_dose: float | None
    remaining: float = Field(description="To the end of the last fade, if nothing else comes.")
    position: float = Field(ge=0, le=1, description="Of the phase, over its planned duration.")
    waits_for: Literal["next", "dose"] | None = Field(
        description="What the phase goes on with, if not of itself at its end."
    )
    last_phase: bool = Field(description="No phase comes after this one: `next` ends the session.")
    layers: dict[LayerName, LayerView]
    level_db: float
    ducked: bool
    lights: dict[str, float] = Field(description="Where each light is or goes to, 0 to 1.")
    care: bool
    phases: list[PhaseView] = Field(description="The whole session: passed, running, to come.")
    health: Health
    meter: MeterView
    prompt: str | None
    marks: list[MarkView] = Field(description=f"The newest, at most {MARKS}.")
    remote: Remote


def snapshot(
    conductor: Conductor,
    chronicle: History | None = None,
    *,
    label: str = "",
    health: Health | None = None,
    meter: MeterView | None = None,
    remote: Remote | None = None,
) -> Snapshot:
    """Look at a conductor, and at what is beside it."""
    known = chronicle or History()
    frame, clock = conductor.frame, conductor.clock
    passed, left = clock.passed(frame), clock.remaining(frame)
    state = conductor.transport.state
    views = {name: _layer(conductor, run) for name, run in conductor.layers.items()}
    return Snapshot(
        scene=conductor.show.name,
        label=label,
        state=State.ENDING.value if state is State.STOPPING else state.value,
        phase=conductor.phase.name,
        phase_index=conductor.index,
        phase_elapsed=_seconds(passed),
        phase_duration=_seconds(passed + left),
        phase_remaining=_seconds(left),
        elapsed=_seconds(frame),
        since_dose=_since_dose(conductor, frame),
        remaining=_seconds(conductor.remaining()),
        position=round(clock.position(frame) / conductor.phase.frames, 6),
        waits_for=_waits_for(conductor),
        last_phase=conductor.index + 1 == len(conductor.show.phases),
        layers={name: view for name, view in views.items() if view is not None},
        level_db=conductor.master.level_db,
        ducked=conductor.master.ducked,
        lights=conductor.looks.shown(),
        care=bool(conductor.looks.covers),
        phases=_phases(conductor, known),
        health=health or Health(),
        meter=meter or MeterView(),
        prompt=known.prompt,
        marks=[
            MarkView(elapsed=_seconds(at), since_dose=_since_dose(conductor, at), text=_cut(text))
            for at, text in known.marks[-MARKS:]
        ],
        remote=remote or Remote(),
    )


def _waits_for(conductor: Conductor) -> Literal["next", "dose"] | None:
    """What the phase goes on with. A phase that was over when `back` led to it waits for `next`."""
    advance = conductor.phase.advance
    if advance == "dose" and conductor.dosed_at is None:
        return "dose"
    waits = advance == "manual" or conductor.transport.beneath(State.WAITING)
    return "next" if waits else None


def _cut(text: str) -> str:
    return text if len(text) <= MARK_TEXT else f"{text[: MARK_TEXT - 1]}…"


def _since_dose(conductor: Conductor, frame: int) -> float | None:
    dosed = conductor.dosed_at
    return None if dosed is None or frame < dosed else _seconds(frame - dosed)


def _layer(conductor: Conductor, run: LayerPlayer) -> LayerView | None:
    clip, bus = run.newest_clip(), run.bus
    if clip is None or bus is None:
        return None
    music = conductor.music_frame
    coming = run.upcoming()
    level = bus.level(conductor.frame)
    overlap = (
        None
        if coming is None
        else plan_overlap(clip.track, coming, conductor.show.fades.track).frames
    )
    return LayerView(
        title=clip.track.title,
        artist=clip.track.artist,
        elapsed=_seconds(music - clip.start),
        remaining=_seconds(clip.end - music),
        next=coming.title if coming else None,
        next_fade=None if overlap is None or run.name == "voice" else _seconds(overlap),
        gain_db=round(level + clip.track.gain_db, 2),
        loudness_target=round(level, 2),
    )


def _phases(conductor: Conductor, chronicle: History) -> list[PhaseView]:
    """Those passed as they went, the running one as it stands, the others as planned."""
    named = conductor.show.phases
    begun = chronicle.begun or [(conductor.index, conductor.frame)]
    ends = [frame for _, frame in begun[1:]]
    now_ends = conductor.frame + conductor.clock.remaining(conductor.frame)
    found = [
        PhaseView(name=named[index].name, start=_seconds(at), duration=_seconds(end - at))
        for (index, at), end in zip(begun, [*ends, now_ends], strict=True)
    ]
    at = now_ends
    for phase in named[conductor.index + 1 :]:
        found.append(
            PhaseView(name=phase.name, start=_seconds(at), duration=_seconds(phase.frames))
        )
        at += phase.frames
    return found


def _seconds(count: int) -> float:
    return round(count / SAMPLE_RATE, 3)
