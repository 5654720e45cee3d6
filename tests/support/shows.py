"""Shows made by hand."""

from __future__ import annotations

from soundscape.timeline.show import (
    Envelope,
    FadeFrames,
    FileSource,
    GeneratedSource,
    Layer,
    Move,
    Phase,
    Playlist,
    Show,
    SilentSource,
    Track,
    Voice,
)
from soundscape.units import At, frames


def track(name: str, seconds: float, gain_db: float = 0.0) -> Track:
    """A track that `Tone` plays: its pitch comes from its name."""
    return Track(name, name, FileSource(name), frames(seconds), gain_db)


def generated(name: str, seconds: float) -> Track:
    """A track of a sound that has no end."""
    return Track(name, name, GeneratedSource((Voice("drone", {}),), 1), frames(seconds))


def silence(seconds: float) -> Track:
    return Track("silence", "silence", SilentSource(), frames(seconds))


def playlist(name: str, *tracks: Track, shuffle: bool = False, loop: bool = True) -> Playlist:
    return Playlist(name, tracks, shuffle, loop)


def level(*points: tuple[float, float]) -> Envelope:
    """Points of (fraction of the phase, dB)."""
    return Envelope(tuple((At(fraction=at), value) for at, value in points))


def phase(
    name: str,
    seconds: float,
    music: Playlist | None = None,
    *,
    advance: str = "auto",
    loudness: Envelope | None = None,
    ambience: Playlist | None = None,
    voice: Playlist | None = None,
    **more: object,
) -> Phase:
    named = {"music": music, "ambience": ambience, "voice": voice}
    layers = {key: Layer(value) for key, value in named.items() if value is not None}
    flat = level((0, 0.0))
    return Phase(name, frames(seconds), advance, loudness or flat, layers, **more)  # type: ignore[arg-type]


DRONE = playlist("(drone)", track("drone", 30.0))


def show(
    *phases: Phase,
    track: float = 8.0,
    phase: float = 25.0,
    skip: float = 6.0,
    start: float = 20.0,
    end: float = 60.0,
    seed: int = 1,
    landing: Playlist = DRONE,
    **more: object,
) -> Show:
    return Show(
        name="test",
        seed=seed,
        fades=FadeFrames(*(frames(s) for s in (track, phase, skip, start, end))),
        phases=phases,
        landing={"music": landing},
        drone=DRONE,
        care=Move(At(), {"room": 0.6}, frames(3.0)),
        **more,  # type: ignore[arg-type]
    )
