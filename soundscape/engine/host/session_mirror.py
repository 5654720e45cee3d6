"""The host's copy of the session: a conductor of its own, kept level with the player's.

The conductor is one deterministic function, so the player only reports which commands and external
events came at which frames, and the clock shows how far it is. The player makes no snapshots and no
event texts.
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
    """Follows a session that another process plays. Only one thread at a time may call it."""

    def __init__(self, conductor: Conductor) -> None:
        self.conductor = conductor
        self.history = History()
        self._log = EventLog()
        self._events: list[Event] = []

    def reach(self, frame: int) -> None:
        """Advance to a frame."""
        if frame > self.conductor.frame:
            self._follow(self.conductor.advance(frame))

    def done(self, done: CommandDone) -> None:
        """Do a command that the player did."""
        self.reach(done.frame)
        with suppress(CommandRefused):  # never, unless the two are not level
            self.conductor.command(done.command)
        self.history.done(done.frame, done.command)
        self._events.append(
            event(done.frame, "command", **done.command.as_json(), answer=done.said)
        )
        self._follow(self.conductor.context.take_directives())

    def refused(self, refused: CommandFailed) -> None:
        """Log a command that the player refused."""
        command = refused.command.as_json()
        self._events.append(event(refused.frame, "refused", **command, message=refused.why))

    def apply(self, fault: ExternalEvent) -> None:
        """Apply an external event that the player reported."""
        self.reach(fault.frame)
        apply(self.conductor, fault)

    def note_warning(self, warned: Warned) -> None:
        """Log a warning for the therapist."""
        self.history.follow([warned])
        self._events += self._log.lines(warned)

    def note_gap(self, gap: AudioGap) -> None:
        """Log a gap in the sound."""
        lasted = {"seconds": gap.seconds, "ahead": round(gap.ahead, 3)}
        self._events.append(event(gap.frame, "gap", **lasted))

    def failed(self, why: str) -> None:
        """Log why the player gave up."""
        self._events.append(event(self.conductor.frame, "fault", message=why))

    def take_events(self) -> list[Event]:
        """Return the event lines since the last call."""
        events, self._events = self._events, []
        return events

    def discard_events(self, until: float) -> None:
        """Drop the event lines up to a time in seconds, which were written before."""
        self._events = [line for line in self._events if line["t"] > until]

    def discard_written(self, is_written: Callable[[Event], bool]) -> None:
        """Tell nothing of what another host has written down."""
        self._events = [line for line in self._events if not is_written(line)]

    def _follow(self, directives: list[Directive]) -> None:
        self.history.follow(directives)
        for directive in directives:
            self._events += self._log.lines(directive)
