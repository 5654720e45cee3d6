"""The plan: the conductor run to its end without commands, and what it decided on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from soundscape.dsp.fade import Fade
from soundscape.dsp.lane import Lane
from soundscape.message_text import shown
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.timeline.directives import (
    BusLevel,
    Clip,
    ClipEnds,
    ClipFades,
    ClipStarts,
    ClipStretches,
    CueFires,
    Directive,
    LightsMove,
    MasterLane,
    MasterRamp,
    PhaseBegins,
    PromptShows,
    SessionEnds,
)
from soundscape.timeline.master import end_fade, lanes_at_rest
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.show import FileSource, GeneratedSource, Phase, Show, Track
from soundscape.units import SAMPLE_RATE, frames


@dataclass(slots=True)
class PlannedClip:
    """A clip with the frames of the session in which it sounds."""

    clip: Clip
    start: int
    end: int
    fade_in: int
    fade_out: int
    gain_db: float
    outs: list[Fade] = field(default_factory=list)
    stretched: int = 0
    """Frames by which a sound without an end is longer than its playlist says."""

    @property
    def join(self) -> str:
        """Why it overlaps the clip before it as long as it does; "" where a phase begins it."""
        return self.clip.join


@dataclass(slots=True)
class PlannedPhase:
    """A phase with its frames."""

    phase: Phase
    start: int
    frames: int


@dataclass(slots=True)
class Plan:
    """A session as it goes without commands. Times are frames.

    `buses` and `master` have the levels, as the mixer has them.
    """

    show: Show
    duration: int = 0
    phases: list[PlannedPhase] = field(default_factory=list)
    clips: list[PlannedClip] = field(default_factory=list)
    lights: list[LightsMove] = field(default_factory=list)
    cues: list[CueFires] = field(default_factory=list)
    prompts: list[PromptShows] = field(default_factory=list)
    buses: dict[int, Lane] = field(default_factory=dict)
    master: dict[MasterLane, Lane] = field(default_factory=lanes_at_rest)


STEP = frames(60.0)
LONGEST = frames(48 * 3600.0)


def plan(show: Show, index: int = 0, begin_at: int = 0) -> Plan:
    """Conduct a show without commands; phases that would wait go on at their planned end.

    It begins in phase `index`, `begin_at` planned frames into it.
    """
    conductor = Conductor(show, never_waits, index, begin_at)
    result = Plan(show)
    open_clips: dict[int, PlannedClip] = {}
    while not conductor.ended and conductor.frame < LONGEST:
        for directive in conductor.advance(conductor.frame + STEP):
            _note(result, open_clips, directive)
    for planned in open_clips.values():
        planned.end = result.duration
    _reckon_edges(result)
    return result


def _note(result: Plan, open_clips: dict[int, PlannedClip], directive: Directive) -> None:
    match directive:
        case BusLevel() | MasterRamp():
            _note_level(result, directive)
        case ClipStarts(frame, clip):
            fade_in = clip.fade_in.frames if clip.fade_in else 0
            level = result.buses[clip.bus].at(frame)
            planned = PlannedClip(clip, frame, frame, fade_in, 0, level + clip.track.gain_db)
            open_clips[clip.id] = planned
            result.clips.append(planned)
        case ClipFades(frame, ident, fade):
            # A clip that several fades take out is out with the first of them that ends.
            planned, ends = open_clips[ident], fade.end - fade.start
            planned.outs.append(fade)
            if not planned.fade_out or fade.end < planned.end:
                planned.end, planned.fade_out = fade.end, ends
        case ClipStretches(_, ident, end):
            open_clips[ident].stretched = end - open_clips[ident].clip.end
        case ClipEnds(frame, ident, _):
            open_clips.pop(ident).end = frame
        case PhaseBegins(frame, index):
            _close_phase(result, frame)
            result.phases.append(PlannedPhase(result.show.phases[index], frame, 0))
        case LightsMove():
            result.lights.append(directive)
        case CueFires():
            result.cues.append(directive)
        case PromptShows():
            result.prompts.append(directive)
        case SessionEnds(frame):
            result.duration = frame
            _close_phase(result, frame - end_fade(result.show.fades))
        case _:
            pass


def _note_level(result: Plan, directive: BusLevel | MasterRamp) -> None:
    match directive:
        case BusLevel(frame, bus, points):
            result.buses.setdefault(bus, Lane(points[0][1], frame)).go(frame, points)
        case MasterRamp(frame, lane, value, length):
            result.master[lane].go(frame, [(frame + max(1, length), value)])


def _close_phase(result: Plan, frame: int) -> None:
    if result.phases:
        result.phases[-1].frames = frame - result.phases[-1].start


def _reckon_edges(result: Plan) -> None:
    """What begins with the session rises with it, and what is left at its end falls with it."""
    fades = result.show.fades
    for planned in result.clips:
        if planned.start == 0:
            planned.fade_in = fades.start
        if planned.end == result.duration:
            planned.fade_out = end_fade(fades)


def source_name(track: Track) -> str:
    """What a track plays, in a word: its file, its generators, or silence."""
    if isinstance(track.source, FileSource):
        return shown(track.source.path)
    if isinstance(track.source, GeneratedSource):
        return " + ".join(voice.generator for voice in track.source.voices)
    return "silence"


def source_kind(track: Track) -> str:
    """Where a track's sound comes from."""
    if isinstance(track.source, FileSource):
        return "file"
    return "generated" if isinstance(track.source, GeneratedSource) else "silence"


def as_json(result: Plan) -> dict[str, Any]:
    """The plan as `plan --json` prints it: times in seconds."""
    return {
        "scene": result.show.name,
        "duration": _seconds(result.duration),
        "phases": [
            {
                "name": p.phase.name,
                "start": _seconds(p.start),
                "duration": _seconds(p.frames),
                "advance": p.phase.advance,
            }
            for p in result.phases
        ],
        "clips": [
            {
                "layer": p.clip.layer,
                "phase": p.clip.phase,
                "title": p.clip.track.title,
                "source": source_name(p.clip.track),
                "start": _seconds(p.start),
                "end": _seconds(p.end),
                "fade_in": _seconds(p.fade_in),
                "fade_out": _seconds(p.fade_out),
                "gain_db": round(p.gain_db, 2),
                "join": p.join,
                "stretched": _seconds(p.stretched),
                "kept": _seconds(p.clip.kept),
                "opening": _opening(p),
            }
            for p in result.clips
        ],
        "lights": [
            {
                "at": _seconds(move.frame),
                "set": {name: round(value, 4) for name, value in move.values.items()},
                "over": _seconds(move.frames),
            }
            for move in result.lights
        ],
        "cues": [
            {"at": _seconds(cue.frame), "cue": cue.name, **_addressed(cue)} for cue in result.cues
        ],
        "prompts": [{"at": _seconds(p.frame), "say": p.text} for p in result.prompts],
    }


def _opening(planned: PlannedClip) -> dict[str, float] | None:
    """How far a clip is lowered as it comes in, in dB, and after how many seconds it is not."""
    gain = opening_gain(planned.clip)
    if gain is None:
        return None
    return {"db": round(float(gain.min()), 1), "over": gain.size / 10}


def _addressed(cue: CueFires) -> dict[str, str]:
    parts = {"number": cue.number, "list": cue.list, "path": cue.path}
    return {name: value for name, value in parts.items() if value is not None}


def _seconds(count: int) -> float:
    return round(count / SAMPLE_RATE, 6)
