"""What the layers of a session share: directives, numbers, cursors, tracks that are left out."""

from __future__ import annotations

from collections.abc import Iterable

from soundscape.dsp.fade import Fade
from soundscape.timeline.active_clip import ActiveClip
from soundscape.timeline.cursor import Cursor
from soundscape.timeline.directives import Directive
from soundscape.timeline.show import Playlist, Show
from soundscape.timeline.show_update import playlists
from soundscape.units import frames

LEAST_FADE = frames(0.05)
"""What a phase's or a skip's fade of 0 becomes: a cut, but without a click."""

RECENT = frames(30.0)
"""What sounded within this time is what a clip's opening is held against."""
MOST_RECENT = 12
"""A list of tracks of a second is no music; it must only not take long."""


class LayerContext:
    """The part of a session's state that all layers and the master use."""

    def __init__(self, show: Show) -> None:
        self.show = show
        self.left_out: set[str] = set()
        """The keys of tracks that are not played any more."""
        self.offset = 0
        """Session frame − music frame."""
        self.opening: Fade | None = None
        """The fade that the session begins with."""
        self.recent: list[ActiveClip] = []
        """The clips of music and ambience that sound, or sounded within the last 30 s."""
        self._directives: list[Directive] = []
        self._cursors: dict[str, Cursor] = {}
        self._count = 0

    def remember(self, music: int, active: ActiveClip) -> None:
        """Keep a clip that starts at a music frame among the recent ones."""
        self.recent = [one for one in self.recent[-MOST_RECENT:] if one.end > music - RECENT]
        self.recent.append(active)

    def emit(self, *directives: Directive) -> None:
        """Queue directives for the mixer and the lights."""
        self._directives.extend(directives)

    def take_directives(self) -> list[Directive]:
        """Return the directives queued since the last call."""
        directives, self._directives = self._directives, []
        return directives

    def session_frame(self, music: int) -> int:
        """The session frame of a music frame, as long as the music runs."""
        return music + self.offset

    def next_id(self) -> int:
        """Return a new number for a clip or a bus."""
        self._count += 1
        return self._count

    def cursor(self, playlist: Playlist) -> Cursor:
        """Return the playlist's cursor; a playlist that returns goes on with its next track."""
        known = self._cursors.get(playlist.name)
        if known is None:
            known = Cursor(playlist, self.show.seed, self.left_out)
            self._cursors[playlist.name] = known
        return known

    def count_failure(self, key: str) -> None:
        """Count a track that cannot be played: after too many its playlist is left."""
        for cursor in self._cursors.values():
            cursor.count_failure(key)

    def take_up(self, show: Show, playlist: Playlist, swapped: Iterable[str]) -> Cursor:
        """Let a playlist's files count as there again. Returns its cursor."""
        self.show = show
        self.left_out -= {track.key for track in playlist.tracks} - set(swapped)
        cursor = self.cursor(playlist)
        cursor.take_up(playlist)
        return cursor

    def update_show(self, show: Show) -> None:
        """Use the same show with better measurements of some files."""
        now = playlists(show)
        updated = {id(before): now[place] for place, before in playlists(self.show).items()}
        self.show = show
        for cursor in self._cursors.values():
            cursor.update_tracks(updated.get(id(cursor.playlist), cursor.playlist))
