"""Takes a snapshot: what a conductor knows, and what is known beside it, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from soundscape.lighting.curve import kelvin_at
from soundscape.message_text import one_line
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.layer import LayerPlayer
from soundscape.timeline.overlap import plan_overlap
from soundscape.timeline.transport import State
from soundscape.units import SAMPLE_RATE
from soundscape.views.history import History
from soundscape.views.snapshot import (
    MARKS,
    TEXT,
    WARNINGS,
    Health,
    LayerView,
    MarkView,
    MeterView,
    PhaseView,
    Remote,
    Snapshot,
    WarningView,
)
from soundscape.views.wording import worded

KelvinRange = tuple[float, float]


def take_snapshot(
    conductor: Conductor,
    history: History | None = None,
    *,
    label: str = "",
    health: Health | None = None,
    meter: MeterView | None = None,
    remote: Remote | None = None,
    ranges: Mapping[str, KelvinRange] | None = None,
    begun_as: str = "",
    texts: bool = True,
) -> Snapshot:
    """The session of a conductor now.

    `ranges`: the lights that have a range of colour, with it. `begun_as`: the command that began
    the session. Without `texts`, which take long to make, `worded` adds them later.
    """
    known = history or History()
    frame, clock = conductor.frame, conductor.clock
    passed, left = clock.passed(frame), clock.remaining(frame)
    state = conductor.transport.state
    views = {name: _layer(conductor, run) for name, run in conductor.layers.items()}
    lights = conductor.looks.shown()
    spans = ranges or {}
    view = Snapshot(
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
        stopping=state is State.STOPPING,
        layers={name: view for name, view in views.items() if view is not None},
        level_db=conductor.master.level_db,
        sound_level=_sound_level(conductor, views["music"]),
        outputs=dict(conductor.master.trims),
        room_trims=dict(conductor.show.outputs),
        ducked=conductor.master.ducked,
        lights=lights,
        colours={
            name: round(kelvin_at(lights[name], span))
            for name, span in spans.items()
            if name in lights
        },
        care=bool(conductor.looks.covers),
        phases=_phases(conductor, known),
        health=health or Health(),
        meter=meter or MeterView(),
        prompt=" · ".join(known.prompts) or None,
        prompts=list(known.prompts),
        marks=[
            MarkView(elapsed=_seconds(at), since_dose=_since_dose(conductor, at), text=_cut(text))
            for at, text in known.marks[-MARKS:]
        ],
        warnings=[
            WarningView(elapsed=_seconds(at), text=_cut(one_line(text)))
            for at, text in known.warnings[-WARNINGS:]
        ],
        remote=remote or Remote(),
        begun_as=begun_as,
        place=_place(conductor),
    )
    return worded(view) if texts else view


def _waits_for(conductor: Conductor) -> Literal["next", "dose"] | None:
    """What the phase goes on with. A phase that was over when `back` led to it waits for `next`."""
    advance = conductor.phase.advance
    if advance == "dose" and conductor.dosed_at is None:
        return "dose"
    waits = advance == "manual" or conductor.transport.beneath(State.WAITING)
    return "next" if waits else None


def _cut(text: str) -> str:
    return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def _place(conductor: Conductor) -> str:
    """Where the phase is in its plan; one at its end, a second before it."""
    planned = min(conductor.clock.position(conductor.frame), conductor.phase.frames - SAMPLE_RATE)
    minutes, rest = divmod(max(0, int(planned / SAMPLE_RATE)), 60)
    return f"{conductor.phase.name}+{minutes}m{rest:02d}s"


def _since_dose(conductor: Conductor, frame: int) -> float | None:
    since = conductor.since_dose(frame)
    return None if since is None else _seconds(since)


def _layer(conductor: Conductor, run: LayerPlayer) -> LayerView | None:
    clip, bus = run.newest_clip(), run.bus
    if clip is None or bus is None:
        return None
    music = conductor.music_frame
    coming = run.next_track()
    level = bus.level(conductor.frame)
    overlap = (
        None if coming is None else plan_overlap(clip.track, coming, conductor.show.fades).frames
    )
    return LayerView(
        title=clip.track.title,
        artist=clip.track.artist,
        elapsed=_seconds(music - clip.start),
        remaining=_seconds(run.clips.remaining(music)),
        next=coming.title if coming else None,
        next_fade=None if overlap is None or run.name == "voice" else _seconds(overlap),
        gain_db=round(level + clip.track.gain_db, 2),
        loudness_target=round(level, 2),
    )


def _sound_level(conductor: Conductor, music: LayerView | None) -> float | None:
    """The loudness that the music aims at, in dBA; None where the room is not calibrated."""
    offset = conductor.show.dba_offset
    if offset is None or music is None:
        return None
    return round(music.loudness_target + conductor.master.level_db + offset, 1)


def _phases(conductor: Conductor, history: History) -> list[PhaseView]:
    """Those passed as they went, the running one as it stands, the others as planned."""
    named = conductor.show.phases
    begun = history.begun or [(conductor.index, conductor.frame)]
    ends = [frame for _, frame in begun[1:]]
    now_ends = conductor.frame + conductor.clock.remaining(conductor.frame)
    found = [
        PhaseView(
            name=named[index].name,
            start=_seconds(at),
            duration=_seconds(end - at),
            state="passed" if number < len(ends) else "running",
        )
        for number, ((index, at), end) in enumerate(zip(begun, [*ends, now_ends], strict=True))
    ]
    at = now_ends
    for phase in named[conductor.index + 1 :]:
        found.append(
            PhaseView(
                name=phase.name,
                start=_seconds(at),
                duration=_seconds(phase.frames),
                state="planned",
            )
        )
        at += phase.frames
    return found


def _seconds(count: int) -> float:
    return round(count / SAMPLE_RATE, 3)
