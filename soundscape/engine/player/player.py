"""The live player: the session's blocks to the output, its messages to the lights, on one clock.

The thread that calls `run` is the render thread; it owns session and output. Any thread may send
commands by `request`. `outbox` has the messages to the host; the sound goes to the shared audio as
well. The render thread opens no file, prints nothing and waits only for free space in the output.
It knows of no terminal and no network, and makes no snapshots: to see the session, follow it with
another conductor.
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

from soundscape.devices.audio.output import AudioOutput
from soundscape.devices.stateful_outputs import Batch
from soundscape.dsp.comfort_noise import noise
from soundscape.dsp.fade import Fade
from soundscape.dsp.rise import ENTRY
from soundscape.engine.player.command_queue import CommandQueue
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
    PlayerFailed,
    SessionEnded,
    TakeOver,
)
from soundscape.midi.messages import Message
from soundscape.mixer.source import Block
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate
from soundscape.units import SAMPLE_RATE, frames
from soundscape.views import fault_texts

PATIENCE = 0.4
"""Seconds a command waits for a file to open; the old music plays on meanwhile."""
START_PATIENCE = 5.0
"""Seconds that a session waits at its start for its first files."""
RESUME_LEAD = 0.25
"""Seconds from the decision to go on to the first sound: files are opened meanwhile."""
SKIPPED_FROM = 2.0
"""Seconds from which on the session is moved on to where it should be; less is rendered."""
TRY_AGAIN = 0.25
"""Seconds from one try of a device that is missing to the next."""
FALLBACK_AFTER = 5.0
"""Seconds after which the fallback is tried as well."""
SWITCH_INTERVAL = 0.0005


class MessageSink(Protocol):
    """Where messages go, each with the monotonic time at which it is due."""

    def send(self, batch: Batch) -> None:
        """Take messages over; never waits."""
        ...


class Recorder(Protocol):
    """Where it is written what went out: `ipc.shared_audio.SharedAudio`."""

    def write(self, frame: int, block: Block, moment: float, underruns: int) -> None:
        """A block was handed over; never waits."""
        ...


class Player:
    """Plays one session to its end. `latency` is what the device adds and does not report.

    `fallback` is tried when sound is to come back and the device stays away.
    """

    def __init__(
        self,
        session: Session,
        output: AudioOutput,
        lights: MessageSink | None = None,
        recorder: Recorder | None = None,
        *,
        latency: float = 0.0,
        fallback: AudioOutput | None = None,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.outbox = Outbox()
        self._session = session
        self._output = output
        self.lights = lights
        self._recorder = recorder
        self._latency = latency
        self._fallback = fallback
        self._now = now
        self._sleep = sleep
        self._commands = CommandQueue()
        self._port_changes: SimpleQueue[tuple[str, bool]] = SimpleQueue()
        self._updates: deque[tuple[TrackUpdate, ...]] = deque()
        self._sleeps: deque[float] = deque()
        self._returned: deque[tuple[PlaylistReturn, ...]] = deque()
        self._lead_in = 0  # frames of silence before the sound comes back
        self._entry: Fade | None = None  # from silence, where the sound came back
        self._clock = 0, 0.0  # a frame, and when it was heard
        self._gaps_reported = 0

    @property
    def underruns(self) -> int:
        """Times the device or a deck ran dry."""
        return len(self._output.gaps) + self._session.pool.underruns

    def request(self, request: CommandRequest) -> None:
        """Ask for a command; it is done with the next block, or when its file is open."""
        refused = self._commands.put(request)
        if refused is not None:
            self._refuse(refused, fault_texts.too_many(refused.command.do))

    def update_tracks(self, updates: tuple[TrackUpdate, ...]) -> None:
        """Files of the session were measured. From any thread."""
        self._updates.append(updates)

    def return_playlists(self, found: tuple[PlaylistReturn, ...]) -> None:
        """Files that were missing are there again. From any thread."""
        self._returned.append(found)

    def count_sleep(self, seconds: float) -> None:
        """The machine slept for so long. From any thread."""
        self._sleeps.append(seconds)

    def set_light_port(self, port: str, there: bool) -> None:
        """A MIDI output has gone, or has come back. From any thread."""
        self._port_changes.put((port, there))

    def run(self, resume: TakeOver | None = None) -> None:
        """Play until the last fade is over. Raises AudioDeviceError if the device gives up.

        With `resume` the session goes on where it should be by now, from silence.
        """
        try:
            if resume is None:
                self._output.open()  # the first files are opened meanwhile
                self._wait_for_clips(START_PATIENCE)
            with _undisturbed():
                if resume is None or self._resume(resume):
                    self._play()
            # Before the device closes: ALSA takes 0.2 s for that, which would look like a player
            # that hangs, and the standby would take over a session that is done.
            self.outbox.put(SessionEnded())
        except AudioDeviceError as err:
            # Before the device closes: if its server is frozen, that takes for ever.
            self.outbox.put(PlayerFailed(str(err), no_device=True))
            raise
        finally:
            self._send(self._session.finish(), self._session.conductor.frame, self._now())
            self._output.close()

    def _play(self) -> None:
        self._handle_ports()
        self._play_block()
        self.outbox.put(AudioStarted(self._output.name))
        while not self._session.ended:
            self._output.wait_for_room()
            self._handle_ports()
            self._take_commands()
            self._apply_updates()
            self._play_block()
        self._settle_lights()
        self._output.drain()

    def _resume(self, since: TakeOver) -> bool:
        """Open the device, and play nothing until the sources of what sounds then are open.

        Returns False if `stop` was requested before there was a device.
        """
        began = self._now()
        self._session.catch_up(since.frame_at(began) + frames(RESUME_LEAD))
        self._session.hold_low()
        while self._open_again(began):
            try:
                self._lead_in_silently(since)
            except AudioDeviceError as err:  # it opens, but takes no sound, as if suspended
                self.outbox.put(DeviceMissing(str(err)))
                self._output.close()
            else:
                return True
        return False

    def _lead_in_silently(self, since: TakeOver) -> None:
        """Play nothing until the present frame of the session can be heard.

        Raises AudioDeviceError if the device takes no sound.
        """
        session, count = self._session, self._output.block_frames
        opens_since: float | None = None
        while not session.ended:
            self._output.wait_for_room()
            self._wait_for_clips(self._output.ahead / 2)  # it has silence to play meanwhile
            heard = self._output.next_heard()
            coming = since.frame_at(self._now() if heard is None else heard)
            if coming - session.frame > frames(SKIPPED_FROM):
                now = self._now()
                # Where files were not open in time, they are given as long again.
                lead = RESUME_LEAD if opens_since is None else now - opens_since
                session.catch_up(coming + frames(lead))
                opens_since = now
            while session.frame < coming and session.ready():
                self._drop_late(min(count, coming - session.frame))
            known = session.ready() and heard is not None
            if known and coming <= session.frame < coming + count:
                self._lead_in = session.frame - coming
                break
            self._output.write(noise(0, count))
        if since.rise:
            self._entry = Fade(session.frame, frames(since.rise), "square", rising=True)
        else:
            self._entry = Fade(session.frame, ENTRY, "equal-gain", rising=True)
        session.rise()

    def _drop_late(self, count: int) -> None:
        """Render what would be late by now. Its lights come again when their port opens."""
        for fact in self._session.render(count).external:
            self.outbox.put(fact)

    def _open_again(self, began: float) -> bool:
        """Open the device, and try again as long as it is missing.

        When it has been away since `began` the fallback is tried as well, and no other device.
        Returns False if `stop` is requested meanwhile: without a device there is nothing to fade
        out.
        """
        device = self._output
        while not self._stop_requested():
            stays_away = self._now() - began >= FALLBACK_AFTER
            for output in (device, self._fallback if stays_away else None):
                if output is None:
                    continue
                try:
                    output.open()
                except AudioDeviceError as err:
                    self.outbox.put(DeviceMissing(str(err)))
                    output.close()
                else:
                    self._output = output
                    return True
            self._sleep(TRY_AGAIN)
        return False

    def _stop_requested(self) -> bool:
        self._commands.collect(self._now())
        return self._commands.stops

    def _settle_lights(self) -> None:
        """Go on in silence until the lights have the look after the session, or `stop` is asked."""
        while not self._session.lights_settled:
            self._output.wait_for_room()
            self._handle_ports()
            self._commands.collect(self._now())
            while self._commands.waiting:
                request = self._commands.pop()
                self._session.interrupted |= request.command.do == "stop"
                self._do(request)
            if self._session.interrupted:
                return
            self._play_block()

    def _play_block(self) -> None:
        lead, self._lead_in = self._lead_in, 0
        first = self._session.frame - lead
        rendered = self._session.render(self._output.block_frames - lead)
        samples = self._faded(rendered.samples, first + lead)
        if lead:
            samples = np.concatenate((noise(first, lead), samples))
        gains = self._session.output_gains(first, len(samples))
        moment = self._output.write(samples, gains)
        self._clock = first, moment + self._latency
        self._send(rendered.messages, first, moment)
        if self._recorder is not None:
            self._recorder.write(first, samples, moment, self.underruns)
        self._report_gaps()
        for fact in rendered.external:
            self.outbox.put(fact)

    def _report_gaps(self) -> None:
        gaps = self._output.gaps
        frame, moment = self._clock
        for gap in gaps[self._gaps_reported :]:
            due = frame + round((gap.moment + self._latency - moment) * SAMPLE_RATE)
            self.outbox.put(AudioGap(max(0, due), round(gap.length, 3), self._output.ahead))
        self._gaps_reported = len(gaps)

    def _faded(self, samples: Block, first: int) -> Block:
        """A block, with the entry after a fault where it is not over yet."""
        if self._entry is None or first >= self._entry.end:
            return samples
        gains = np.asarray(self._entry.gains(first, len(samples)), np.float32)
        return samples * gains[..., np.newaxis]

    def _send(self, messages: list[Message], first: int, moment: float) -> None:
        """Each message is due when its frame is heard."""
        if self.lights is None or not messages:
            return
        start = moment + self._latency
        self.lights.send(
            [(start + (m.frame - first) / SAMPLE_RATE, m.port, m.data) for m in messages]
        )

    def _handle_ports(self) -> None:
        while not self._port_changes.empty():
            port, there = self._port_changes.get_nowait()
            frame, moment = self._clock
            heard = frame + round((self._now() - moment) * SAMPLE_RATE)
            self._session.set_light_port(port, there=there, heard=heard)

    def _take_commands(self) -> None:
        """Commands in their order; one that waits for its file holds back those after it.

        An urgent one does not wait: those before it go first, with their files open or not.
        """
        self._commands.collect(self._now())
        while self._commands.waiting:
            request, since = self._commands.first()
            patient = not self._commands.urgent and self._now() - since < PATIENCE
            if not self._session.prepare(request.command) and patient:
                return
            self._do(self._commands.pop())

    def _apply_updates(self) -> None:
        """One piece a block; what is about to begin is not changed any more, so it may wait."""
        if self._returned and self._session.take_up(self._returned[0]):
            self._returned.popleft()
        while self._sleeps:
            self._session.count_sleep(self._sleeps.popleft())
        if self._updates and self._session.update_tracks(self._updates[0]):
            self._updates.popleft()

    def _do(self, request: CommandRequest) -> None:
        if request.until is not None and self._now() > request.until:
            self._refuse(request, fault_texts.too_late(request.command.do))
            return
        frame = self._session.conductor.frame
        try:
            said = self._session.do(request.command)
        except CommandRefused as refused:
            self._refuse(request, str(refused))
        else:
            self.outbox.put(CommandDone(request.number, frame, request.command, said))

    def _refuse(self, request: CommandRequest, why: str) -> None:
        frame = self._session.conductor.frame
        self.outbox.put(CommandFailed(request.number, frame, request.command, why))

    def _wait_for_clips(self, patience: float) -> None:
        """A session begins with sound: wait for the files of its first clips, but not for ever."""
        limit = self._now() + patience
        while not self._session.ready() and self._now() < limit:
            self._sleep(0.002)


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
