"""The running session: conductor, mixer, lights and sources, block by block.

The same for the live player and the offline render: what differs is who asks for the next block,
and whether reading waits for the decoders.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import dataclass

from soundscape.command_specs import COMMANDS
from soundscape.dsp.limiter import LATENCY
from soundscape.engine.event_log import Event, EventLog, event
from soundscape.engine.light_preview import light
from soundscape.engine.player.prefetch import OPENED
from soundscape.engine.player.sources import Shortage, SourcePool
from soundscape.errors import CommandRefused, EngineError
from soundscape.ipc.player_messages import CommandDone
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.mixer.mixer import Mixer
from soundscape.mixer.source import Block
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import (
    Clip,
    ClipEnds,
    ClipStarts,
    Directive,
    SessionEnds,
    Warned,
)
from soundscape.timeline.external_events import (
    ExternalEvent,
    SourceTruncated,
    TracksUpdated,
    TrackUnplayable,
    apply,
)
from soundscape.timeline.show_update import TrackUpdate
from soundscape.units import format_clock, frames, quoted, seconds
from soundscape.views.replies import reply

Scheduled = tuple[int, Command]
"""A command and the frame at which it is done."""

PREPARED = frames(0.1)
WARNED_APART = frames(10.0)
"""From one warning that the ceiling is met to the next."""
BRIEF = frames(5.0)
"""A damaged file with less than this is left out: looped, it would be a stutter."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A block, the messages due in it, and what happened in it.

    `told` is what came from outside the timeline: a second conductor needs it to stay level.
    """

    samples: Block
    messages: list[Message]
    events: list[Event]
    told: list[ExternalEvent | Warned]


class Session:
    """One session. `schedule` holds commands of a script, in order of their frames."""

    def __init__(
        self,
        conductor: Conductor,
        pool: SourcePool,
        rig: Rig | None = None,
        schedule: list[Scheduled] | None = None,
        ceiling_db: float = -1.0,
    ) -> None:
        self.conductor = conductor
        self.pool = pool
        self.rig = rig
        self._schedule = list(schedule or [])
        self._mixer = Mixer(pool.open, ceiling_db)
        self._log = EventLog()
        self._events: list[Event] = []
        self._told: list[ExternalEvent | Warned] = []
        self._warned_at = -WARNED_APART  # the ceiling was met
        self._sounding: set[int] = set()
        self._short: dict[tuple[int, str], int] = {}  # a clip's number may go to another track
        self._resumed: list[tuple[Clip, int]] = []  # what sounds where sound comes back
        self.interrupted = False  # the lights are to stay where they are
        self._renew_look_ahead()

    @property
    def frame(self) -> int:
        """The first frame not yet rendered; the conductor is a little ahead of it."""
        return self._mixer.frame

    @property
    def ended(self) -> bool:
        """Whether the last fade is over."""
        last = self.conductor.master.ends_at
        return self.conductor.ended and (last is None or self.frame >= last)

    @property
    def settled(self) -> bool:
        """Whether the lights have reached the look after the session, if the room has one."""
        return self.rig is None or self.conductor.show.after is None or self.rig.resting

    def render(self, count: int) -> Rendered:
        """The next `count` frames."""
        self.pool.settle(count)
        self._mind_shortages()
        directives = self._conduct(self.frame + count + LATENCY)
        self._mixer.apply(directives)
        samples = self._mixer.render(count)
        self._mind_ceiling()
        messages = self._light(directives)
        self._look_ahead()
        events, self._events = self._events, []
        told, self._told = self._told, []
        return Rendered(samples, messages, events, told)

    def skip_to(self, frame: int) -> None:
        """Go on to a frame without sound, light or events: a render begins there."""
        while self.conductor.frame < frame and not self.ended:
            step = min(frame, self.conductor.frame + OPENED)
            directives = self._conduct(step)
            self._mixer.apply(directives)
            self._mixer.skip_to(step)
            self._light(directives)
        self._events.clear()
        self._renew_look_ahead()

    def replay(self, record: CommandDone | ExternalEvent) -> None:
        """Let something happen again that another player has reported, at the same frame.

        Raises EngineError where this session is past that frame.
        """
        if record.frame < self.conductor.frame:
            raise EngineError("a record came too late for the standby player")
        self.skip_to(record.frame)
        if isinstance(record, CommandDone):
            with suppress(CommandRefused):  # never, unless the two are not level
                self.conductor.command(record.command)
        else:
            apply(self.conductor, record)
        self._renew_look_ahead()

    def catch_up(self, frame: int) -> None:
        """Go on to a frame, at which sound comes back, and open what sounds there."""
        self.skip_to(frame)
        self._events.clear()
        self._told.clear()
        self._resumed = self._mixer.positions()
        for clip, offset in self._resumed:
            self.pool.prepare(clip, offset)

    def do(self, command: Command) -> str:
        """Do a command now. Returns what it did. Raises CommandRefused."""
        self.conductor.command(command)
        said = reply(self.conductor, command)
        self._events.append(_commanded(self.conductor.frame, command, said))
        self._renew_look_ahead()
        return said

    def prepare(self, command: Command) -> bool:
        """Open what a command would start; whether it can start without running dry."""
        if not COMMANDS[command.do].needs_file:
            return True
        trial = copy.deepcopy(self.conductor)
        try:
            trial.command(command)
        except CommandRefused:
            return True
        starts = _starts(trial.advance(trial.frame + PREPARED))
        for clip in starts:
            self.pool.prepare(clip)
            self._coming[clip.id] = clip
        return self.pool.ready(starts)

    def learn(self, news: tuple[TrackUpdate, ...]) -> bool:
        """Files were measured. False while one of their tracks is about to begin as it was opened:
        try again.
        """
        known = {one.now.key for one in news}
        if any(clip.track.key in known for clip in self._coming.values()):
            return False
        self._suffer(TracksUpdated(self.conductor.frame, news))
        self._renew_look_ahead()
        return True

    def ready(self) -> bool:
        """Whether the session's first clips can begin without running dry."""
        first = self.conductor.frame + PREPARED
        coming = [clip for clip in self._coming.values() if clip.start <= first]
        return self.pool.ready([*coming, *(clip for clip, _ in self._resumed)])

    def light_port(self, port: str, *, there: bool, heard: int | None = None) -> None:
        """A MIDI output has gone, or has come back: then its whole look is sent again.

        `heard` is the frame up to which the light had come by then.
        """
        if self.rig is None:
            return
        if there:
            self.rig.restore(self.conductor.frame, port)
        else:
            self.rig.lose(self.conductor.frame, port, heard)

    def finish(self) -> list[Message]:
        """Give the sources up. Returns the messages that are owed to the lights.

        They stay where they are, but for the look after a session that has ended: with no more
        blocks to come, all of its way there is returned.
        """
        self._mixer.close()
        self.pool.close()
        if self.rig is None:
            return []
        settle = self.ended and self.conductor.show.after is not None
        return self.rig.finish(self.conductor.frame, settle=settle and not self.interrupted)

    # conducting -----------------------------------------------------------------------------------

    def _conduct(self, until: int) -> list[Directive]:
        """Scheduled commands and the timeline, up to a frame."""
        directives, attempts = _conducted(self.conductor, self._schedule, until)
        self._events += attempts
        for directive in directives:
            self._follow(directive)
        self._events.sort(key=lambda line: line["t"])
        return directives

    def _follow(self, directive: Directive) -> None:
        self._events += self._log.lines(directive)
        if isinstance(directive, ClipStarts):
            self._sounding.add(directive.clip.id)
            self._coming.pop(directive.clip.id, None)
            available = self._short.pop((directive.clip.id, directive.clip.track.key), None)
            if available is not None:
                self._suffer(SourceTruncated(self.conductor.frame, directive.clip.id, available))
                self._renew_look_ahead()
        elif isinstance(directive, ClipEnds):
            self._sounding.discard(directive.clip)
        elif isinstance(directive, SessionEnds):
            self._sounding.clear()

    # looking ahead --------------------------------------------------------------------------------

    def _renew_look_ahead(self) -> None:
        """Something came that the copy did not know of."""
        self._ahead = copy.deepcopy(self.conductor)
        self._ahead_schedule = list(self._schedule)
        self._coming: dict[int, Clip] = {}
        self._look_ahead()
        self.pool.keep_only(self._sounding | set(self._coming))

    def _look_ahead(self) -> None:
        """Open whatever starts within the time that a decoder reads ahead."""
        until = self.conductor.frame + OPENED
        directives, _ = _conducted(self._ahead, self._ahead_schedule, until)
        for clip in _starts(directives):
            if clip.id not in self._sounding:
                self._coming[clip.id] = clip
                self.pool.prepare(clip)

    def _mind_shortages(self) -> None:
        found = self.pool.shortages()
        for shortage in found:
            clip = shortage.clip
            frame = self.conductor.frame
            if _left_out(shortage):
                self._suffer(TrackUnplayable(frame, clip.track.key))
            struck = self._suffer(SourceTruncated(frame, clip.id, shortage.available))
            if not struck and shortage.available:
                self._short[clip.id, clip.track.key] = shortage.available
            if shortage.reason:
                self._warn(frame, _reason(shortage))
        if found:
            self._renew_look_ahead()

    def _mind_ceiling(self) -> None:
        for frame in self._mixer.limiter.take_onsets():
            if frame >= self._warned_at + WARNED_APART:
                self._warned_at = frame
                self._warn(frame, CEILING_MET)
                self._events.sort(key=lambda line: line["t"])

    def _suffer(self, fault: ExternalEvent) -> bool:
        self._told.append(fault)
        return apply(self.conductor, fault)

    def _warn(self, frame: int, text: str) -> None:
        warned = Warned(frame, text)
        self._told.append(warned)
        self._events += self._log.lines(warned)

    # light ----------------------------------------------------------------------------------------

    def _light(self, directives: list[Directive]) -> list[Message]:
        if self.rig is None:
            return []
        light(self.rig, directives)
        return self.rig.messages(self.conductor.frame)


CEILING_MET = "the sound met the ceiling and was held down: lower a layer's level or a gain"


def _starts(directives: list[Directive]) -> list[Clip]:
    return [d.clip for d in directives if isinstance(d, ClipStarts)]


def _conducted(
    conductor: Conductor, schedule: list[Scheduled], until: int
) -> tuple[list[Directive], list[Event]]:
    """Conduct up to a frame. What is due of the schedule is taken from it; its commands' lines."""
    directives: list[Directive] = []
    attempts: list[Event] = []
    while schedule and schedule[0][0] < until:
        frame, command = schedule.pop(0)
        directives += conductor.advance(frame)
        if not conductor.ended:
            attempts.append(_attempt(conductor, frame, command))
    return directives + conductor.advance(until), attempts


def _attempt(conductor: Conductor, frame: int, command: Command) -> Event:
    """A command of a script; refused, it is a warning and the session goes on."""
    try:
        conductor.command(command)
    except CommandRefused as refused:
        return event(frame, "warning", message=str(refused))
    return _commanded(frame, command, reply(conductor, command))


def _commanded(frame: int, command: Command, said: str) -> Event:
    return event(frame, "command", **command.as_json(), answer=said)


def _left_out(shortage: Shortage) -> bool:
    damaged = shortage.reason is not None and shortage.available < BRIEF
    return shortage.available == 0 or damaged


def _reason(shortage: Shortage) -> str:
    track = shortage.clip.track
    name = f"{track.where}: {quoted(track.title)}" if track.where else track.title
    if shortage.available == 0:
        return f"{name}: cannot be played ({shortage.reason}); left out"
    has = format_clock(seconds(shortage.available))
    whole = format_clock(seconds(track.frames))
    then = "left out from now on" if _left_out(shortage) else "going on to the next track"
    return f"{name}: ends at {has} of {whole} ({shortage.reason}); {then}"
