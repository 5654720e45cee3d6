"""Where a playlist is: which track comes next, in order or shuffled, without those left out."""

from __future__ import annotations

from collections import Counter
from random import Random

from soundscape.timeline.fit import fitted
from soundscape.timeline.overlap import plan_overlap
from soundscape.timeline.show import FadeFrames, Playlist, Track

GONE = 20
"""After so many failures in a row the disk, or a share, counts as gone.

Each failure takes a moment, and a long list of them would be a silence."""


class Cursor:
    """Goes through a playlist, round by round.

    A shuffled round is a permutation made from (seed, name, round) alone, and never begins with the
    track that ended the round before. `left_out` is the session's own set of track keys, shared and
    looked at each time.
    """

    def __init__(self, playlist: Playlist, seed: int, left_out: set[str]) -> None:
        self.playlist = playlist
        self._seed = seed
        self._left_out = left_out
        self._round = -1
        self._queue: list[Track] = []
        self._last: Track | None = None
        # Frames to where a track should end: from the next one's start, or if `_joined` from the
        # end of the last one.
        self._aim: int | None = None
        self._joined = False
        self._fades: FadeFrames | None = None
        self._failures = 0  # one after another

    def peek(self) -> Track | None:
        """The next track, not yet taken; None when nothing is left to play."""
        if self._failures >= GONE or all(t.key in self._left_out for t in self.playlist.tracks):
            return None
        while True:
            while self._queue and self._queue[0].key in self._left_out:
                self._queue.pop(0)
            if self._queue:
                return self._queue[0]
            if self._round >= 0 and not self.playlist.loop:
                return None
            self._next_round()

    def take(self) -> Track | None:
        """The next track; the playlist moves on."""
        track = self.peek()
        if track is not None:
            if self._last is not None and self._last.key not in self._left_out:
                self._failures = 0
            before, self._last = self._last, self._queue.pop(0)
            if self._aim is not None:
                if self._joined and before is not None and self._fades is not None:
                    self._aim += plan_overlap(before, track, self._fades).frames
                self._aim, self._joined = self._aim - track.frames, True
        return track

    def count_failure(self, key: str) -> None:
        """Count a track that cannot be played. After `GONE` in a row no other is tried."""
        near = (self._last, *self._queue[:1])
        self._failures += any(track is not None and track.key == key for track in near)

    def aim(self, end: int | None, fades: FadeFrames) -> None:
        """Shuffle so that a track ends `end` frames after the next one's start; None: no matter.

        `fades` is what joins are reckoned with.
        """
        self._aim, self._fades, self._joined = end, fades, False
        self._fit()

    def adopt(self, playlist: Playlist) -> bool:
        """Go on with the same playlist as another phase has it: its order, gains and loop.

        Returns whether what comes next may be another track now.
        """
        if playlist == self.playlist:
            return False
        reordered = playlist.shuffle != self.playlist.shuffle
        self.playlist = playlist
        if self._queue and reordered:
            self._next_round()
        else:
            known = {track.key: track for track in playlist.tracks}
            self._queue = [known[track.key] for track in self._queue if track.key in known]
        return True

    def take_up(self, playlist: Playlist) -> None:
        """Go on with a playlist whose files are there again, with its next track."""
        self._failures = 0
        self.adopt(playlist)

    def update_tracks(self, playlist: Playlist) -> None:
        """Go on with the same playlist, some of its tracks measured."""
        tracks = zip(self.playlist.tracks, playlist.tracks, strict=True)
        now = {id(before): after for before, after in tracks}
        self.playlist = playlist
        self._queue = [now.get(id(track), track) for track in self._queue]

    def put_first(self, key: str) -> bool:
        """Let a track come next. Returns whether it is one of the playlist that may be played."""
        found = next((t for t in self.playlist.tracks if t.key == key), None)
        if found is None or key in self._left_out:
            return False
        self._queue = [found, *(t for t in self._queue if t is not found)]
        return True

    def rewind(self) -> None:
        """Begin again from the first track."""
        self._round, self._queue = -1, []

    def _next_round(self) -> None:
        self._round += 1
        self._queue = list(self.playlist.tracks)
        if self.playlist.shuffle:
            Random(f"{self._seed}/{self.playlist.name}/{self._round}").shuffle(self._queue)  # noqa: S311
            playable = [t for t in self._queue if t.key not in self._left_out]
            self._queue = apart(playable, self._last)
            self._fit()

    def _fit(self) -> None:
        fades = self._fades
        if fades is None or self._aim is None or self._aim <= 0:
            return
        if self.playlist.shuffle and self._queue:
            playable = [t for t in self._queue if t.key not in self._left_out]

            def overlap(one: Track, other: Track) -> int:
                return plan_overlap(one, other, fades).frames

            last, joined = self._last, self._joined
            self._queue = fitted(playable, self._aim, overlap, last, joined=joined)


def apart(tracks: list[Track], last: Track | None) -> list[Track]:
    """The tracks in their order, but no track right after itself where that can be had."""
    if len({t.key for t in tracks}) == len(tracks):  # the usual case, in one go
        again = len(tracks) > 1 and last is not None and tracks[0].key == last.key
        return [tracks[1], tracks[0], *tracks[2:]] if again else list(tracks)
    waiting, order = list(tracks), []
    while waiting:
        key = last.key if last else None
        # What makes up more than half of the rest must come now, or it meets itself later.
        counts = Counter(t.key for t in waiting)
        pressing = [t for t in waiting if 2 * counts[t.key] > len(waiting)]
        last = next((t for t in (*pressing, *waiting) if t.key != key), waiting[0])
        waiting.remove(last)
        order.append(last)
    return order
