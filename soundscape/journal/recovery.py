"""Where a session that was cut off should be by now, and what can be done with it.

It is replayed as the standby replays it: the conductor from the beginning, with every command and
external event at its frame, and then on by the clock.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from soundscape.errors import CommandRefused
from soundscape.ipc.player_messages import CommandDone, Job
from soundscape.journal.resume_log import ResumeLog
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.external_events import apply
from soundscape.timeline.show import Show
from soundscape.timeline.transport import State
from soundscape.units import frames, seconds
from soundscape.views.replies import reply

LONGEST_GAP = 600.0
"""Seconds after which a session is not taken up where it should be."""
CLOCK_STEP = 2.0
"""Seconds by which the wall clock may have been set back and the gap still counts as none."""
RISE = 15.0
"""Seconds in which the sound comes back from silence."""

Choice = Literal["resume", "return", "end"]


@dataclass(frozen=True, slots=True)
class Recovery:
    """A session that was cut off at frame `cut_at`, `gap` seconds ago.

    `choice` is the most that can be done: `resume` where it should be by now, begin the `return`
    phase, or `end` it. `conductor` stands where it should be by now.
    """

    job: Job
    events: tuple[Any, ...]
    """What happened until it was cut off, in order."""
    done: tuple[CommandDone, ...]
    """Commands that were asked for, and are done only now, at the moment of the cut."""
    cut_at: int
    gap: float
    conductor: Conductor
    choice: Choice
    return_phase: str

    def into_return(self) -> tuple[CommandDone, ...]:
        """What begins the return phase at the moment of the cut, T+ being that of now."""
        conductor = replayed(self.job, (*self.events, *self.done), self.cut_at)
        found = [*self.done, _done(conductor, Command("goto", phase=self.return_phase))]
        if conductor.dosed_at is not None:
            since = seconds(conductor.frame - conductor.dosed_at)
            with suppress(CommandRefused):
                found.append(_done(conductor, Command("dose", ago=since + max(0.0, self.gap))))
        return tuple(found)


def assess(log: ResumeLog, wall: float) -> Recovery:
    """What can be done with a session at a time of the wall clock (s)."""
    position = log.position
    last = max((event.frame for event in log.events), default=0)
    cut_at = max(last, position.frame if position else 0)
    gap = wall - position.wall if position else LONGEST_GAP
    conductor = replayed(log.job, log.events, cut_at)
    done = []
    for command in log.unanswered:
        with suppress(CommandRefused):
            done.append(_done(conductor, command))
    phase = return_phase(log.job.show)
    choice = _choice(conductor, gap, phase)
    return Recovery(log.job, log.events, tuple(done), cut_at, gap, conductor, choice, phase)


def replayed(job: Job, events: tuple[Any, ...], until: int) -> Conductor:
    """The session's conductor at a frame, after all that happened."""
    conductor = job.conductor()
    for event in events:
        conductor.advance(max(conductor.frame, event.frame))
        if isinstance(event, CommandDone):
            with suppress(CommandRefused):  # never, unless the two are not level
                conductor.command(event.command)
        else:
            apply(conductor, event)
    conductor.advance(max(conductor.frame, until))
    return conductor


def return_phase(show: Show) -> str:
    """The phase that leads out of a session: the one of that name, or the last."""
    names = [phase.name for phase in show.phases]
    return "return" if "return" in names else names[-1]


def _choice(conductor: Conductor, gap: float, phase: str) -> Choice:
    """Find out, and bring the conductor to where the session should be by now."""
    stopping = (State.STOPPING, State.ENDED)
    if conductor.transport.state in stopping:
        return "end"
    if not -CLOCK_STEP <= gap <= LONGEST_GAP:
        return _or_end(conductor, phase)
    at_cut = _or_end(conductor, phase)
    conductor.advance(conductor.frame + frames(max(0.0, gap) + RISE))
    over = (*stopping, State.ENDING)
    return at_cut if conductor.transport.state in over else "resume"


def _or_end(conductor: Conductor, phase: str) -> Choice:
    """Whether the return phase can be begun from here."""
    ended = conductor.transport.state in (State.STOPPING, State.ENDED)
    return "return" if phase and not ended else "end"


def _done(conductor: Conductor, command: Command) -> CommandDone:
    """Do a command now. Raises CommandRefused."""
    conductor.command(command)
    return CommandDone(-1, conductor.frame, command, reply(conductor, command))
