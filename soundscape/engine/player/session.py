"""The running session: conductor, mixer, lights and sources, block by block.

It is the same for the live player and the offline render. They differ in what asks for the next
block, and in whether reading waits for the decoders.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from soundscape.dsp.limiter import LATENCY
from soundscape.dsp.rise import ENTRY
from soundscape.engine.event_log import Event, EventLog
from soundscape.engine.light_directives import light
from soundscape.engine.player.look_ahead import LookAhead
from soundscape.engine.player.prefetch import OPENED
from soundscape.engine.player.schedule import Scheduled, command_event, conduct
from soundscape.engine.player.sources import Shortage, SourcePool
from soundscape.errors import CommandRefused, EngineError
from soundscape.ipc.player_messages import CommandDone
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.mixer.mixer import Mixer
from soundscape.mixer.output_trims import OutputGains, OutputTrims
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
    MachineSlept,
    PlaylistsReturned,
    SourceTruncated,
    TracksUpdated,
    TrackUnplayable,
    apply,
)
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate
from soundscape.translation import gettext as _
from soundscape.units import frames
from soundscape.views import fault_texts
from soundscape.views.replies import reply

OFFLINE_BLOCK = 32_768
WARNED_APART = frames(10.0)
"""Frames from one warning about the ceiling to the next."""
BRIEF = frames(5.0)
"""A damaged file with less sound than this is left out: looped, it would stutter."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A block, the messages due in it, and what happened in it.

    `external` has the external events, which a second conductor needs to stay level.
    """

    samples: Block
    messages: list[Message]
    events: list[Event]
    external: list[ExternalEvent | Warned]


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
        self._trims = OutputTrims(conductor.show.outputs)
        self._log = EventLog()
        self._events: list[Event] = []
        self._external: list[ExternalEvent | Warned] = []
        self._warned_at = -WARNED_APART  # the ceiling was met
        self._short: dict[tuple[int, str], int] = {}  # a clip's number may go to another track
        self._resumed: list[tuple[Clip, int]] = []  # what sounds where sound comes back
        self.interrupted = False  # the lights are to stay where they are
        self._look_ahead = LookAhead(conductor, self._schedule, pool)

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
    def lights_settled(self) -> bool:
        """Whether the lights have reached the look after the session, if the room has one."""
        return self.rig is None or self.conductor.show.after is None or self.rig.resting

    def render(self, count: int) -> Rendered:
        """Render the next `count` frames."""
        self.pool.settle(count)
        self._handle_shortages()
        directives = self._conduct(self.frame + count + LATENCY)
        self._mixer.apply(directives)
        samples = self._mixer.render(count)
        self._warn_of_ceiling()
        messages = self._light(directives)
        self._look_ahead.advance()
        events, self._events = self._events, []
        external, self._external = self._external, []
        return Rendered(samples, messages, events, external)

    def output_gains(self, first: int, count: int) -> OutputGains:
        """The gains of the room's outputs over frames that were rendered last."""
        return self._trims.gains(first, count)

    def render_all(self, until: int | None = None, size: int = OFFLINE_BLOCK) -> Iterator[Rendered]:
        """Render to the end of the session, or to a frame, to which the last block is cut."""
        while not self.ended:
            first = self.frame
            if until is not None and first >= until:
                break
            count = size if until is None else min(size, until - first)
            rendered = self.render(count)
            if self.ended:
                last = self.conductor.master.ends_at
                count = count if last is None else last - first
                rendered = replace(rendered, samples=rendered.samples[:count])
            yield rendered

    def skip_to(self, frame: int) -> None:
        """Advance to a frame without sound, light or events, as a render does that begins there."""
        while self.conductor.frame < frame and not self.ended:
            step = min(frame, self.conductor.frame + OPENED)
            directives = self._conduct(step)
            self._mixer.apply(directives)
            self._mixer.skip_to(step)
            self._light(directives)
        self._events.clear()
        self._look_ahead.renew()

    def replay(self, record: CommandDone | ExternalEvent) -> None:
        """Repeat what another player has reported, at the same frame.

        Raises EngineError if this session is past that frame.
        """
        if record.frame < self.conductor.frame:
            raise EngineError("a record came too late for the standby player")
        self.skip_to(record.frame)
        if isinstance(record, CommandDone):
            with suppress(CommandRefused):  # never, unless the two are not level
                self.conductor.command(record.command)
        else:
            apply(self.conductor, record)
        self._look_ahead.renew()

    def catch_up(self, frame: int) -> None:
        """Advance to the frame near which the sound comes back, and open the clips that sound
        there.
        """
        self.skip_to(frame)
        self._events.clear()
        self._external.clear()
        self._resumed = self._mixer.positions()
        for clip, offset in self._resumed:
            self.pool.prepare(clip, offset)

    def hold_low(self) -> None:
        """Hold the sound 20 dB down until `rise` is called."""
        self._mixer.hold_low()

    def rise(self) -> None:
        """Let the sound rise from silence to its level, after the entry."""
        self._mixer.hold_low(until=self.frame + ENTRY)

    def do(self, command: Command) -> str:
        """Do a command now. Return the reply. Raises CommandRefused."""
        self.conductor.command(command)
        said = reply(self.conductor, command)
        self._events.append(command_event(self.conductor.frame, command, said))
        self._look_ahead.renew()
        return said

    def prepare(self, command: Command) -> bool:
        """Open the clips that a command would start. Return whether they can start without an
        underrun.
        """
        return self._look_ahead.prepare(command)

    def update_tracks(self, updates: tuple[TrackUpdate, ...]) -> bool:
        """Apply measurements. Return False if one of their tracks is open and about to begin.

        Then try again later.
        """
        if self._look_ahead.opens_any({update.now.key for update in updates}):
            return False
        self._apply(TracksUpdated(self.conductor.frame, updates))
        self._look_ahead.renew()
        return True

    def take_up(self, found: tuple[PlaylistReturn, ...]) -> bool:
        """Restore playlists whose files exist again. Return False in a landing or at the end."""
        if not self.conductor.takes_up:
            return False
        self._apply(PlaylistsReturned(self.conductor.frame, found))
        self._look_ahead.renew()
        return True

    def count_sleep(self, seconds: float) -> None:
        """Add the seconds for which the machine slept to T+."""
        self._apply(MachineSlept(self.conductor.frame, frames(seconds)))

    def ready(self) -> bool:
        """Return whether the session's first clips can begin without an underrun."""
        return self._look_ahead.ready(clip for clip, _ in self._resumed)

    def set_light_port(self, port: str, *, there: bool, heard: int | None = None) -> None:
        """Note that a MIDI output is gone, or is there again; then its whole look is sent again.

        `heard` is the frame up to which the light had come by then.
        """
        if self.rig is None:
            return
        if there:
            self.rig.restore(self.conductor.frame, port)
        else:
            self.rig.lose(self.conductor.frame, port, heard)

    def finish(self) -> list[Message]:
        """Close the sources. Return the last messages to the lights.

        The lights stay where they are, unless there is a look for after the session. As no more
        blocks come, the whole way to it is returned.
        """
        self._mixer.close()
        self.pool.close()
        if self.rig is None:
            return []
        settle = self.ended and self.conductor.show.after is not None
        return self.rig.finish(self.conductor.frame, settle=settle and not self.interrupted)

    # conducting -----------------------------------------------------------------------------------

    def _conduct(self, until: int) -> list[Directive]:
        """Conduct up to a frame, with the scheduled commands."""
        directives, attempts = conduct(self.conductor, self._schedule, until)
        self._events += attempts
        for directive in directives:
            self._follow(directive)
        self._events.sort(key=lambda line: line["t"])
        return directives

    def _follow(self, directive: Directive) -> None:
        self._events += self._log.lines(directive)
        self._trims.apply(directive)
        if isinstance(directive, ClipStarts):
            clip = directive.clip
            self._look_ahead.start(clip)
            available = self._short.pop((clip.id, clip.track.key), None)
            if available is not None:
                self._apply(SourceTruncated(self.conductor.frame, clip.id, available))
                self._look_ahead.renew()
        elif isinstance(directive, ClipEnds):
            self._look_ahead.end(directive.clip)
        elif isinstance(directive, SessionEnds):
            self._look_ahead.end_all()

    # what comes from outside the timeline ---------------------------------------------------------

    def _handle_shortages(self) -> None:
        """Report sources that ended too early to the conductor."""
        found = self.pool.shortages()
        for shortage in found:
            clip, available = shortage.clip, shortage.available
            frame = self.conductor.frame
            if _leaves_out(shortage):
                self._apply(TrackUnplayable(frame, clip.track.key))
            sounds = self._apply(SourceTruncated(frame, clip.id, available))
            if not sounds and available:
                self._short[clip.id, clip.track.key] = available
            if shortage.reason:
                left_out = _leaves_out(shortage)
                text = fault_texts.source_ended(clip.track, available, shortage.reason, left_out)
                fault = fault_texts.file_fault(clip.track, shortage.reason) if available else ""
                self._warn(frame, text, fault)
        if found:
            self._look_ahead.renew()

    def _warn_of_ceiling(self) -> None:
        for frame in self._mixer.limiter.take_onsets():
            if frame >= self._warned_at + WARNED_APART:
                self._warned_at = frame
                self._warn(frame, _(fault_texts.CEILING_MET))
                self._events.sort(key=lambda line: line["t"])

    def _apply(self, external: ExternalEvent) -> bool:
        self._external.append(external)
        return apply(self.conductor, external)

    def _warn(self, frame: int, text: str, file_fault: str = "") -> None:
        warned = Warned(frame, text, file_fault)
        self._external.append(warned)
        self._events += self._log.lines(warned)

    # light ----------------------------------------------------------------------------------------

    def _light(self, directives: list[Directive]) -> list[Message]:
        if self.rig is None:
            return []
        light(self.rig, directives)
        return self.rig.messages(self.conductor.frame)


def _leaves_out(shortage: Shortage) -> bool:
    damaged = shortage.reason is not None and shortage.available < BRIEF
    return shortage.available == 0 or damaged
