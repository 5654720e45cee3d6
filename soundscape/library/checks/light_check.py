"""Checks a scene's lights and cues against the room's limits, before the session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from soundscape.errors import Problem
from soundscape.library.resolve import Loaded
from soundscape.lighting.limit_preview import StretchedMove, stretched
from soundscape.scene.cue_rate import PortAddress, too_often, touches, where
from soundscape.scene.document import Document
from soundscape.scene.models import Room, Scene
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.phase_clock import planned_frame
from soundscape.timeline.plan import Plan
from soundscape.timeline.show import Move, Phase
from soundscape.units import format_frames, seconds
from soundscape.views import plan_warning_texts


def light_problems(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Yield moves that the limits stretch (warnings), and cues that could flash (errors)."""
    yield from _stretched_moves(loaded)
    yield from _hurried_cues(loaded, planned)


# Moves --------------------------------------------------------------------------------------------


def _stretched_moves(loaded: Loaded) -> Iterator[Problem]:
    looks: list[dict[str, float]] = [{}]
    for phase in loaded.show.phases:
        for place, move in _informat_frames(phase):
            found = stretched(loaded.room, looks[-1], move.values, move.over)
            path: KeyPath = ("phases", phase.name, "lights", place)
            yield from _takes_longer(loaded.document, path, found, move.over)
            looks.append({**looks[-1], **move.values})
    yield from _stretched_care(loaded, looks)


def _informat_frames(phase: Phase) -> list[tuple[int, Move]]:
    """Return the phase's moves in order of time, each with its index in the file."""
    moves = list(enumerate(phase.moves))
    return sorted(moves, key=lambda item: planned_frame(item[1].at, phase.frames))


def _stretched_care(loaded: Loaded, looks: list[dict[str, float]]) -> Iterator[Problem]:
    care, document = loaded.show.care, loaded.room_document
    if document is None:
        return
    worst: dict[str, StretchedMove] = {}
    for look in looks:
        found = stretched(loaded.room, look, care.values, care.over, care=True)
        for light, stretch in found.items():
            if light not in worst or worst[light].frames < stretch.frames:
                worst[light] = stretch
    yield from _takes_longer(document, ("care",), worst, care.over)


def _takes_longer(
    document: Document[Scene] | Document[Room],
    path: KeyPath,
    found: Mapping[str, StretchedMove],
    over: int,
) -> Iterator[Problem]:
    """Yield one problem for all lights of a move that a limit stretches."""
    for by in ("rate", "messages"):
        lights = {name: one.frames for name, one in found.items() if one.by == by}
        if not lights:
            continue
        longest = format_frames(max(lights.values()))
        message = plan_warning_texts.stretched_lights(
            list(lights), longest, format_frames(over), by_rate=by == "rate"
        )
        place = (*path, "set", next(iter(lights))) if len(lights) == 1 else (*path, "set")
        yield document.problem(place, message, "warning")


# Cues ---------------------------------------------------------------------------------------------


def _hurried_cues(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Yield calls of cues that reach an address for the third time within a second."""
    calls = [
        (("phases", one.phase.name, "cues", place), cue.name, one.start + at)
        for one in planned.phases
        for place, cue in enumerate(one.phase.cues)
        if cue.name in loaded.room.cues
        for at in [planned_frame(cue.at, one.frames)]
    ]
    reached = [
        touch._replace(message=number)
        for number, (_, name, frame) in enumerate(calls)
        for touch in touches(loaded.room.cues[name], seconds(round(frame)))
    ]
    late: dict[PortAddress, set[int]] = defaultdict(set)
    for three in too_often(reached):
        called = {touch.message for touch in three}
        if len(called) > 1:  # within one call it is the room's fault, said there
            late[three[0].place].add(max(called))
    for place, numbers in late.items():
        path, name, _ = calls[min(numbers)]
        message = plan_warning_texts.hurried_cue(name, where(place), len(numbers) - 1)
        yield loaded.document.problem(path, message)
