"""What the room's limits make of a scene's lights and cues: said before the session, by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from soundscape.errors import Problem
from soundscape.library.resolve import Loaded
from soundscape.lighting.forecast import Stretch, stretched
from soundscape.scene.cue_rate import Place, Touch, too_often, touches, where
from soundscape.scene.document import Document
from soundscape.scene.models import Room, Scene
from soundscape.scene.tree import KeyPath
from soundscape.timeline.plan import Plan
from soundscape.timeline.position import planned_frame
from soundscape.timeline.show import Move, Phase
from soundscape.units import format_duration, listed, quoted, seconds


def light_problems(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Moves that the limits stretch (warnings), and cues that could flash (errors)."""
    yield from _stretched_moves(loaded)
    yield from _hurried_cues(loaded, planned)


# Moves --------------------------------------------------------------------------------------------


def _stretched_moves(loaded: Loaded) -> Iterator[Problem]:
    looks: list[dict[str, float]] = [{}]
    for phase in loaded.show.phases:
        for place, move in _in_time(phase):
            found = stretched(loaded.room, looks[-1], move.values, move.over)
            path: KeyPath = ("phases", phase.name, "lights", place)
            yield from _takes_longer(loaded.document, path, found, move.over)
            looks.append({**looks[-1], **move.values})
    yield from _stretched_care(loaded, looks)


def _in_time(phase: Phase) -> list[tuple[int, Move]]:
    """The phase's moves by their time, each with its place in the file."""
    moves = list(enumerate(phase.moves))
    return sorted(moves, key=lambda item: planned_frame(item[1].at, phase.frames))


def _stretched_care(loaded: Loaded, looks: list[dict[str, float]]) -> Iterator[Problem]:
    care, document = loaded.show.care, loaded.room_document
    if document is None:
        return
    worst: dict[str, Stretch] = {}
    for look in looks:
        found = stretched(loaded.room, look, care.values, care.over, care=True)
        for light, stretch in found.items():
            if light not in worst or worst[light].frames < stretch.frames:
                worst[light] = stretch
    yield from _takes_longer(document, ("care",), worst, care.over)


def _takes_longer(
    document: Document[Scene] | Document[Room],
    path: KeyPath,
    found: Mapping[str, Stretch],
    over: int,
) -> Iterator[Problem]:
    """One line for all lights of a move that a limit stretches."""
    for by, limit in (("rate", "on a light's rate"), ("messages", "on messages a second")):
        lights = {name: one.frames for name, one in found.items() if one.by == by}
        if not lights:
            continue
        longest = _time(max(lights.values()))
        takes = f"takes {longest}" if len(lights) == 1 else f"take up to {longest}"
        message = f"{listed(list(lights))} {takes}, not {_time(over)}: the room's limit {limit}"
        place = (*path, "set", next(iter(lights))) if len(lights) == 1 else (*path, "set")
        yield document.problem(place, message, "warning")


# Cues ---------------------------------------------------------------------------------------------


def _hurried_cues(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Calls of cues that reach an address for the third time within a second."""
    calls = [
        (("phases", one.phase.name, "cues", place), cue.name, one.start + at)
        for one in planned.phases
        for place, cue in enumerate(one.phase.cues)
        if cue.name in loaded.room.cues
        for at in [planned_frame(cue.at, one.frames)]
    ]
    paths: dict[Touch, KeyPath] = {}
    reached: list[Touch] = []
    for number, (path, name, frame) in enumerate(calls):
        for touch in touches(loaded.room.cues[name], seconds(round(frame))):
            own = touch._replace(message=number)
            paths[own] = path
            reached.append(own)
    worst: dict[Place, list[Touch]] = defaultdict(list)
    for first, third in too_often(reached):
        if first.message != third.message:  # within one call it is the room's fault, told there
            worst[third.place].append(third)
    for place, found in worst.items():
        lines = len({touch.message for touch in found})
        more = f", and {lines - 1} more calls" if lines > 1 else ""
        yield loaded.document.problem(
            paths[found[0]],
            f"{quoted(calls[found[0].message][1])} reaches {where(place)} for the third time "
            f"within a second, which could flash{more}: call it later; a session would hold it back",
        )


def _time(count: int) -> str:
    return format_duration(round(seconds(count), 1))
