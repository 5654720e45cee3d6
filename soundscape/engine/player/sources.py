"""Opens what tracks name, ahead of time, and tells of those that cannot be played."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from soundscape.engine.player.prefetch import CHUNK, RAMP, Prefetch
from soundscape.errors import MediaError
from soundscape.media.decoder import FileDecoder
from soundscape.mixer.calm_source import calm_source
from soundscape.mixer.source import Block, Source
from soundscape.synth import create_stack
from soundscape.synth.stack import Stack
from soundscape.timeline.clip_calm import swells
from soundscape.timeline.directives import Clip
from soundscape.timeline.show import FileSource, GeneratedSource, SilentSource, Track
from soundscape.units import frames, seconds

OFFLINE_CHUNK = 32_768
"""Frames read at a time in an offline render, where the first of them are not urgent."""
READY = frames(0.2)
"""A clip with this much read may begin."""
FAULT_MARGIN = frames(5.0)
"""What an offline render waits for: a fault this far ahead is known, as it is live."""

OpenTrack = Callable[[Track, int], Source]
"""Opens a track at one of its frames. Raises MediaError."""


class Generated:
    """A generator read like a file."""

    def __init__(self, generator: Stack, start: int) -> None:
        self._generator = generator
        self._frame = start

    def read(self, count: int) -> Block:
        """The next `count` frames; there are always more."""
        block = self._generator.render(self._frame, count)
        self._frame += count
        return block

    def close(self) -> None:
        """Nothing is held."""


def open_track(track: Track, start: int) -> Source:
    """Open a track at its frame `start`. Raises MediaError where it cannot be played."""
    source = track.source
    if isinstance(source, FileSource):
        return FileDecoder(source.path, source.start + start)
    if isinstance(source, GeneratedSource):
        voices = ((v.generator, v.params, v.level_db) for v in source.voices)
        length = seconds(track.frames)
        return Generated(create_stack(voices, source.seed, length, source.harmony), start)
    raise MediaError(f"{track.title}: a planned silence has no sound to open")


def open_generated(track: Track, start: int) -> Source:
    """Open a track that needs no decoder. Raises MediaError for a file."""
    if isinstance(track.source, FileSource):
        raise MediaError(f"{track.title}: no file is opened after the player failed repeatedly")
    return open_track(track, start)


@dataclass(frozen=True, slots=True)
class Shortage:
    """A clip whose source ended before its time, with the frames it had and the reason."""

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

    `patient` is for offline renders: reading waits for the decoders instead of running dry.
    """

    def __init__(self, open_track: OpenTrack = open_track, *, patient: bool) -> None:
        self._open_track = open_track
        self._patient = patient
        self._held: dict[int, _OwnedSource] = {}
        self._told: set[int] = set()
        self._past_underruns = 0

    def open_generated_only(self) -> None:
        """From here on no file is opened: each counts as one that cannot be played."""
        self.close()
        self._open_track = open_generated

    def prepare(self, clip: Clip, offset: int = 0) -> None:
        """Begin to read a clip's source, unless that is done already."""
        if isinstance(clip.track.source, SilentSource):
            return
        held = self._held.get(clip.id)
        if held is not None:
            if held.offset == offset and _sound_of(held.clip) == _sound_of(clip):
                return
            self._drop(clip.id)
        prefetch = Prefetch(
            lambda: calm_source(self._open_track(clip.track, offset), clip, offset),
            clip.track.frames - offset,
            OFFLINE_CHUNK if self._patient else CHUNK,
        )
        self._held[clip.id] = _OwnedSource(clip, offset, prefetch)
        prefetch.start()

    def open(self, clip: Clip, offset: int) -> Source:
        """Hand a clip's source to its deck."""
        self.prepare(clip, offset)
        return _BorrowedSource(self, clip.id, self._held[clip.id].prefetch)

    def ready(self, clips: Iterable[Clip]) -> bool:
        """Whether all these clips can begin without running dry."""
        held = (self._held.get(clip.id) for clip in clips)
        return all(one is None or one.prefetch.ready(READY) for one in held)

    def keep_only(self, idents: set[int]) -> None:
        """Drop what was prepared in vain."""
        for ident in [i for i in self._held if i not in idents]:
            self._drop(ident)

    def settle(self, count: int) -> None:
        """Offline: wait until the next `count` frames, and any fault near them, are known."""
        if self._patient:
            for held in list(self._held.values()):
                held.prefetch.wait_for(count + FAULT_MARGIN)

    def shortages(self) -> list[Shortage]:
        """The clips whose sources ended before their time, each told once."""
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
        """How often a deck ran dry."""
        return self._past_underruns + sum(h.prefetch.underruns for h in self._held.values())

    def close(self) -> None:
        """Give all sources up."""
        self.keep_only(set())

    def give_back(self, ident: int) -> None:
        """A deck is done with its source."""
        if ident in self._held:
            self._drop(ident)

    def wait(self, prefetch: Prefetch, count: int) -> None:
        """Offline: wait until `count` frames can be read."""
        if self._patient:
            prefetch.wait_for(count)

    def _drop(self, ident: int) -> None:
        held = self._held.pop(ident)
        self._past_underruns += held.prefetch.underruns
        self._told.discard(ident)
        held.prefetch.close()


def _sound_of(clip: Clip) -> tuple[object, ...]:
    """What a clip's source depends on."""
    return clip.track, clip.layer, swells(clip)


class _BorrowedSource:
    """A source in a deck's hands; closing gives it back to the pool."""

    def __init__(self, pool: SourcePool, ident: int, prefetch: Prefetch) -> None:
        self._pool = pool
        self._ident = ident
        self._prefetch = prefetch

    def read(self, count: int) -> Block:
        self._pool.wait(self._prefetch, count + RAMP)
        return self._prefetch.read(count)

    def close(self) -> None:
        self._pool.give_back(self._ident)
