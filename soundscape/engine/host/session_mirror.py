"""The session as the host knows it: a conductor of its own, kept level with the player's.

The conductor is one deterministic function, so the player need only say which commands and faults
came at which frames; the clock says how far it is. The player builds no snapshot and words no
event.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from soundscape.engine.event_log import Event, EventLog, event
from soundscape.errors import CommandRefused
from soundscape.ipc.player_messages import AudioGap, CommandDone, CommandFailed
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import Directive, Warned
from soundscape.timeline.external_events import ExternalEvent, apply
from soundscape.views.history import History


class SessionMirror:
    """Follows a session that is played elsewhere. One thread at a time."""

    def __init__(self, conductor: Conductor) -> None:
        self.conductor = conductor
        self.history = History()
        self._log = EventLog()
        self._events: list[Event] = []

    def reach(self, frame: int) -> None:
        """The session has come to a frame."""
        if frame > self.conductor.frame:
            self._follow(self.conductor.advance(frame))

    def done(self, done: CommandDone) -> None:
        """The player did a command."""
        self.reach(done.frame)
        with suppress(CommandRefused):  # never, unless the two are not level
            self.conductor.command(done.command)
        self.history.done(done.frame, done.command)
        self._events.append(
            event(done.frame, "command", **done.command.as_json(), answer=done.said)
        )
        self._follow(self.conductor.context.take_directives())

    def refused(self, refused: CommandFailed) -> None:
        """The player refused a command."""
        command = refused.command.as_json()
        self._events.append(event(refused.frame, "refused", **command, message=refused.why))

    def apply(self, fault: ExternalEvent) -> None:
        """A file failed the player."""
        self.reach(fault.frame)
        apply(self.conductor, fault)

    def note_warning(self, warned: Warned) -> None:
        """The player, or the host, has something to tell the therapist."""
        self.history.follow([warned])
        self._events += self._log.lines(warned)

    def note_gap(self, gap: AudioGap) -> None:
        """The device had nothing to play."""
        lasted = {"seconds": gap.seconds, "ahead": round(gap.ahead, 3)}
        self._events.append(event(gap.frame, "gap", **lasted))

    def failed(self, why: str) -> None:
        """The player gave up."""
        self._events.append(event(self.conductor.frame, "fault", message=why))

    def take_events(self) -> list[Event]:
        """What happened since the last time, as lines of a journal."""
        events, self._events = self._events, []
        return events

    def discard_events(self, until: float) -> None:
        """Tell nothing of what happened up to a time in seconds: it was told before."""
        self._events = [line for line in self._events if line["t"] > until]

    def discard_written(self, is_written: Callable[[Event], bool]) -> None:
        """Tell nothing of what another host has written down."""
        self._events = [line for line in self._events if not is_written(line)]

    def _follow(self, directives: list[Directive]) -> None:
        self.history.follow(directives)
        for directive in directives:
            self._events += self._log.lines(directive)
