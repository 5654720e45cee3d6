"""What one layer plays: clip after clip, joined by crossfades. All times here are music frames.

Every clip that comes in is met by a fade out of all that sound already, as long and as late as its
own fade in. So with equal-power curves the power stays one however many clips overlap: a fade that
is interrupted goes on from the gain it had reached, and nothing dips or swells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from soundscape.dsp.fade import Fade, Shape
from soundscape.scene.models import LayerName
from soundscape.timeline.bus import Bus
from soundscape.timeline.cursor import Cursor
from soundscape.timeline.directives import Clip, ClipEnds, ClipFades, ClipStarts, Directive
from soundscape.timeline.overlap import Overlap, plan_overlap
from soundscape.timeline.phase_automation import PhaseTarget, planned
from soundscape.timeline.show import Playlist, Show, SilentSource, Track
from soundscape.timeline.show_update import playlists
from soundscape.units import frames

MOST_CLIPS = 3
"""Clips of a layer that sound at once. A further one takes the others out in `OUSTED`, and comes
in as fast: a slow way in would leave a hole where the oldest was.
"""
OUSTED = frames(1.0)
LEAST_FADE = frames(0.05)
"""What a phase's or a skip's fade of 0 becomes: a cut, but without a click."""
SHORTEST_FADE_IN = frames(2.0)
"""A clip that must come in while the one before it is nearly over still takes this long."""
VOICE_EDGE = frames(0.01)
"""A spoken track is not crossfaded; its edges are rounded so that a cut one does not click."""
VOICE_LEAD = frames(1.5)
"""The voice begins when the duck under it is down."""
FAULT_FADE = frames(4.0)
"""A damaged file is found 5 s ahead, so the way out of it may take this long."""
IN_TIME = frames(6.0)
"""What becomes known of a file brings nothing on sooner than this: it has to be opened."""
SLIP = frames(0.05)
"""A file this much shorter than its header said is not damaged."""


@dataclass(slots=True)
class ActiveClip:
    """A clip on a deck, with what fades it out."""

    clip: Clip
    outs: list[Fade] = field(default_factory=list)
    limit: int | None = None  # the frames that its file really has

    @property
    def last(self) -> int:
        """The music frame after its last one."""
        end = self.clip.end if self.limit is None else self.clip.start + self.limit
        return min([end, *(fade.end for fade in self.outs)])


class LayerContext:
    """What the layers share: the queue of directives, clip numbers, cursors, tracks left out."""

    def __init__(self, show: Show) -> None:
        self.show = show
        self.left_out: set[str] = set()
        self.offset = 0  # session frame − music frame
        self.opening: Fade | None = None  # the fade that the session begins with
        self._told: list[Directive] = []
        self._cursors: dict[str, Cursor] = {}
        self._count = 0

    def tell(self, *directives: Directive) -> None:
        """Queue directives for the mixer and the lights."""
        self._told.extend(directives)

    def take_told(self) -> list[Directive]:
        """Return the directives queued since the last call."""
        told, self._told = self._told, []
        return told

    def session(self, music: int) -> int:
        """The session frame of a music frame, as long as the music runs."""
        return music + self.offset

    def number(self) -> int:
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

    def fail(self, key: str) -> None:
        """Leave a track out that cannot be played."""
        for cursor in self._cursors.values():
            cursor.fail(key)

    def take_up(self, show: Show, playlist: Playlist, swapped: Iterable[str]) -> Cursor:
        """Let a playlist's files count as there again. Returns its cursor."""
        self.show = show
        self.left_out -= {track.key for track in playlist.tracks} - set(swapped)
        cursor = self.cursor(playlist)
        cursor.take_up(playlist)
        return cursor

    def learn(self, show: Show) -> None:
        """Take the same show with better measurements of some files."""
        places = zip(playlists(self.show), playlists(show), strict=True)
        now = {id(before): after for before, after in places}
        self.show = show
        for cursor in self._cursors.values():
            cursor.learn(now.get(id(cursor.playlist), cursor.playlist))


class LayerPlayer:
    """One layer through the whole session."""

    def __init__(self, name: LayerName, stage: LayerContext) -> None:
        self.name = name
        self.bus: Bus | None = None
        self.phase = ""
        self.arc: PhaseTarget | None = None  # what an intensity that follows the phase follows
        self.sounding: list[ActiveClip] = []
        self._stage = stage
        self._home: Cursor | None = None
        self._next_at: int | None = None
        self._faulty = False  # the newest clip's file ended before its time

    # queries ----------------------------------------------------------------------------------

    def plays(self, playlist: Playlist) -> bool:
        """Whether it is this playlist that the layer is playing; a voice only while it speaks."""
        return self._home is self._stage.cursor(playlist) and not self.silent

    def due(self) -> int | None:
        """The music frame of the next event that needs no command."""
        times = [sounding.last for sounding in self.sounding]
        if self._next_at is not None:
            times.append(self._next_at)
        return min(times, default=None)

    def upcoming(self) -> Track | None:
        """The track that plays next without a command."""
        following = self._following() if self._next_at is not None else None
        return following.peek() if following else None

    def newest_clip(self) -> Clip | None:
        """The clip that started last of those that play."""
        return self.sounding[-1].clip if self.sounding else None

    # commands ---------------------------------------------------------------------------------

    def enter(
        self,
        music: int,
        bus: Bus,
        playlist: Playlist,
        phase: str,
        fade: int,
        fit: int | None = None,
    ) -> None:
        """Start a playlist on its own bus and crossfade from what plays.

        `fit`: a track should end after so many frames.
        """
        self.bus, self.phase = bus, phase
        self._home = self._stage.cursor(playlist)
        self._home.adopt(playlist)
        if self.name == "voice":
            self._home.rewind()
            self._fade_out(music, min(fade, VOICE_LEAD))  # two voices do not speak at once
            self._next_at = music + VOICE_LEAD
        else:
            self._home.aim(fit, self._stage.show.fades.track)
            self._cross(music, fade)

    def go_on(self, music: int, playlist: Playlist, fit: int | None = None) -> None:
        """Play on; another phase may have the same playlist in another order."""
        if self._home is None:
            return
        adopted = self._home.adopt(playlist)
        if fit is not None and self._next_at is not None:
            fit -= self._next_at - music
        self._home.aim(fit, self._stage.show.fades.track)
        if adopted or fit is not None:
            self.reschedule(music)

    def leave(self, music: int, fade: int) -> None:
        """Fade out; nothing follows."""
        self._fade_out(music, fade)
        self.bus, self._home, self._next_at = None, None, None

    def skip(self, music: int, fade: int) -> None:
        """Crossfade to the playlist's next track now."""
        self._cross(music, fade)

    def give_back(self, since: int) -> None:
        """The tracks that began at or after a music frame come next when the playlist goes on."""
        if self._home is not None:
            for sounding in reversed(self.sounding):
                if sounding.clip.start >= since:
                    self._home.put_first(sounding.clip.track.key)

    def take_up(self, music: int, home: Cursor) -> None:
        """Go on with the next track of a playlist that is there again, once it can be open."""
        self._home = home
        newest = self.newest()
        own = newest is not None and any(t.key == newest.key for t in home.playlist.tracks)
        if own or self._next_at is None:
            self.reschedule(music)
        else:
            self._next_at = min(self._next_at, music + IN_TIME)

    def put_first(self, key: str) -> bool:
        """Let a track of the playlist come next. Returns whether the playlist has it."""
        return self._home is not None and self._home.put_first(key)

    def cut(self, music: int) -> None:
        """End every clip at once; only while all is silent."""
        for sounding in self.sounding:
            self._stage.tell(ClipEnds(self._stage.session(music), sounding.clip.id, music))
        self.sounding.clear()

    def newest(self) -> Track | None:
        """The track that started last of those that play."""
        clip = self.newest_clip()
        return clip.track if clip else None

    def run_short(self, music: int, clip: int, available: int) -> bool:
        """A clip's file has only `available` frames. Returns whether the clip was this layer's."""
        found = next((s for s in self.sounding if s.clip.id == clip), None)
        if found is None:
            return False
        found.limit = min(available, found.clip.track.frames)
        following = self._following()
        joined = following.peek() if following else None
        slips = found.clip.track.frames - available <= SLIP
        if slips and joined is not None and self._overlap(joined):
            return True  # the fade out has all but swallowed it
        if found is self.sounding[-1] and self._next_at is not None:
            self._faulty = not slips
            overlap = min(self._overlap(joined), FAULT_FADE) if joined else 0
            self._next_at = max(music, found.last - overlap)
        return True

    def reschedule(self, music: int, lead: int = 0) -> None:
        """The next track is another one now; find the frame for it again.

        If that is sooner than it was, it is at least `lead` frames from here.
        """
        if self._next_at is not None and self.sounding and not self._faulty:
            earliest = max(music, min(self._next_at, music + lead))
            self._schedule()
            self._next_at = None if self._next_at is None else max(earliest, self._next_at)

    def happen(self, music: int) -> None:
        """Do what is due at this music frame."""
        if self._next_at is not None and self._next_at <= music:
            self._follow(music)
        for sounding in [s for s in self.sounding if s.last <= music]:
            self.sounding.remove(sounding)
            self._stage.tell(ClipEnds(self._stage.session(music), sounding.clip.id, music))

    @property
    def silent(self) -> bool:
        """Whether nothing sounds and nothing will."""
        return not self.sounding and self._next_at is None

    # how clips are joined ---------------------------------------------------------------------

    def _following(self) -> Cursor | None:
        """Where the next track comes from: its own playlist, the landing's, at last the drone."""
        show = self._stage.show
        if self._home is not None and self._home.peek() is not None:
            return self._home
        if self.name == "voice":
            return None
        landing = self._stage.cursor(show.landing.get(self.name, show.drone))
        return landing if landing.peek() is not None else self._stage.cursor(show.drone)

    def _take(self) -> Track | None:
        following = self._following()
        track = following.take() if following else None
        if track is None and self.name != "voice":
            return self._stage.show.drone.tracks[0]  # even where the drone was swapped away
        return track

    def _overlap(self, following: Track) -> int:
        if not self.sounding or self.name == "voice":
            return 0
        return self._join(following).frames

    def _join(self, following: Track) -> Overlap:
        return plan_overlap(self.sounding[-1].clip.track, following, self._stage.show.fades.track)

    def _follow(self, music: int) -> None:
        """Start the next track at the end of the last one."""
        track = self._take()
        if track is None:
            self._next_at = None
            return
        left = self.sounding[-1].last - music if self.sounding else 0
        overlap = min(self._overlap(track), max(0, left))
        fade_in = (
            max(overlap, min(SHORTEST_FADE_IN, track.frames // 2)) if self._faulty else overlap
        )
        joined = overlap > 0 and not self._faulty
        reason = self._join(track).reason if joined else ""
        leaving = self._leaving(music)
        if leaving <= overlap or len(self.sounding) >= MOST_CLIPS:
            self._place(music, track, overlap, fade_in, reason=reason)
            return
        # The newest was too short to take over: what it interrupted still fades out, as slowly.
        if overlap:
            self._fade(
                music, self.sounding[-1], Fade(music, overlap, self._shape(track), rising=False)
            )
        self._place(music, track, 0, max(fade_in, min(leaving, track.frames // 2)), reason=reason)

    def _leaving(self, music: int) -> int:
        """The frames that clips before the newest still take to fade out."""
        outs = (fade.end - music for clip in self.sounding[:-1] for fade in clip.outs[-1:])
        return max(outs, default=0)

    def _cross(self, music: int, fade: int) -> None:
        """Start the next track now, for a command or a phase."""
        track = self._take()
        if track is None:
            self.leave(music, fade)
            return
        if len(self.sounding) >= MOST_CLIPS:
            fade = min(fade, OUSTED)
        fade_in = min(fade, track.frames // 2)
        left = self.sounding[-1].last - music if self.sounding else fade
        overlap = min(fade_in, left)
        # A track that is too short for the fade does not cut it: what sounds goes out in its time.
        fade_out = overlap if fade_in == fade else min(fade, left)
        self._place(music, track, fade_out, max(overlap, min(fade_in, SHORTEST_FADE_IN)))

    def _place(
        self, music: int, track: Track, fade_out: int, fade_in: int, reason: str = ""
    ) -> None:
        shape = self._shape(track)
        if fade_out:
            self._fade_all(music, fade_out, shape)
        if self.name == "voice":
            fade_in = min(VOICE_EDGE, track.frames // 2)
        rising = Fade(music, fade_in, shape, rising=True) if fade_in else None
        assert self.bus is not None  # noqa: S101 - only a layer that plays places clips
        track = planned(track, self.arc, self._stage.session(music))
        number, bus = self._stage.number(), self.bus.id
        opening = self._stage.opening
        if opening is not None and music >= opening.end:
            opening = None
        clip = Clip(number, bus, self.name, self.phase, track, music, rising, reason, opening)
        self.sounding.append(ActiveClip(clip))
        self._stage.tell(ClipStarts(self._stage.session(music), clip))
        if self.name == "voice":
            rounding = Fade(clip.end - fade_in, fade_in, shape, rising=False)
            self._fade(music, self.sounding[-1], rounding)
        self._faulty = False
        self._schedule()

    def _shape(self, track: Track) -> Shape:
        """Between sounds the scene's curve; to and from silence p²."""
        before = self.newest()
        if before is None or any(isinstance(t.source, SilentSource) for t in (before, track)):
            return "square"
        return self._stage.show.fades.curve

    def _schedule(self) -> None:
        newest = self.sounding[-1]
        following = self._following()
        track = following.peek() if following else None
        if track is None:
            self._next_at = None if self.name == "voice" else newest.last
        else:
            self._next_at = newest.last - self._overlap(track)

    def _fade_out(self, music: int, fade: int) -> None:
        if self.sounding:
            self._fade_all(music, min(fade, max(1, self.sounding[-1].last - music)), "square")

    def _fade_all(self, music: int, length: int, shape: Shape) -> None:
        for sounding in self.sounding:
            self._fade(music, sounding, Fade(music, length, shape, rising=False))

    def _fade(self, music: int, sounding: ActiveClip, fade: Fade) -> None:
        sounding.outs.append(fade)
        self._stage.tell(ClipFades(self._stage.session(music), sounding.clip.id, fade))
