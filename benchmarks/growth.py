"""How the cost of a render grows: with layers, tracks, phases, lights, and length.

Each session renders ten minutes of generated noise, unless it is its length that varies; lights
move all the time. CPU time of the whole command, Python's start counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Plot
from benchmarks.measuring import SCENE, Lab, soundscape, used

NOISE = {"generate": "noise"}
MINUTES = 10


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Measure each kind of growth."""
    for what, sizes, scene in KINDS:
        costs = []
        for size in sizes[: lab.length(len(sizes), 2)]:
            folder = lab.folder / f"{what}-{size}".replace(" ", "-")
            make(folder, *scene(size))
            out = str(folder / "out.wav")
            command = soundscape(folder, "render", SCENE, "-o", out, "--bits", "16")
            rounds = [used(command).cpu for _ in range(lab.rounds)]
            Path(out).unlink()
            costs.append(min(rounds))
            yield Figure(f"{size} {what}: CPU", "s", rounds)
        lines = {"render": (sizes[: len(costs)], costs)}
        yield Plot(f"CPU time of a render by {what}", what, "seconds", lines)


Made = tuple[dict[str, Any], dict[str, Any]]
"""A scene's phases, and the room."""


def make(folder: Path, phases: dict[str, Any], room: dict[str, Any]) -> None:
    """Make a library of one scene. JSON is YAML too."""
    for name in ("scenes", "playlists"):
        (folder / name).mkdir(parents=True)
    scene = {"name": "Growth", "phases": phases}
    (folder / "scenes" / f"{SCENE}.yaml").write_text(json.dumps(scene))
    (folder / "room.yaml").write_text(json.dumps({"name": "Growth", **room}))


def phase(minutes: float, tracks: int = 2, **more: Any) -> dict[str, Any]:
    """Return a phase that plays tracks of noise in turn."""
    length = max(30.0, 60 * minutes / tracks)
    music = [{**NOISE, "duration": f"{length:g}s"}] * tracks
    return {"duration": f"{60 * minutes:g}s", "music": music, **more}


def by_layers(count: int) -> Made:
    """Return a session of so many layers."""
    others = {layer: [{**NOISE, "duration": "9m"}] for layer in ("ambience", "voice")}
    more = dict(list(others.items())[: count - 1])
    return {"only": phase(MINUTES, **more)}, {}


def by_tracks(count: int) -> Made:
    """Return a session with a playlist of so many tracks, of which it plays at most twenty."""
    return {"only": phase(MINUTES, count)}, {}


def by_phases(count: int) -> Made:
    """Return a session of so many phases."""
    return {f"p{n}": phase(MINUTES / count) for n in range(count)}, {}


def by_minutes(count: int) -> Made:
    """Return a session of so many minutes."""
    return {"only": phase(count, max(1, count // 5))}, {}


def by_lights(count: int) -> Made:
    """Return a session that moves so many lights all the time."""
    places = [
        (port, channel, cc) for port in range(3) for channel in range(1, 17) for cc in range(32)
    ]
    lights = {
        f"l{n}": {"port": f"desk{port}", "channel": channel, "cc": cc}
        for n, (port, channel, cc) in enumerate(places[:count])
    }
    look = [
        {"at": f"{n}m", "set": dict.fromkeys(lights, f"{10 + 40 * (n % 2)}%"), "over": "1m"}
        for n in range(MINUTES)
    ]
    midi = {f"desk{port}": {"output": "nothing"} for port in range(3)}
    return {"only": phase(MINUTES, lights=look)}, {"midi": midi, "lights": lights}


KINDS: Sequence[tuple[str, Sequence[int], Callable[[int], Made]]] = (
    ("layers", (1, 2, 3), by_layers),
    ("tracks", (10, 100, 1_000, 10_000), by_tracks),
    ("phases", (1, 5, 20), by_phases),
    ("lights", (1, 10, 100, 500), by_lights),
    ("minutes", (10, 60, 240, 1440), by_minutes),
)
