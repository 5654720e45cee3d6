"""The clips of a layer that play now, and the fades that take them out. Times are music frames."""

from __future__ import annotations

from collections.abc import Iterator

from soundscape.dsp.fade import Fade, Shape
from soundscape.timeline.active_clip import ActiveClip
from soundscape.timeline.bus import Bus
from soundscape.timeline.directives import Clip, ClipEnds, ClipFades, ClipStarts, ClipStretches
from soundscape.timeline.layer_context import LayerContext


class ActiveClips:
    """The clips of one layer, oldest first."""

    def __init__(self, context: LayerContext) -> None:
        self._context = context
        self._clips: list[ActiveClip] = []

    def __len__(self) -> int:
        return len(self._clips)

    def __iter__(self) -> Iterator[ActiveClip]:
        return iter(self._clips)

    @property
    def newest(self) -> ActiveClip | None:
        """The clip that started last of those that play."""
        return self._clips[-1] if self._clips else None

    def find(self, ident: int) -> ActiveClip | None:
        """The clip with a number, if it plays."""
        return next((active for active in self._clips if active.clip.id == ident), None)

    def remaining(self, music: int) -> int:
        """The frames that the newest clip still plays; 0 without one."""
        return self._clips[-1].end - music if self._clips else 0

    def remaining_fades(self, music: int) -> int:
        """The frames that clips before the newest still take to fade out."""
        ends = (active.fades[-1].end for active in self._clips[:-1] if active.fades)
        return max((end - music for end in ends), default=0)

    def start(self, clip: Clip, bus: Bus) -> ActiveClip:
        """Start a clip at its first frame."""
        active = ActiveClip(clip, bus)
        self._clips.append(active)
        if clip.layer != "voice":
            self._context.remember(clip.start, active)
        self._context.emit(ClipStarts(self._context.session_frame(clip.start), clip))
        return active

    def fade(self, music: int, active: ActiveClip, fade: Fade) -> None:
        """Give a clip another fade to silence."""
        active.fades.append(fade)
        frame = self._context.session_frame(music)
        self._context.emit(ClipFades(frame, active.clip.id, fade))

    def stretch(self, music: int, active: ActiveClip, end: int) -> None:
        """Let a clip of a sound without an end play on, at least up to a music frame."""
        if end > active.end and not active.fades:
            active.stretched = end - active.clip.end
            frame = self._context.session_frame(music)
            self._context.emit(ClipStretches(frame, active.clip.id, end))

    def fade_all(self, music: int, length: int, shape: Shape, kept: int = 0) -> None:
        """Fade all clips to silence; the newest only after it was `kept` for some frames more."""
        for active in self._clips:
            start = music + kept if active is self.newest else music
            self.fade(music, active, Fade(start, length, shape, rising=False))

    def remove_ended(self, music: int) -> None:
        """End the clips that are over."""
        for active in [active for active in self._clips if active.end <= music]:
            self._clips.remove(active)
            self._end(music, active)

    def cut(self, music: int) -> None:
        """End every clip at once; only while all is silent."""
        for active in self._clips:
            self._end(music, active)
        self._clips.clear()

    def _end(self, music: int, active: ActiveClip) -> None:
        frame = self._context.session_frame(music)
        self._context.emit(ClipEnds(frame, active.clip.id, music))
