"""Opens the sources of tracks ahead of time, and reports those that cannot be played."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from soundscape.engine.player.prefetch import CHUNK, RAMP, Prefetch
from soundscape.errors import MediaError
from soundscape.media.decoder import FileDecoder
from soundscape.media.file_state import has_changed
from soundscape.mixer.calm_source import calm_source
from soundscape.mixer.source import Block, Source
from soundscape.synth import create_stack, load
from soundscape.synth.registry import Stack
from soundscape.timeline.clip_calm import swells
from soundscape.timeline.directives import Clip
from soundscape.timeline.show import FileSource, GeneratedSource, Show, SilentSource, Track
from soundscape.timeline.show_update import playlists
from soundscape.units import SAMPLE_RATE, frames, seconds

OFFLINE_CHUNK = 32_768
"""Frames read at a time in an offline render, which does not wait for the first of them."""
READY = frames(0.2)
"""A clip may begin once this much of it has been read."""
FAULT_MARGIN = frames(5.0)
"""An offline render waits until a fault this far ahead is known, as it is live."""

LONGEST_RECORDING = frames(120.0)
"""Of a generator's recording no more is used: it is held in memory."""

OpenTrack = Callable[[Track, int], Source]
"""Opens a track at one of its frames. Raises MediaError."""


class Generated:
    """A generator that is read like a file."""

    def __init__(self, generator: Stack, start: int) -> None:
        self._generator = generator
        self._frame = start

    def read(self, count: int) -> Block:
        """Return the next `count` frames; there are always more."""
        block = self._generator.render(self._frame, count)
        self._frame += count
        return block

    def close(self) -> None:
        """Do nothing: a generator holds nothing."""


def load_generators(show: Show) -> None:
    """Load the code of all generators of a show, which a session does not do while it plays."""
    every = (*playlists(show).values(), show.drone)
    tracks = (track for playlist in every for track in playlist.tracks)
    sources = (track.source for track in tracks)
    generated = (source for source in sources if isinstance(source, GeneratedSource))
    load({voice.generator for source in generated for voice in source.voices})


def open_track(track: Track, start: int) -> Source:
    """Open a track at its frame `start`. Raises MediaError if it cannot be played."""
    source = track.source
    if isinstance(source, FileSource):
        decoder = FileDecoder(source.path, source.start + start)
        if has_changed(source.path, source.size, source.mtime_ns):  # it may be louder now
            decoder.close()
            raise MediaError(f"{source.path}: has changed since it was measured")
        return decoder
    if isinstance(source, GeneratedSource):
        voices = ((v.generator, _with_recording(v.params), v.level_db) for v in source.voices)
        length = seconds(track.frames)
        stack = create_stack(voices, source.seed, length, source.harmony, source.home)
        return Generated(stack, start)
    raise MediaError(f"{track.title}: a planned silence has no sound to open")


def _with_recording(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a generator's parameters with the sound of its recording, if it has one."""
    path = params.get("recording")
    if not path:
        return params
    decoder = FileDecoder(path)
    blocks: list[Block] = []
    try:
        while sum(map(len, blocks)) < LONGEST_RECORDING and len(block := decoder.read(SAMPLE_RATE)):
            blocks.append(block)
    finally:
        decoder.close()
    return {**params, "recording": np.concatenate([*blocks, np.zeros((0, 2), np.float32)])}


def _reads_file(track: Track) -> bool:
    source = track.source
    if isinstance(source, GeneratedSource):
        return any(voice.params.get("recording") for voice in source.voices)
    return isinstance(source, FileSource)


def open_generated(track: Track, start: int) -> Source:
    """Open a track that needs no decoder. Raises MediaError for a file."""
    if _reads_file(track):
        raise MediaError("no file is opened after the player failed repeatedly")
    return open_track(track, start)


@dataclass(frozen=True, slots=True)
class Shortage:
    """A clip whose source ended too early, with the number of frames it had and the reason."""

    clip: Clip
    available: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class _OwnedSource:
    clip: Clip
    offset: int
    prefetch: Prefetch


class SourcePool:
    """The prefetched sources by clip.

    `patient` is for offline renders: reading waits for the decoders, so there are no underruns.
    """

    def __init__(self, open_track: OpenTrack = open_track, *, patient: bool) -> None:
        self._open_track = open_track
        self._patient = patient
        self._held: dict[int, _OwnedSource] = {}
        self._told: set[int] = set()
        self._past_underruns = 0

    def open_generated_only(self) -> None:
        """Open no files from now on: each counts as one that cannot be played."""
        self.close()
        self._open_track = open_generated

    def prepare(self, clip: Clip, offset: int = 0) -> None:
        """Start to read a clip's source, unless it is being read already."""
        if isinstance(clip.track.source, SilentSource):
            return
        held = self._held.get(clip.id)
        if held is not None:
            if held.offset == offset and _sound_of(held.clip) == _sound_of(clip):
                return
            self._drop(clip.id)
        prefetch = Prefetch(
            lambda: calm_source(self._open_track(clip.track, offset), clip, offset),
            _frames_of(clip.track) - offset,
            OFFLINE_CHUNK if self._patient else CHUNK,
        )
        self._held[clip.id] = _OwnedSource(clip, offset, prefetch)
        prefetch.start()

    def open(self, clip: Clip, offset: int) -> Source:
        """Return a clip's source for its deck."""
        self.prepare(clip, offset)
        return _BorrowedSource(self, clip.id, self._held[clip.id].prefetch)

    def ready(self, clips: Iterable[Clip]) -> bool:
        """Return whether all these clips can begin without an underrun."""
        held = (self._held.get(clip.id) for clip in clips)
        return all(one is None or one.prefetch.ready(READY) for one in held)

    def holds_empty(self, clips: Iterable[Clip]) -> bool:
        """Whether one of these clips has turned out to have no sound: its file is gone."""
        held = (self._held.get(clip.id) for clip in clips)
        return any(one is not None and one.prefetch.available == 0 for one in held)

    def keep_only(self, idents: set[int]) -> None:
        """Close prepared sources that are not needed."""
        for ident in [i for i in self._held if i not in idents]:
            self._drop(ident)

    def settle(self, count: int) -> None:
        """Wait, offline, until the next `count` frames and any fault near them are known."""
        if self._patient:
            for held in list(self._held.values()):
                held.prefetch.wait_for(count + FAULT_MARGIN)

    def shortages(self) -> list[Shortage]:
        """Return the clips whose sources ended too early, each once."""
        found = []
        for ident, held in self._held.items():
            available = None if ident in self._told else held.prefetch.available
            if available is not None:
                self._told.add(ident)
                if available < held.prefetch.length:
                    found.append(Shortage(held.clip, held.offset + available, held.prefetch.fault))
        return found

    @property
    def underruns(self) -> int:
        """The number of underruns of all decks."""
        return self._past_underruns + sum(h.prefetch.underruns for h in self._held.values())

    def close(self) -> None:
        """Close all sources."""
        self.keep_only(set())

    def give_back(self, ident: int) -> None:
        """Close a source that its deck has finished with."""
        if ident in self._held:
            self._drop(ident)

    def wait(self, prefetch: Prefetch, count: int) -> None:
        """Wait, offline, until `count` frames can be read."""
        if self._patient:
            prefetch.wait_for(count)

    def _drop(self, ident: int) -> None:
        held = self._held.pop(ident)
        self._past_underruns += held.prefetch.underruns
        self._told.discard(ident)
        held.prefetch.close()


def _frames_of(track: Track) -> int:
    """The frames that may be asked for: a generated sound may be stretched beyond its end."""
    return sys.maxsize if isinstance(track.source, GeneratedSource) else track.frames


def _sound_of(clip: Clip) -> tuple[object, ...]:
    """Return all that a clip's source depends on."""
    opening = None if clip.prior is None or clip.fade_in is None else clip.fade_in.frames
    return clip.track, clip.layer, swells(clip), clip.prior, clip.beside, opening


class _BorrowedSource:
    """A source used by a deck. Closing it returns it to the pool."""

    def __init__(self, pool: SourcePool, ident: int, prefetch: Prefetch) -> None:
        self._pool = pool
        self._ident = ident
        self._prefetch = prefetch

    def read(self, count: int) -> Block:
        self._pool.wait(self._prefetch, count + RAMP)
        return self._prefetch.read(count)

    def close(self) -> None:
        self._pool.give_back(self._ident)
