"""Opens the sources of clips before they start: a copy of the conductor runs ahead of the session.

The copy has the same commands as the session's conductor, so it starts the same clips under the
same numbers. After anything that it could not know, a new copy is made.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

from soundscape.command_specs import COMMANDS
from soundscape.engine.player.prefetch import OPENED
from soundscape.engine.player.schedule import Scheduled, conduct
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import CommandRefused
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import Clip, ClipStarts, Directive
from soundscape.units import frames

PREPARED = frames(0.1)
"""A clip that starts within this time must have its source open."""


class LookAhead:
    """Prepares in `pool` the clips that start within `OPENED` frames."""

    def __init__(self, conductor: Conductor, schedule: list[Scheduled], pool: SourcePool) -> None:
        self._conductor = conductor
        self._schedule = schedule
        self._pool = pool
        self._playing: set[int] = set()
        self._coming: dict[int, Clip] = {}
        self.renew()

    def renew(self) -> None:
        """Copy the conductor again, after something that the copy did not know."""
        self._copy = copy.deepcopy(self._conductor)
        self._copied_schedule = list(self._schedule)
        self._coming.clear()
        self.advance()
        self._pool.keep_only(self._playing | set(self._coming))

    def advance(self) -> None:
        """Open the clips that start within the time that a decoder reads ahead."""
        until = self._conductor.frame + OPENED
        directives, _ = conduct(self._copy, self._copied_schedule, until)
        for clip in _started(directives):
            if clip.id not in self._playing:
                self._prepare(clip)

    def prepare(self, command: Command) -> bool:
        """Open the clips that a command would start. Return whether they can start without an
        underrun.

        A file that is gone cannot: once that is reported, the command would start another one.
        """
        if not COMMANDS[command.do].needs_file:
            return True
        trial = copy.deepcopy(self._conductor)
        try:
            trial.command(command)
        except CommandRefused:
            return True
        clips = _started(trial.advance(trial.frame + PREPARED))
        for clip in clips:
            self._prepare(clip)
        return self._pool.ready(clips) and not self._pool.holds_empty(clips)

    def ready(self, resumed: Iterable[Clip]) -> bool:
        """Return whether the next clips and the resumed ones can play without an underrun."""
        until = self._conductor.frame + PREPARED
        coming = [clip for clip in self._coming.values() if clip.start <= until]
        return self._pool.ready([*coming, *resumed])

    def start(self, clip: Clip) -> None:
        """Note that a clip has started."""
        self._playing.add(clip.id)
        self._coming.pop(clip.id, None)

    def end(self, clip: int) -> None:
        """Note that a clip has ended."""
        self._playing.discard(clip)

    def end_all(self) -> None:
        """Note that the session has ended."""
        self._playing.clear()

    def opens_any(self, keys: set[str]) -> bool:
        """Return whether a track with one of these keys is open already and about to begin."""
        return any(clip.track.key in keys for clip in self._coming.values())

    def _prepare(self, clip: Clip) -> None:
        self._coming[clip.id] = clip
        self._pool.prepare(clip)


def _started(directives: list[Directive]) -> list[Clip]:
    return [d.clip for d in directives if isinstance(d, ClipStarts)]
