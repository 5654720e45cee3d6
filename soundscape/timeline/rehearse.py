"""A scene shortened: the same show with its durations scaled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from soundscape.timeline.show import (
    Envelope,
    FadeFrames,
    Layer,
    Move,
    Phase,
    Playlist,
    Show,
    SilentSource,
    Track,
)
from soundscape.units import SAMPLE_RATE, At


def shortened(show: Show, length: int) -> Show:
    """The show with its phases and last fade fitted into `length` frames.

    Durations, positions and planned silences are scaled by one factor; a fade is at most a quarter
    of the shorter phase beside it; tracks and the limits of light are as they are.
    """
    total = sum(phase.frames for phase in show.phases)
    # The end fade comes on top of the phases and is itself at most a quarter of the last of them.
    last = show.phases[-1].frames
    factor = length / (total + last / 4)
    if factor * last / 4 > show.fades.end:
        factor = (length - show.fades.end) / total
    phases = tuple(_phase(phase, factor) for phase in show.phases)
    shorter = [min(one.frames, other.frames) for one, other in pairwise((phases[0], *phases))]
    phases = tuple(
        replace(phase, fade=min(show.fades.phase, length // 4))
        for phase, length in zip(phases, shorter, strict=True)
    )
    return replace(
        show,
        phases=phases,
        fades=_fades(show.fades, phases),
        after=None if show.after is None else _move(show.after, factor),
        landing={name: _playlist(p, factor) for name, p in show.landing.items()},
    )


def _fades(fades: FadeFrames, phases: tuple[Phase, ...]) -> FadeFrames:
    shortest = min(phase.frames for phase in phases) // 4
    return replace(
        fades,
        track=min(fades.track, shortest),
        skip=min(fades.skip, shortest),
        start=min(fades.start, phases[0].frames // 4),
        end=min(fades.end, phases[-1].frames // 4),
    )


def _phase(phase: Phase, factor: float) -> Phase:
    return replace(
        phase,
        frames=max(1, round(phase.frames * factor)),
        min_frames=None,  # the range is of the real session
        max_frames=None,
        loudness=_envelope(phase.loudness, factor),
        layers={name: _layer(layer, factor) for name, layer in phase.layers.items()},
        moves=tuple(_move(move, factor) for move in phase.moves),
        cues=tuple(replace(cue, at=_at(cue.at, factor)) for cue in phase.cues),
        prompts=tuple(replace(prompt, at=_at(prompt.at, factor)) for prompt in phase.prompts),
    )


def _move(move: Move, factor: float) -> Move:
    return replace(move, at=_at(move.at, factor), over=round(move.over * factor))


def _layer(layer: Layer, factor: float) -> Layer:
    playlist, level = _playlist(layer.playlist, factor), _envelope(layer.level, factor)
    return Layer(playlist, level, layer.fit)


def _playlist(playlist: Playlist, factor: float) -> Playlist:
    return replace(playlist, tracks=tuple(_silences(playlist.tracks, factor)))


def _silences(tracks: Iterable[Track], factor: float) -> Iterable[Track]:
    for track in tracks:
        if isinstance(track.source, SilentSource):
            yield replace(track, frames=max(SAMPLE_RATE // 10, round(track.frames * factor)))
        else:
            yield track


def _envelope(envelope: Envelope, factor: float) -> Envelope:
    return Envelope(tuple((_at(at, factor), value) for at, value in envelope.points))


def _at(at: At, factor: float) -> At:
    return replace(at, seconds=at.seconds * factor)
