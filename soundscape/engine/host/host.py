"""The host's side of a session: it owns the player, follows it, and sends it commands.

Any thread may call `ask` and `look`. A thread of the player's supervisor handles its messages, and
a watch of ours follows the clock, ten times a second. One lock guards what they share. The module
knows no network.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from itertools import count, islice
from queue import Full, Queue
from typing import Any

from soundscape.command_specs import COMMANDS
from soundscape.engine.event_log import Event
from soundscape.engine.host.health import SessionHealth
from soundscape.engine.host.loudness_meter import SharedAudioMeter
from soundscape.engine.host.player_process import PlayerProcess
from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.engine.host.standby import Standby
from soundscape.errors import AudioDeviceError, CommandRefused, EngineError, SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.ipc.player_messages import (
    CODEC,
    AudioGap,
    AudioStarted,
    CommandDone,
    CommandFailed,
    CommandRequest,
    DeviceMissing,
    Job,
    MidiSent,
    MidiStatus,
    PlayerFailed,
    SendMidi,
    SessionEnded,
    UpdateTracks,
)
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import HUNG
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import SourceTruncated, TracksUpdated, TrackUnplayable
from soundscape.timeline.show_update import TrackUpdate
from soundscape.units import frames
from soundscape.views import fault_texts
from soundscape.views.snapshot import MeterView, Remote, Snapshot
from soundscape.views.take_snapshot import KelvinRange, take_snapshot
from soundscape.views.wording import worded

WATCH_EVERY = 0.1
KEPT = 1000
"""Event lines that a client may ask for afterwards; older ones are dropped."""
SENT_BACKLOG = 1000
"""Outgoing MIDI messages that the room's controls have not read; later ones are dropped."""
FRESH = 0.03
"""Seconds for which one snapshot serves every client."""
END_PATIENCE = 5.0
ANSWER_WITHIN = 5.0
"""Seconds after which a player that does not answer counts as hung."""
FLOWING = {
    *("phase_elapsed", "phase_remaining", "phase_duration", "elapsed", "since_dose", "remaining"),
    *("position", "place", "phases", "meter", "texts"),
}
"""Fields of a snapshot that time alone changes: clients are not notified of these."""


class Host:
    """One session. `label` names it among several."""

    def __init__(self, label: str, player: PlayerProcess, *, now: Clock = clock.now) -> None:
        self.label = label
        self.sounding: Future[str] = Future()
        """The output's name, once it has taken sound; or EngineError."""
        self.over = threading.Event()
        self.remote = Remote()
        self.keys: Mapping[str, str] = {}
        """The room's own keys for the console."""
        self.ports: Mapping[str, str] = {}
        """The state of each MIDI output."""
        self.sent: Queue[MidiSent] = Queue(SENT_BACKLOG)
        """Messages that may come back to the room's controls."""
        self._player = player
        self._now = now
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: dict[int, Future[Any]] = {}
        self._requests: dict[int, CommandRequest] = {}
        """Those that were not answered: the next player gets them again."""
        self._has_standby = False
        self._missing = ""  # why there is no device
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._event_count = 0
        self._listeners: list[Callable[[], object]] = []
        self._meter = MeterView()
        self._seen: dict[str, Any] = {}
        self._looked: tuple[float, Snapshot] | None = None
        self._hangs = False
        self._to_end = False
        self._vitals: SessionHealth
        self._ranges: Mapping[str, KelvinRange]
        self._begun_as: str
        self._shadow: SessionMirror
        self._tape: SharedAudio
        self._metering: SharedAudioMeter

    def follow(self, job: Job, tape: SharedAudio, standby: Standby | None = None) -> None:
        """Follow a session that the player was given. `sounding` has the outcome of its start."""
        self._shadow = SessionMirror(job.conductor())
        self._shadow.reach(0)
        self._tape = tape
        self.keys = job.room.keys
        self._metering = SharedAudioMeter(tape)
        self._vitals = SessionHealth(job)
        self._ranges = {name: spec.range for name, spec in job.room.lights.items() if spec.range}
        self._begun_as = job.begun_as
        self._shadow.chronicle.follow(Warned(0, text) for text in job.warnings)
        self._has_standby = standby is not None
        self._player.listen(self._handle, CODEC, tape, standby)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def ask(self, command: Command) -> Future[CommandDone]:
        """Ask for a command. The future has its result, CommandRefused or EngineError."""
        asked: Future[CommandDone] = Future()
        number = next(self._numbers)
        late = COMMANDS[command.do].towards_silence
        until = None if late else self._now() + ANSWER_WITHIN
        request = CommandRequest(number, command, until)
        with self._lock:
            if self.over.is_set():
                asked.set_exception(EngineError(fault_texts.OVER))
                return asked
            self._waiting[number] = asked
            self._requests[number] = request
            self._to_end |= command.do == "stop"
        if not self._player.send(request):
            with self._lock:
                self._waiting.pop(number, None)
                self._requests.pop(number, None)
            _fail(asked, EngineError(fault_texts.NO_PLAYER_ANSWER))
        return asked

    def flash(self, port: str, data: bytes) -> None:
        """Send a MIDI message at once, through the player. Dropped if the player does not read."""
        self._player.send(SendMidi(port, data))

    def learn(self, news: tuple[TrackUpdate, ...]) -> None:
        """Files of the session were measured."""
        self._player.send(UpdateTracks(news))

    def look(self) -> Snapshot:
        """The session now."""
        with self._lock:
            now = self._now()
            if self._looked is None or now - self._looked[0] > FRESH:
                self._reach(now)
                self._looked = (now, self._snapshot())
            return self._looked[1]

    def events(self, since: int) -> tuple[list[Event], int]:
        """The event lines after the first `since` that are kept, and the number of all lines."""
        with self._lock:
            new = max(0, min(len(self._events), self._event_count - since))
            return list(islice(self._events, len(self._events) - new, None)), self._event_count

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call it, from any thread, at each change. Returns a function that ends this."""
        self._listeners = [*self._listeners, listener]

        def stop() -> None:
            self._listeners = [other for other in self._listeners if other is not listener]

        return stop

    def set_remote(self, remote: Remote) -> None:
        """The tablet's page was opened or closed."""
        with self._lock:
            self.remote = remote
            self._looked = None
        self._tell_listeners()

    def set_control_status(
        self, ports: Mapping[str, str], opened: Mapping[str, str], faults: Sequence[str]
    ) -> None:
        """Note the state of each MIDI input, the system's port that it opened, and new faults."""
        with self._lock:
            self._vitals.ports("controls", ports, opened)
            self._warn(faults)
            self._collect()
        self._tell_listeners()

    def warn(self, texts: Sequence[str]) -> None:
        """Note what the therapist should know."""
        with self._lock:
            self._warn(texts)
            self._collect()
        self._tell_listeners()

    def end(self) -> None:
        """End the player: it has ended by itself, or should."""
        self._player.end(END_PATIENCE)

    # messages of the player -----------------------------------------------------------------------

    def _handle(self, message: object) -> None:
        with self._lock:
            answered = self._apply(message)
            self._collect()
        for settle in answered:
            settle()
        self._tell_listeners()

    def _apply(self, message: object) -> list[Callable[[], None]]:
        """Note a message of the player. Returns what is to be done when the lock is free again."""
        match message:
            case CommandDone(number):
                self._shadow.done(message)
                return self._answer(number, lambda asked: _settle(asked, message))
            case CommandFailed(number, _, _, why):
                self._shadow.refused(message)
                return self._answer(number, lambda asked: _fail(asked, CommandRefused(why)))
            case SourceTruncated() | TrackUnplayable() | TracksUpdated():
                self._shadow.apply(message)
                if isinstance(message, TrackUnplayable):
                    self._vitals.left_out(message.key)
            case Warned() | AudioGap():
                self._shadow.warned(message)
            case MidiStatus():
                self._set_light_status(message)
            case MidiSent():
                with suppress(Full):
                    self.sent.put_nowait(message)
            case _ if not self.over.is_set():
                return self._apply_life(message)
            case _:
                pass
        return []

    def _apply_life(self, message: object) -> list[Callable[[], None]]:
        """Note that the sound began, that the player is lost (its reason), or that all is over."""
        replaceable = self._has_standby and self.sounding.done()
        match message:
            case AudioStarted(output):
                return self._set_sounding(output)
            case DeviceMissing(why):
                if why != self._missing:
                    self._warn([fault_texts.device_missing(why)])
                self._missing = why
            case PlayerFailed(why) if replaceable:
                self._warn([fault_texts.gave_up(why)])
            case str() if replaceable:
                self._warn([fault_texts.taken_over(message)])
            case PlayerFailed():
                return self._finish(message)
            case SessionEnded():
                return self._finish(None)
            case _:
                why = fault_texts.PLAYER_HUNG if self._hangs else fault_texts.PLAYER_GONE
                return self._finish(PlayerFailed(why))
        return []

    def _set_sounding(self, output: str) -> list[Callable[[], None]]:
        """The output has taken sound: the first, or that of a player that took over."""
        self._missing = ""
        if not self.sounding.done():
            return [lambda: _settle(self.sounding, output)]
        self._warn([fault_texts.SOUND_BACK])
        return [partial(self._send_again, request) for request in self._requests.values()]

    def _send_again(self, request: CommandRequest) -> None:
        self._player.send(request)

    def _answer(
        self, number: int, settle: Callable[[Future[Any]], None]
    ) -> list[Callable[[], None]]:
        self._requests.pop(number, None)
        asked = self._waiting.pop(number, None)
        return [lambda: settle(asked)] if asked is not None else []

    def _finish(self, failed: PlayerFailed | None) -> list[Callable[[], None]]:
        self._player.release()
        place = self._tape.place()
        if place is not None:
            self._shadow.reach(place.end + (0 if failed else frames(1.0)))
        why: SoundscapeError = EngineError(fault_texts.OVER)
        if failed is not None:
            self._shadow.failed(failed.why)
            self._vitals.failed(failed.why)
            why = AudioDeviceError(failed.why) if failed.no_device else EngineError(failed.why)
        self.over.set()
        waiting = [*self._waiting.values(), self.sounding]
        self._waiting.clear()
        self._requests.clear()
        return [partial(_fail, asked, why) for asked in waiting]

    def _set_light_status(self, lights: MidiStatus) -> None:
        self.ports = lights.ports
        self._vitals.ports("lights", lights.ports, lights.opened)
        self._vitals.late(lights.late)
        self._warn(lights.faults)

    def _warn(self, faults: Sequence[str]) -> None:
        for fault in faults:
            self._shadow.warned(Warned(self._shadow.conductor.frame, fault))

    # following the clock --------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self.over.wait(WATCH_EVERY):
            with self._lock:
                now = self._now()
                self._reach(now)
                place = self._tape.place()
                if place is not None:
                    self._meter = self._metering.look(place, now)
                self._collect()
                view = self._snapshot()
                self._looked = (now, view)
                seen = _lasting(view)
                changed = seen != self._seen
                self._seen = seen
            self._player.follow()
            if changed:
                self._tell_listeners()
            if self._hangs and self._to_end:
                self._player.end(0.0)  # it cannot fade, and plays nothing

    def _reach(self, now: float) -> None:
        place = self._tape.place()
        if place is not None and not self.over.is_set():
            self._shadow.reach(place.heard(now))
            self._hangs = place.silent_for(now) > HUNG
            self._vitals.sound(place.underruns, hangs=self._hangs)
            if self._missing:
                self._vitals.failed(f"no sound: {self._missing}")

    def _collect(self) -> None:
        lines = self._shadow.take_events()
        self._events += lines
        self._event_count += len(lines)
        self._looked = None

    def _snapshot(self) -> Snapshot:
        view = take_snapshot(
            self._shadow.conductor,
            self._shadow.chronicle,
            label=self.label,
            health=self._vitals.health,
            meter=self._meter,
            remote=self.remote,
            ranges=self._ranges,
            begun_as=self._begun_as,
        )
        return worded(view.model_copy(update={"state": "ended"})) if self.over.is_set() else view

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            listener()


def _lasting(view: Snapshot) -> dict[str, Any]:
    """The part of a snapshot that time alone does not change."""
    lasting = {name: value for name, value in view if name not in FLOWING}
    lasting["layers"] = {name: (la.title, la.next) for name, la in view.layers.items()}
    return lasting


def _settle(asked: Future[Any], value: object) -> None:
    if not asked.done():
        asked.set_result(value)


def _fail(asked: Future[Any], error: Exception) -> None:
    if not asked.done():
        asked.set_exception(error)
