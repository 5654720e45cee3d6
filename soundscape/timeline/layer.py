"""What one layer plays: clip after clip, joined by crossfades. All times here are music frames.

Every clip that comes in is met by a fade out of all that sound already, as long and as late as its
own fade in. So with equal-power curves the power stays one however many clips overlap: a fade that
is interrupted goes on from the gain it had reached, and nothing dips or swells.
"""

from __future__ import annotations

from soundscape.dsp.fade import Fade, Shape
from soundscape.scene.models import LayerName
from soundscape.timeline.active_clip import ActiveClip
from soundscape.timeline.active_clips import ActiveClips
from soundscape.timeline.border import Border
from soundscape.timeline.bus import Bus
from soundscape.timeline.cursor import Cursor
from soundscape.timeline.directives import Clip
from soundscape.timeline.layer_context import LayerContext
from soundscape.timeline.opening_limit import heard_before, heard_beside
from soundscape.timeline.overlap import (
    LONGEST,
    NO_OVERLAP,
    Overlap,
    kept_for,
    kept_words,
    plan_overlap,
)
from soundscape.timeline.phase_automation import PhaseTarget, planned
from soundscape.timeline.show import GeneratedSource, Playlist, SilentSource, Track
from soundscape.units import frames

MOST_CLIPS = 3
"""Clips of a layer that sound at once. A further one takes the others out in `OUSTED`, and comes
in as fast: a slow way in would leave a hole where the oldest was.
"""
OUSTED = frames(1.0)
SHORTEST_FADE_IN = frames(2.0)
"""A clip that must come in while the one before it is nearly over still takes this long."""
VOICE_EDGE = frames(0.01)
"""A spoken track is not crossfaded; its edges are rounded so that a cut one does not click."""
VOICE_LEAD = frames(1.5)
"""The voice begins when the duck under it is down."""
FAULT_FADE = frames(4.0)
"""A damaged file is found 5 s ahead, so the way out of it may take this long."""
IN_TIME = frames(6.0)
"""A measurement starts no track sooner than this: its file has to be opened."""
SLIP = frames(0.05)
"""A file this much shorter than its header said is not damaged."""


class LayerPlayer:
    """One layer through the whole session.

    Its playlist is at a cursor. `_next_at` is the music frame at which the next track starts, None
    where nothing follows.
    """

    def __init__(self, name: LayerName, context: LayerContext) -> None:
        self.name = name
        self.bus: Bus | None = None
        self.phase = ""
        self.target: PhaseTarget | None = None
        """The loudness that an intensity which follows the phase follows."""
        self.clips = ActiveClips(context)
        self._context = context
        self._playlist: Cursor | None = None
        self._next_at: int | None = None
        self._truncated = False  # the newest clip's file ended before its time
        self._border: Border | None = None  # the next one, where it is known
        self._instead: Cursor | None = None  # what plays up to the border instead of the playlist
        self._leaves: int | None = None  # where the border's crossfade is over
        self._early: Cursor | None = None  # the arrival's playlist, where it has begun already
        self._resting = False  # nothing follows up to the border
        self._entrance = 0  # frames of the fade in which the first clip comes in of itself

    # queries ----------------------------------------------------------------------------------

    @property
    def silent(self) -> bool:
        """Whether nothing sounds and nothing will."""
        return not self.clips and self._next_at is None

    @property
    def sounds(self) -> bool:
        """Whether something is heard of it, and more follows without a command."""
        newest = self.newest_track()
        if newest is None or self._next_at is None:
            return False
        return not self._resting and not isinstance(newest.source, SilentSource)

    def plays(self, playlist: Playlist) -> bool:
        """Whether it is this playlist that the layer is playing; a voice only while it speaks."""
        playing = self._context.cursor(playlist) in (self._playlist, self._early)
        return playing and not self.silent

    def due(self) -> int | None:
        """The music frame of the next event that needs no command."""
        times = [active.end for active in self.clips]
        if self._next_at is not None:
            times.append(self._next_at)
        return min(times, default=None)

    def next_track(self) -> Track | None:
        """The track that plays next without a command."""
        cursor = self._next_cursor() if self._next_at is not None else None
        return cursor.peek() if cursor else None

    def newest_clip(self) -> Clip | None:
        """The clip that started last of those that play."""
        active = self.clips.newest
        return active.clip if active else None

    def newest_track(self) -> Track | None:
        """The track that started last of those that play."""
        clip = self.newest_clip()
        return clip.track if clip else None

    # commands ---------------------------------------------------------------------------------

    def start(
        self,
        music: int,
        bus: Bus,
        playlist: Playlist,
        phase: str,
        fade: int,
        fit: int | None,
        *,
        border: Border | None,
        keep: bool,
    ) -> None:
        """Start a playlist on its own bus and crossfade from what plays.

        `fit`: a track should end after so many frames. `border` is the next one, if it is known.
        `keep` is that of `crossfade`.
        """
        self.bus, self.phase = bus, phase
        self._leave_border()
        self._leaves = border.over if border else None
        self._playlist = self._context.cursor(playlist)
        self._playlist.adopt(playlist)
        if self.name == "voice":
            self._playlist.rewind()
            self._fade_all(music, min(fade, VOICE_LEAD))  # two voices do not speak at once
            self._next_at = music + VOICE_LEAD
        else:
            self._playlist.aim(fit, self._context.show.fades)
            self.crossfade(music, fade, keep=keep)

    def play_on(self, music: int, playlist: Playlist, fit: int | None = None) -> None:
        """Play on; another phase may have the same playlist in another order."""
        self._early = None
        self._playlist = self._context.cursor(playlist)
        adopted = self._playlist.adopt(playlist)
        if fit is not None and self._next_at is not None:
            fit -= self._next_at - music
        self._playlist.aim(fit, self._context.show.fades)
        if adopted or fit is not None:
            self.reschedule(music)

    def approach(self, music: int, border: Border | None) -> None:
        """Keep to the next border, None as long as it is not known.

        A track that begins soon, and may be open already, begins as it was planned.
        """
        changed, self._border = border != self._border, border
        self._leaves = border.over if border else None
        if self._next_at is not None:
            if changed and self._next_at - music >= IN_TIME:
                self.reschedule(music, IN_TIME)
        elif self._resting and not self.clips and not self._cuts(music + IN_TIME):
            self._resting, self._next_at = False, music + IN_TIME
            self._entrance = self._context.show.fades.phase

    def fade_out(self, music: int, fade: int) -> None:
        """Fade to silence; nothing follows."""
        self._fade_all(music, fade)
        self._leave_border()
        self.bus, self._playlist, self._next_at = None, None, None

    def crossfade(self, music: int, fade: int, *, keep: bool = False) -> None:
        """Crossfade to the next track now, for a command or a phase.

        `keep`: what sounds stays until a track that comes in softly is near to it.
        """
        self._resting = False
        track = self._take_track(music)
        if track is None:
            self.fade_out(music, fade)
            return
        if len(self.clips) >= MOST_CLIPS:
            fade = min(fade, OUSTED)
        fade_in = min(fade, track.frames // 2)
        newest, kept = self.clips.newest, 0
        if keep and newest is not None and len(self.clips) < MOST_CLIPS:
            kept = self._keep(music, newest, track, fade)
        left = self.clips.remaining(music) if self.clips else fade
        overlap = min(fade_in, left)
        # A track that is too short for the fade does not cut it: what sounds goes out in its time.
        fade_out = overlap if fade_in == fade else min(fade, left)
        kept = min(kept, left - fade_out)
        reason = kept_words(newest.clip.track, track, kept) if newest and kept else ""
        fade_in = max(overlap, min(fade_in, SHORTEST_FADE_IN))
        self._start_clip(music, track, fade_out, fade_in, reason, kept)

    def _keep(self, music: int, newest: ActiveClip, following: Track, fade: int) -> int:
        """For how many frames the newest clip is kept; a sound without an end plays on for it."""
        playing, longest = newest.clip, self._context.show.fades.phase
        kept = kept_for(playing.track, music - playing.start, following, longest)
        if kept and isinstance(playing.track.source, GeneratedSource):
            self.clips.stretch(music, newest, music + kept + fade)
        return kept

    def requeue(self, since: int) -> None:
        """The tracks that began at or after a music frame come next when the playlist goes on."""
        if self._playlist is not None:
            for active in reversed(list(self.clips)):
                if active.clip.start >= since:
                    self._playlist.put_first(active.clip.track.key)

    def take_up(self, music: int, playlist: Cursor) -> None:
        """Go on with the next track of a playlist that is there again, once it can be open."""
        self._playlist = playlist
        newest = self.newest_track()
        own = newest is not None and any(t.key == newest.key for t in playlist.playlist.tracks)
        if own or self._next_at is None:
            self.reschedule(music)
        else:
            self._next_at = min(self._next_at, music + IN_TIME)

    def bring_in(self, music: int, bus: Bus, playlist: Playlist, phase: str, fade: int) -> None:
        """Start a playlist, where nothing plays, in `fade` frames once its file can be open."""
        self.bus, self.phase = bus, phase
        self._playlist = self._context.cursor(playlist)
        self._next_at, self._entrance = music + IN_TIME, fade

    def put_first(self, key: str) -> bool:
        """Let a track of the playlist come next. Returns whether the playlist has it."""
        return self._playlist is not None and self._playlist.put_first(key)

    def truncate(self, music: int, clip: int, available: int) -> bool:
        """A clip's file has only `available` frames. Returns whether the clip was this layer's."""
        active = self.clips.find(clip)
        if active is None:
            return False
        track = active.clip.track
        active.available = min(available, track.frames)
        following = self._peek()
        slips = track.frames - available <= SLIP
        if slips and following is not None and self._overlap(following):
            return True  # the fade out has all but swallowed it
        if active is self.clips.newest and self._next_at is not None:
            self._truncated = not slips
            overlap = min(self._overlap(following), FAULT_FADE) if following else 0
            self._next_at = max(music, active.end - overlap)
        return True

    def reschedule(self, music: int, lead: int = 0) -> None:
        """The next track is another one now; find the frame for it again.

        If that is sooner than it was, it is at least `lead` frames from here.
        """
        if self._next_at is not None and self.clips and not self._truncated:
            earliest = max(music, min(self._next_at, music + lead))
            self._schedule(music)
            self._next_at = None if self._next_at is None else max(earliest, self._next_at)

    def advance(self, music: int) -> None:
        """Do what is due at this music frame."""
        if self._next_at is not None and self._next_at <= music:
            self._start_next(music)
        self.clips.remove_ended(music)

    # how clips are joined ---------------------------------------------------------------------

    def _next_cursor(self) -> Cursor | None:
        """Where the next track comes from: its own playlist, the landing's, at last the drone."""
        if self._resting:
            return None
        if self._instead is not None and self._instead.peek() is not None:
            return self._instead
        if self._playlist is not None and self._playlist.peek() is not None:
            return self._playlist
        return None if self.name == "voice" else self._bed()

    def _bed(self) -> Cursor:
        show = self._context.show
        landing = self._context.cursor(show.landing.get(self.name, show.drone))
        return landing if landing.peek() is not None else self._context.cursor(show.drone)

    def _peek(self) -> Track | None:
        cursor = self._next_cursor()
        return cursor.peek() if cursor else None

    def _take_track(self, music: int) -> Track | None:
        cursor = self._next_cursor()
        track = cursor.take() if cursor else None
        self._early = None
        if cursor is not None and cursor is self._instead:
            self._begin_early(music, cursor)
        if track is None and self.name != "voice":
            return self._context.show.drone.tracks[0]  # even where the drone was swapped away
        return track

    def _begin_early(self, music: int, cursor: Cursor) -> None:
        """Begin what the layer plays from the border on, at a level of its own."""
        arrival = self._border.arrival if self._border is not None else None
        if arrival is None:
            return
        assert self.bus is not None and self.target is not None  # noqa: S101, PT018 - it plays
        self._early, self.phase = cursor, arrival.phase
        frame = self._context.session_frame(music)
        self._context.emit(self.bus.stay(frame))
        self.bus = Bus(self._context.next_id(), frame, arrival.level, self.target.clock)
        self._context.emit(self.bus.follow(frame, self.target.clock))

    def _overlap(self, following: Track) -> int:
        return self._plan_overlap(following).frames

    def _plan_overlap(self, following: Track) -> Overlap:
        newest = self.newest_track()
        if newest is None or self.name == "voice":
            return NO_OVERLAP
        return plan_overlap(newest, following, self._context.show.fades)

    def _start_next(self, music: int) -> None:
        """Start the next track at the end of the last one."""
        if self._resting:
            self._fade_all(music, self._context.show.fades.track)
            self._next_at = None
            return
        track = self._take_track(music)
        if track is None:
            self._next_at = None
            return
        planned, left = self._plan_overlap(track), max(0, self.clips.remaining(music))
        overlap = min(planned.frames - planned.kept, left)
        kept = 0 if self._truncated else min(planned.kept, left - overlap)
        fade_in = (
            max(overlap, min(SHORTEST_FADE_IN, track.frames // 2)) if self._truncated else overlap
        )
        if not self.clips:
            fade_in = max(fade_in, min(self._entrance, track.frames // 2))
        joined = overlap > 0 and not self._truncated
        reason = planned.reason if joined else ""
        if self._early is not None:
            reason = f"begins before {self.phase}, so that no track is cut"
        fading = self.clips.remaining_fades(music)
        newest = self.clips.newest
        if fading <= overlap or newest is None or len(self.clips) >= MOST_CLIPS:
            self._start_clip(music, track, overlap, fade_in, reason, kept)
            return
        # The newest was too short to take over: what it interrupted still fades out, as slowly.
        if overlap:
            self.clips.fade(music, newest, Fade(music, overlap, self._shape(track), rising=False))
        fade_in = max(fade_in, min(fading, track.frames // 2))
        self._start_clip(music, track, 0, fade_in, reason)

    def _start_clip(
        self, music: int, track: Track, fade_out: int, fade_in: int, reason: str = "", kept: int = 0
    ) -> None:
        """Start a track. What sounds fades out after the `kept` frames, unless in no frames."""
        shape = self._shape(track)
        if fade_out:
            self.clips.fade_all(music, fade_out, shape, kept)
        if self.name == "voice":
            fade_in = min(VOICE_EDGE, track.frames // 2)
        rising = Fade(music, fade_in, shape, rising=True) if fade_in else None
        assert self.bus is not None  # noqa: S101 - only a layer that plays starts clips
        leaves = self._leaves - music if self._leaves is not None and self._early is None else None
        track = planned(track, self.target, self._context.session_frame(music), leaves)
        number, prior = self._context.next_id(), None
        beside: tuple[float, ...] = ()
        if fade_in and self.name != "voice":
            frame, recent = self._context.session_frame(music), self._context.recent
            level, offset = self.bus.level(frame), self._context.offset
            prior = heard_before(recent, music, level, offset)
            if prior is not None and reason and track.momentary is not None:
                until = music + kept + fade_in
                beside = heard_beside(recent, music, level, offset, until)
        opening = self._context.opening
        if opening is not None and music >= opening.end:
            opening = None
        clip = Clip(
            number,
            self.bus.id,
            self.name,
            self.phase,
            track,
            music,
            rising,
            join=reason,
            opening=opening,
            prior=prior,
            beside=beside,
            kept=kept,
        )
        active = self.clips.start(clip, self.bus)
        if self.name == "voice":
            rounding = Fade(clip.end - fade_in, fade_in, shape, rising=False)
            self.clips.fade(music, active, rounding)
        self._truncated, self._entrance = False, 0
        self._schedule(music)

    def _shape(self, track: Track) -> Shape:
        """Between sounds the scene's curve; to and from silence p²."""
        before = self.newest_track()
        if before is None or any(isinstance(t.source, SilentSource) for t in (before, track)):
            return "square"
        return self._context.show.fades.curve

    def _schedule(self, music: int) -> None:
        """Find the frame for the next track from the end of the newest clip."""
        newest = self.clips.newest
        assert newest is not None  # noqa: S101 - called while a clip plays
        self._instead, self._resting = None, False
        track = self._peek()
        if track is None:
            self._next_at = None if self.name == "voice" else newest.end
            return
        self._next_at = newest.end - self._overlap(track)
        if self._border is not None and not isinstance(track.source, SilentSource):
            self._keep_border(music, self._border, newest, track)

    def _keep_border(
        self, music: int, border: Border, newest: ActiveClip, following: Track
    ) -> None:
        """Let no track begin shortly before a border, only to be cut by it.

        A sound without an end plays on. A file is followed by what comes from the border on; where
        that is nothing, by what else sounds; where nothing does, by the landing playlist.
        """
        assert self._next_at is not None  # noqa: S101 - called with a track to come
        fades = self._context.show.fades
        if isinstance(newest.clip.track.source, GeneratedSource):
            if border.cuts(self._next_at, border.tail):
                overlap = max(LONGEST * fades.track, self._overlap(following))
                end = border.frame + border.tail + overlap
                self.clips.stretch(music, newest, end)
                self._next_at = newest.end - self._overlap(following)
        elif border.cuts(self._next_at):
            self._instead = self._until(border, newest.clip.track, self._next_at)
            self._resting = self._instead is None
            instead = self._peek()
            overlap = fades.track if instead is None else self._overlap(instead)
            self._next_at = max(newest.clip.start, newest.end - overlap)

    def _until(self, border: Border, before: Track, at: int) -> Cursor | None:
        """What follows a file or a silence at a music frame, up to a border; None for nothing."""
        if border.arrival is not None:
            cursor = self._context.cursor(border.arrival.playlist)
            cursor.adopt(border.arrival.playlist)
            if border.arrival.fit is not None:
                cursor.aim(border.arrival.fit + border.frame - at, self._context.show.fades)
            if cursor.peek() is not None:
                return cursor
        silent = isinstance(before.source, SilentSource)
        return None if border.accompanied or silent else self._bed()

    def _cuts(self, music: int) -> bool:
        return self._border is not None and self._border.cuts(music)

    def _leave_border(self) -> None:
        """Another playlist, another border."""
        self._border, self._instead, self._early, self._resting = None, None, None, False
        self._leaves = None

    def _fade_all(self, music: int, fade: int) -> None:
        if self.clips:
            self.clips.fade_all(music, min(fade, max(1, self.clips.remaining(music))), "square")
