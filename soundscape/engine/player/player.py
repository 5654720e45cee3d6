"""The live player: the session's blocks to the output, its messages to the lights, on one clock.

Owner of the render thread: whoever calls `run`. It owns session and output. Commands come in by
`ask`, from any thread; what happens goes out by `told`, and the sound itself by the tape. The
render thread opens no file, prints nothing and waits for nothing but the output's next free place.
It knows of no terminal and no network, and looks at nothing: whoever wants to see the session
follows it with a conductor of their own.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Protocol

import numpy as np

from soundscape.command_specs import COMMANDS
from soundscape.devices.audio.output import AudioOutput
from soundscape.devices.midi.outputs import Batch
from soundscape.dsp.rise import RECOVERY, recovery_gains
from soundscape.engine.player.session import Session
from soundscape.errors import AudioDeviceError, CommandRefused
from soundscape.ipc import clock
from soundscape.ipc.channel import Outbox
from soundscape.ipc.clock import Clock, Sleep
from soundscape.ipc.player_messages import (
    AudioGap,
    AudioStarted,
    CommandDone,
    CommandFailed,
    CommandRequest,
    DeviceMissing,
    SessionEnded,
    TakeOver,
)
from soundscape.midi.messages import Message
from soundscape.mixer.source import Block
from soundscape.timeline.show_update import TrackUpdate
from soundscape.units import SAMPLE_RATE, frames

PATIENCE = 0.4
"""Seconds a command waits for a file to open; the old music plays on meanwhile."""
START_PATIENCE = 5.0
RESUME_LEAD = 0.25
"""Seconds from the decision to go on to the first sound: files are opened meanwhile."""
SKIPPED_FROM = 2.0
"""Seconds from which on the session is moved on to where it should be; less is rendered."""
TRY_AGAIN = 1.0
"""Seconds from one try of a device that is missing to the next."""
FALLBACK_AFTER = 5
"""Tries after which the fallback is tried as well."""
SWITCH_INTERVAL = 0.0005


class MessageSink(Protocol):
    """Where messages go, each with the monotonic time at which it is due."""

    def send(self, batch: Batch) -> None:
        """Take messages over; never waits."""
        ...


class Recorder(Protocol):
    """Where it is written what went out: `ipc.shared_audio.Tape`."""

    def write(self, frame: int, block: Block, moment: float, underruns: int) -> None:
        """A block was handed over; never waits."""
        ...


class Player:
    """Plays one session to its end. `latency` is what the device adds and nobody reports.

    `fallback` is tried when sound is to come back and the device stays away.
    """

    def __init__(
        self,
        session: Session,
        output: AudioOutput,
        lights: MessageSink | None = None,
        tape: Recorder | None = None,
        *,
        latency: float = 0.0,
        fallback: AudioOutput | None = None,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.told = Outbox()
        self._session = session
        self._output = output
        self.lights = lights
        self._tape = tape
        self._latency = latency
        self._fallback = fallback
        self._now = now
        self._sleep = sleep
        self._asked: SimpleQueue[CommandRequest] = SimpleQueue()
        self._turned: SimpleQueue[tuple[str, bool]] = SimpleQueue()
        self._news: deque[tuple[TrackUpdate, ...]] = deque()
        self._pending: list[tuple[CommandRequest, float]] = []
        self._lead_in = 0  # frames of silence before the sound comes back
        self._resumed_at = -1  # the frame at which it came back
        self._clock = 0, 0.0  # a frame, and when it was heard
        self._gaps_told = 0

    @property
    def underruns(self) -> int:
        """Times the device or a deck ran dry."""
        return len(self._output.gaps) + self._session.pool.underruns

    def ask(self, asked: CommandRequest) -> None:
        """Ask for a command; it is done with the next block, or when its file is open."""
        self._asked.put(asked)

    def learn(self, news: tuple[TrackUpdate, ...]) -> None:
        """Files of the session were measured. From any thread."""
        self._news.append(news)

    def light_port(self, port: str, there: bool) -> None:
        """A MIDI output has gone, or has come back. From any thread."""
        self._turned.put((port, there))

    def run(self, resume: TakeOver | None = None) -> None:
        """Play until the last fade is over. Raises AudioDeviceError if the device gives up.

        With `resume` the session goes on where it should be by now, from silence.
        """
        try:
            if resume is None:
                self._wait_for_first_clips()
                self._output.open()
            with _undisturbed():
                if resume is None or self._come_back(resume):
                    self._play()
            # Before the device closes: ALSA takes 0.2 s for that, which would look like a player
            # that hangs, and the standby would take over a session that is done.
            self.told.put(SessionEnded())
        finally:
            self._send(self._session.finish(), self._session.conductor.frame, self._now())
            self._output.close()

    def _play(self) -> None:
        self._mind_ports()
        self._play_block()
        self.told.put(AudioStarted(self._output.name))
        while not self._session.ended:
            self._output.wait_for_room()
            self._mind_ports()
            self._take_commands()
            self._take_news()
            self._play_block()
        self._settle_lights()
        self._output.drain()

    def _come_back(self, since: TakeOver) -> bool:
        """Open the device, and play nothing until the sources of what sounds then are open.

        Returns False if `stop` was requested before there was a device.
        """
        session, lead = self._session, frames(RESUME_LEAD)
        session.catch_up(since.frame_at(self._now()) + lead)
        if not self._open_again():
            return False
        count = self._output.block_frames
        silence = np.zeros((count, 2), np.float32)
        coming = since.frame_at(self._output.write(silence)) + count
        while not session.ended:
            if coming - session.frame > frames(SKIPPED_FROM):
                session.catch_up(coming + lead)
            while session.frame < coming and session.ready():
                self._drop_late(min(count, coming - session.frame))
            if coming <= session.frame < coming + count and session.ready():
                break
            self._output.wait_for_room()
            coming = since.frame_at(self._output.write(silence)) + count
        self._lead_in = max(0, session.frame - coming) % count
        self._resumed_at = session.frame
        return True

    def _drop_late(self, count: int) -> None:
        """Render what would be late by now. Its lights come again when their port opens."""
        for fact in self._session.render(count).told:
            self.told.put(fact)

    def _open_again(self) -> bool:
        """Open the device, and try again each second as long as it is missing.

        When it stays away the fallback is tried as well, and no other device. Returns False if
        `stop` is requested meanwhile: without a device there is nothing to fade out.
        """
        device, tried = self._output, 0
        while not self._stop_requested():
            for output in (device, self._fallback if tried >= FALLBACK_AFTER else None):
                if output is None:
                    continue
                try:
                    output.open()
                except AudioDeviceError as err:
                    self.told.put(DeviceMissing(str(err)))
                    output.close()
                else:
                    self._output = output
                    return True
            tried += 1
            self._sleep(TRY_AGAIN)
        return False

    def _collect_requests(self) -> None:
        """Move what was requested meanwhile to the pending commands, with the time."""
        while not self._asked.empty():
            self._pending.append((self._asked.get_nowait(), self._now()))

    def _stop_requested(self) -> bool:
        self._collect_requests()
        return any(asked.command.do == "stop" for asked, _ in self._pending)

    def _settle_lights(self) -> None:
        """Go on in silence until the lights have the look after the session, or `stop` is asked."""
        while not self._session.settled:
            self._output.wait_for_room()
            self._mind_ports()
            while not self._asked.empty():
                asked = self._asked.get_nowait()
                self._session.interrupted |= asked.command.do == "stop"
                self._do(asked)
            if self._session.interrupted:
                return
            self._play_block()

    def _play_block(self) -> None:
        lead, self._lead_in = self._lead_in, 0
        first = self._session.frame - lead
        rendered = self._session.render(self._output.block_frames - lead)
        samples = self._faded(rendered.samples, first + lead)
        if lead:
            samples = np.concatenate((np.zeros((lead, 2), np.float32), samples))
        moment = self._output.write(samples)
        self._clock = first, moment + self._latency
        self._send(rendered.messages, first, moment)
        if self._tape is not None:
            self._tape.write(first, samples, moment, self.underruns)
        self._tell_gaps()
        for fact in rendered.told:
            self.told.put(fact)

    def _tell_gaps(self) -> None:
        gaps = self._output.gaps
        frame, moment = self._clock
        for gap in gaps[self._gaps_told :]:
            due = frame + round((gap.moment + self._latency - moment) * SAMPLE_RATE)
            self.told.put(AudioGap(max(0, due), round(gap.length, 3), self._output.ahead))
        self._gaps_told = len(gaps)

    def _faded(self, samples: Block, first: int) -> Block:
        """A block, with the way back after a fault where it is not over yet."""
        after = first - self._resumed_at
        if self._resumed_at < 0 or after >= RECOVERY:
            return samples
        gains = recovery_gains(after, len(samples)).astype(np.float32)
        return samples * gains[:, np.newaxis]

    def _send(self, messages: list[Message], first: int, moment: float) -> None:
        """Each message is due when its frame is heard."""
        if self.lights is None or not messages:
            return
        start = moment + self._latency
        self.lights.send(
            [(start + (m.frame - first) / SAMPLE_RATE, m.port, m.data) for m in messages]
        )

    def _mind_ports(self) -> None:
        while not self._turned.empty():
            port, there = self._turned.get_nowait()
            frame, moment = self._clock
            heard = frame + round((self._now() - moment) * SAMPLE_RATE)
            self._session.light_port(port, there=there, heard=heard)

    def _take_commands(self) -> None:
        """Commands in their order; one that waits for its file holds back those after it.

        An urgent one does not wait: those before it go first, with their files open or not.
        """
        self._collect_requests()
        while self._pending:
            asked, asked_at = self._pending[0]
            urgent = any(COMMANDS[later.command.do].urgent for later, _ in self._pending)
            patient = not urgent and self._now() - asked_at < PATIENCE
            if not self._session.prepare(asked.command) and patient:
                return
            self._pending.pop(0)
            self._do(asked)

    def _take_news(self) -> None:
        """One piece a block; what is about to begin is not changed any more, so it may wait."""
        if self._news and self._session.learn(self._news[0]):
            self._news.popleft()

    def _do(self, asked: CommandRequest) -> None:
        frame = self._session.conductor.frame
        if asked.until is not None and self._now() > asked.until:
            why = f"cannot {asked.command.do}: it came too late"
            self.told.put(CommandFailed(asked.number, frame, asked.command, why))
            return
        try:
            said = self._session.do(asked.command)
        except CommandRefused as refused:
            self.told.put(CommandFailed(asked.number, frame, asked.command, str(refused)))
        else:
            self.told.put(CommandDone(asked.number, frame, asked.command, said))

    def _wait_for_first_clips(self) -> None:
        """A session begins with sound: wait for its first files, but not for ever."""
        limit = self._now() + START_PATIENCE
        while not self._session.ready() and self._now() < limit:
            self._sleep(0.005)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """While sound goes out no garbage is collected, and no thread keeps the interpreter for long.

    SDL's own thread takes the interpreter's lock at the end of each block.
    """
    interval = sys.getswitchinterval()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.enable()
        gc.unfreeze()
