"""Where a session that was cut off should be by now, and what can be done with it.

It is replayed as the standby replays it: the conductor from the beginning, with every command and
external event at its frame, and then on by the clock.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from soundscape.errors import CommandRefused
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import (
    CommandDone,
    CommandFailed,
    CommandRequest,
    Resume,
    TakeOver,
)
from soundscape.journal.resume_log import ResumeLog
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.external_events import MachineSlept, apply
from soundscape.timeline.show import Show
from soundscape.timeline.transport import State
from soundscape.units import frames
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
    """A session that was cut off `gap` seconds ago, when frame `heard` of it was heard.

    `choice` is the most that can be done: `resume` where it should be by now, begin the `return`
    phase, or `end` it. `conductor` stands where it should be by now, or at the cut.
    """

    job: Job
    happened: tuple[Any, ...]
    answered: tuple[CommandDone | CommandFailed, ...]
    """Commands without an answer before the cut, done at its moment."""
    heard: int
    cut_at: int
    """The frame of the cut: nothing that happened is after it."""
    gap: float
    conductor: Conductor
    choice: Choice
    return_phase: str

    def resumed(self, now: float, written: float) -> Resume:
        """What takes it up where it should be at the time `now` (s)."""
        cut_moment = now - max(0.0, self.gap)
        take_over = TakeOver(self.heard, cut_moment, rise=RISE)
        return Resume(self.happened, self.answered, take_over, cut_moment, written)

    def returned(self, now: float, written: float) -> Resume:
        """What begins the return phase at the time `now` (s), with T+ going on."""
        slept = MachineSlept(self.cut_at, frames(max(0.0, self.gap)))
        conductor = replayed(self.job, (*self.happened, *_done(self.answered)), self.cut_at)
        apply(conductor, slept)
        command = Command("goto", phase=self.return_phase)
        conductor.command(command)
        went = CommandDone(-1, self.cut_at, command, reply(conductor, command))
        take_over = TakeOver(self.cut_at, now, rise=RISE)
        cut_moment = now - max(0.0, self.gap)
        done = (*self.answered, slept, went)
        return Resume(self.happened, done, take_over, cut_moment, written)


def assess(log: ResumeLog, wall: float) -> Recovery:
    """What can be done with a session at a time of the wall clock (s)."""
    heard = log.position.frame if log.position else 0
    gap = wall - log.position.wall if log.position else LONGEST_GAP + 1.0
    cut_at = max([heard, *(event.frame for event in log.events)])
    conductor = replayed(log.job, log.events, cut_at)
    answered = tuple(_answer(conductor, request) for request in log.unanswered)
    phase = return_phase(log.job.show)
    choice = _choice(conductor, heard, gap)
    return Recovery(log.job, log.events, answered, heard, cut_at, gap, conductor, choice, phase)


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
    """The phase that leads out of a session: the one with that role, or the last."""
    roles = {phase.role or phase.name: phase.name for phase in reversed(show.phases)}
    return roles.get("return", show.phases[-1].name)


def _choice(conductor: Conductor, heard: int, gap: float) -> Choice:
    """Find out, and bring the conductor to where the session should be by now, if that counts."""
    over = (State.STOPPING, State.ENDED)
    if conductor.transport.state in over:
        return "end"
    if not -CLOCK_STEP <= gap <= LONGEST_GAP:
        return "return"
    conductor.advance(max(conductor.frame, heard + frames(max(0.0, gap))))
    back = copy.deepcopy(conductor)
    back.advance(back.frame + frames(RISE))
    return "return" if back.transport.state in (*over, State.ENDING) else "resume"


def _answer(conductor: Conductor, request: CommandRequest) -> CommandDone | CommandFailed:
    """Do at the cut what was asked for just before it."""
    number, command, frame = request.number, request.command, conductor.frame
    try:
        conductor.command(command)
    except CommandRefused as refused:
        return CommandFailed(number, frame, command, str(refused))
    return CommandDone(number, frame, command, reply(conductor, command))


def _done(answered: tuple[CommandDone | CommandFailed, ...]) -> tuple[CommandDone, ...]:
    return tuple(one for one in answered if isinstance(one, CommandDone))
