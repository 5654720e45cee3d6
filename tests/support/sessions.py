"""Whole sessions without a file or a device: tracks are tones."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from soundscape.engine.player.schedule import Scheduled, waits_for
from soundscape.engine.player.session import Rendered, Session
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import MediaError
from soundscape.mixer.source import Block
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import GeneratedSource, Show, Track
from soundscape.units import SAMPLE_RATE, frames

AMPLITUDE = 0.25


def pitch(name: str) -> float:
    """A tone between 100 and 500 Hz for each name."""
    return 100.0 + sum(name.encode()) * 37 % 400


class Tone:
    """A track as a sine; it can be cut short, as a damaged file is."""

    def __init__(self, track: Track, start: int, cut: int | None = None) -> None:
        self._frame = start
        endless = isinstance(track.source, GeneratedSource)
        self._end = sys.maxsize if endless else min(track.frames, cut or track.frames)
        self._pitch = pitch(track.key)
        self.fault = None if cut is None else "damaged"

    def read(self, count: int) -> Block:
        count = max(0, min(count, self._end - self._frame))
        phase = (np.arange(self._frame, self._frame + count)) * (self._pitch / SAMPLE_RATE)
        self._frame += count
        tone = AMPLITUDE * np.sin(2 * np.pi * (phase % 1.0))
        return np.repeat(tone.astype(np.float32)[:, np.newaxis], 2, axis=1)

    def close(self) -> None:
        pass


def opener(cuts: dict[str, float] | None = None, missing: Sequence[str] = ()):
    """Opens tracks as tones; `cuts` are seconds after which a track breaks off."""

    def open_track(track: Track, start: int) -> Tone:
        if track.key in missing:
            raise MediaError(f"{track.key}: there is no such file")
        cut = (cuts or {}).get(track.key)
        return Tone(track, start, None if cut is None else frames(cut))

    return open_track


def script(*lines: tuple[float, Command]) -> list[Scheduled]:
    return [(frames(at), command) for at, command in lines]


def session(
    a_show: Show,
    schedule: Sequence[Scheduled] = (),
    open_track=None,
    rig=None,
) -> Session:
    conductor = Conductor(a_show, waits_for(list(schedule)))
    pool = SourcePool(open_track or opener(), patient=True)
    return Session(conductor, pool, rig, list(schedule))


def rendered(
    a_show: Show,
    schedule: Sequence[Scheduled] = (),
    *,
    size: int = 8192,
    seconds: float | None = None,
    open_track=None,
    rig=None,
) -> tuple[Block, list[dict[str, object]]]:
    """The whole session's sound, and its events."""
    running = session(a_show, schedule, open_track, rig)
    until = None if seconds is None else frames(seconds)
    parts: list[Rendered] = list(running.render_all(until, size))
    running.finish()
    sound = np.concatenate([part.samples for part in parts])
    return sound, [line for part in parts for line in part.events]
