"""The mixer: decks, buses, master. Directives in, blocks out.

Every gain is a function of the absolute frame, so the sound does not depend on the block size. The
limiter must know what comes: so the mix runs ahead of what is given out, which thereby keeps its
own frames. The mixer runs in the render thread: it opens nothing but by the `open_source` given,
and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from soundscape.dsp.comfort_noise import ComfortNoise
from soundscape.dsp.fade import Gains
from soundscape.dsp.lane import Lane, decibels, squared
from soundscape.dsp.limiter import LATENCY, Limiter
from soundscape.dsp.rise import LOW, RiseLimit
from soundscape.mixer.deck import Deck, OpenSource, amplified
from soundscape.mixer.source import Block
from soundscape.timeline.directives import (
    BusLevel,
    Clip,
    ClipEnds,
    ClipFades,
    ClipStarts,
    ClipStretches,
    Directive,
    MasterRamp,
    MusicRuns,
    MusicStops,
)
from soundscape.timeline.master import lanes_at_rest
from soundscape.timeline.show import SilentSource


class Mixer:
    """Sums what sounds. `frame` is the session frame that the next block begins with.

    `limiter` holds the sum's true peak at `ceiling_db` (dBTP).
    """

    def __init__(self, open_source: OpenSource, ceiling_db: float = -1.0) -> None:
        self.frame = 0
        self.limiter = Limiter(ceiling_db)
        self._mixed = 0  # the frame up to which all is summed
        self._open = open_source
        self._decks: dict[int, Deck] = {}
        self._buses: dict[int, Lane] = {}
        self._music = _MusicTime()
        self._lanes = lanes_at_rest()
        self._comfort = ComfortNoise()
        self._low_until: float = 0  # up to this frame the master's gain is at most `LOW`
        self._rise = {"voice": RiseLimit(), "others": RiseLimit()}

    def apply(self, directives: Iterable[Directive]) -> None:
        """Take over directives; those of frames to come may come ahead of them."""
        for directive in directives:
            self._apply(directive)

    def _apply(self, directive: Directive) -> None:
        match directive:
            case ClipStarts(_, clip):
                if not isinstance(clip.track.source, SilentSource):
                    self._decks[clip.id] = Deck(clip, self._open)
            case ClipFades() | ClipStretches() | ClipEnds():
                if directive.clip in self._decks:
                    self._decks[directive.clip].apply(directive)
            case BusLevel(frame, bus, points):
                self._buses.setdefault(bus, Lane(points[0][1], frame)).go(frame, points)
            case MasterRamp(frame, lane, value, length):
                self._lanes[lane].go(frame, [(frame + max(1, length), value)])
            case MusicStops(frame):
                self._music.stop(frame)
            case MusicRuns(frame):
                self._music.run(frame)
            case _:
                pass  # light, journal and screen take the others

    def render(self, count: int) -> Block:
        """The next `count` frames: float32, shape (count, 2).

        The directives of these frames and of `LATENCY` more must have been applied.
        """
        out = self.limiter.push(self._mix(self.frame + count + LATENCY - self._mixed))
        self.frame += count
        return out

    def _mix(self, count: int) -> Block:
        stems: dict[bool, Block] = {}  # of the voice, and of the others
        for first, last, music in self._music.runs(self._mixed, count):
            levels: dict[int, Gains | float] = {}
            for deck in list(self._decks.values()):
                clip = deck.clip
                if clip.bus not in levels:
                    lane = self._buses[clip.bus]
                    levels[clip.bus] = decibels(lane.values(first, last - first))
                at, block = deck.read(music, last - first, levels[clip.bus])
                if len(block):
                    place = first - self._mixed + at
                    voice = clip.layer == "voice"
                    stems[voice] = _added(stems.get(voice), place, block, count)
                if deck.last <= music + last - first:
                    self._remove(clip.id)
        others = stems.get(False)
        silence = np.zeros((count, 2), np.float32) if others is None else others
        out = self._master(silence, stems.get(True), count)
        self._mixed += count
        return out

    def skip_to(self, frame: int) -> None:
        """Go on to a frame without sounding: what has ended by then is dropped."""
        for first, last, music in self._music.runs(self._mixed, frame - self._mixed):
            for ident, deck in list(self._decks.items()):
                if deck.last <= music + last - first:
                    self._remove(ident)
        self.frame = self._mixed = frame
        self.limiter.restart(frame)

    def hold_low(self, until: float = np.inf) -> None:
        """Keep the master's gain 20 dB down up to a frame; from there it rises by the limit.

        What comes back after a fault begins there. A frame that is mixed already stays.
        """
        self._low_until = until

    def positions(self) -> list[tuple[Clip, int]]:
        """The clips that sound, each with its own frame that comes next."""
        music = self._music.at(self._mixed)
        return [(deck.clip, max(0, music - deck.clip.start)) for deck in self._decks.values()]

    def close(self) -> None:
        """Give all sources up."""
        for ident in list(self._decks):
            self._remove(ident)

    def _remove(self, ident: int) -> None:
        self._decks.pop(ident).close()

    def _master(self, others: Block, voice: Block | None, count: int) -> Block:
        """The master's gains; of the two ducks the deeper wins, and the voice has only one."""
        level, duck, under, pause, session = (
            lane.values(self._mixed, count) for lane in self._lanes.values()
        )
        ends = squared(pause) * squared(session)
        most = self._most(count)
        gain_voice = self._rise["voice"].apply(most(decibels(level + duck) * ends), count)
        deeper = np.minimum(duck, under) if _varies(duck, under) else min(duck, under)
        gain_others = self._rise["others"].apply(most(decibels(level + deeper) * ends), count)
        out = amplified(others, gain_others)
        if voice is not None:
            out += amplified(voice, gain_voice)
        self._comfort.fill(out, self._mixed)
        return out

    def _most(self, count: int) -> Callable[[Gains | float], Gains | float]:
        """What keeps the gain of the next `count` frames low where it is to be so."""
        low = min(count, max(0.0, self._low_until - self._mixed))
        if not low:
            return lambda gain: gain
        highest = np.where(np.arange(count) < low, LOW, np.inf)
        return lambda gain: np.minimum(gain, highest)


def _varies(*values: Gains | float) -> bool:
    return any(not isinstance(value, float) for value in values)


def _added(stem: Block | None, at: int, block: Block, count: int) -> Block:
    """Return a stem of `count` frames with a block added: the block itself if it is all of it."""
    if stem is None:
        if len(block) == count:
            return block
        stem = np.zeros((count, 2), np.float32)
    stem[at : at + len(block)] += block
    return stem


class _MusicTime:
    """When the music runs, and which music frame a session frame is."""

    def __init__(self) -> None:
        self._offset = 0
        self._running = True
        self._stood = 0  # the session frame at which it stopped
        self._changes: list[tuple[int, bool]] = []  # to come: frame, whether it runs from there

    def stop(self, frame: int) -> None:
        self._changes.append((frame, False))

    def run(self, frame: int) -> None:
        self._changes.append((frame, True))

    def at(self, frame: int) -> int:
        """The music frame of a session frame, with the changes up to it taken over."""
        return (frame if self._running else self._stood) - self._offset

    def runs(self, first: int, count: int) -> list[tuple[int, int, int]]:
        """The stretches of a block in which the music runs: first, last, its music frame."""
        found, at, end = [], first, first + count
        while at < end:
            until = min(end, self._changes[0][0]) if self._changes else end
            if self._running and until > at:
                found.append((at, until, at - self._offset))
            at = until
            if self._changes and self._changes[0][0] <= at < end:
                frame, runs = self._changes.pop(0)
                if runs and not self._running:
                    self._offset += frame - self._stood
                elif not runs and self._running:
                    self._stood = frame
                self._running = runs
        return found
