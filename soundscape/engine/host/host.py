"""The host's side of a session: it has the player, knows where it is, and asks it for commands.

Threads: whoever calls `ask` and `look`; the player process's listener; a watch of its own, ten
times a second, that follows the clock. One lock around what they share. It knows of no network.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import count, islice
from queue import SimpleQueue
from typing import Any

from soundscape.engine.event_log import Event
from soundscape.engine.host.health import SessionHealth
from soundscape.engine.host.loudness_meter import SharedAudioMeter
from soundscape.engine.host.player_process import PlayerProcess
from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.errors import AudioDeviceError, CommandRefused, EngineError, SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.ipc.player_messages import (
    AudioStarted,
    CommandDone,
    CommandFailed,
    CommandRequest,
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
from soundscape.timeline.conductor import Conductor
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
"""Event lines that a client may ask for afterwards."""
FRESH = 0.03
"""Seconds for which one look serves everybody who asks."""
END_PATIENCE = 5.0
ANSWER_WITHIN = 5.0
"""Seconds after which a player that does not answer counts as hung."""
TO_SILENCE = frozenset({"stop", "mute", "pause"})
"""What is done however late: it makes nothing louder."""
FLOWING = {
    *("phase_elapsed", "phase_remaining", "phase_duration", "elapsed", "since_dose", "remaining"),
    *("position", "place", "phases", "meter", "texts"),
}
"""Fields that move with the time alone: no change worth a message of its own."""


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
        """How each MIDI output fares."""
        self.sent: SimpleQueue[MidiSent] = SimpleQueue()
        """Messages that may come back to the room's controls."""
        self._player = player
        self._now = now
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: dict[int, Future[Any]] = {}
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

    def follow(self, job: Job, tape: SharedAudio) -> None:
        """Follow a session that the player was given. What comes of it is in `sounding`."""
        self._shadow = SessionMirror(Conductor(job.show, job.waits, job.index, job.begin_at))
        self._shadow.reach(0)
        self._tape = tape
        self.keys = job.room.keys
        self._metering = SharedAudioMeter(tape)
        self._vitals = SessionHealth(job)
        self._ranges = {name: spec.range for name, spec in job.room.lights.items() if spec.range}
        self._begun_as = job.begun_as
        self._shadow.chronicle.follow(Warned(0, text) for text in job.warnings)
        self._player.listen(self._hear)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def ask(self, command: Command) -> Future[CommandDone]:
        """Ask for a command. The future has what it did, or CommandRefused, or EngineError."""
        asked: Future[CommandDone] = Future()
        number = next(self._numbers)
        with self._lock:
            if self.over.is_set():
                asked.set_exception(EngineError(fault_texts.OVER))
                return asked
            self._waiting[number] = asked
            self._to_end |= command.do == "stop"
        until = None if command.do in TO_SILENCE else self._now() + ANSWER_WITHIN
        self._tell(CommandRequest(number, command, until))
        return asked

    def flash(self, port: str, data: bytes) -> None:
        """Send a MIDI message at once, through the light process."""
        self._tell(SendMidi(port, data))

    def learn(self, news: tuple[TrackUpdate, ...]) -> None:
        """Files of the session were measured."""
        self._tell(UpdateTracks(news))

    def look(self) -> Snapshot:
        """The session now."""
        with self._lock:
            now = self._now()
            if self._looked is None or now - self._looked[0] > FRESH:
                self._reach(now)
                self._looked = (now, self._snapshot())
            return self._looked[1]

    def events(self, since: int) -> tuple[list[Event], int]:
        """The event lines after the first `since`, as far as they are kept, and how many in all."""
        with self._lock:
            new = max(0, min(len(self._events), self._event_count - since))
            return list(islice(self._events, len(self._events) - new, None)), self._event_count

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call it, from any thread, at each change, until what is returned is called."""
        self._listeners = [*self._listeners, listener]

        def stop() -> None:
            self._listeners = [other for other in self._listeners if other is not listener]

        return stop

    def set_remote(self, remote: Remote) -> None:
        """The page for the tablet was opened or closed."""
        with self._lock:
            self.remote = remote
            self._looked = None
        self._tell_listeners()

    def mind_controls(self, ports: Mapping[str, str], news: list[str]) -> None:
        """How the MIDI inputs fare, and what is new about them."""
        with self._lock:
            self._vitals.ports("controls", ports)
            self._warn(news)
            self._collect()
        self._tell_listeners()

    def warn(self, texts: Sequence[str]) -> None:
        """The therapist should know these."""
        with self._lock:
            self._warn(texts)
            self._collect()
        self._tell_listeners()

    def end(self) -> None:
        """Give the player up, which has ended or is to."""
        self._player.end(END_PATIENCE)

    def _tell(self, asked: CommandRequest | SendMidi | UpdateTracks) -> None:
        try:
            self._player.ask(asked)
        except OSError:
            self._hear(None)

    # what the player tells ------------------------------------------------------------------------

    def _hear(self, told: object) -> None:
        with self._lock:
            answered = self._take(told)
            self._collect()
        for settle in answered:
            settle()
        self._tell_listeners()

    def _take(self, told: object) -> list[Callable[[], None]]:
        """Note what the player tells. Returns what is to be done when the lock is free again."""
        then: list[Callable[[], None]] = []
        match told:
            case AudioStarted(output):
                then = [lambda: _settle(self.sounding, output)]
            case CommandDone(number):
                self._shadow.done(told)
                then = self._answer(number, lambda asked: _settle(asked, told))
            case CommandFailed(number, _, _, why):
                self._shadow.refused(told)
                then = self._answer(number, lambda asked: _fail(asked, CommandRefused(why)))
            case SourceTruncated() | TrackUnplayable() | TracksUpdated():
                self._shadow.apply(told)
                if isinstance(told, TrackUnplayable):
                    self._vitals.left_out(told.key)
            case Warned():
                self._shadow.warned(told)
            case MidiStatus():
                self._mind_lights(told)
            case MidiSent():
                self.sent.put(told)
            case PlayerFailed():
                then = self._finish(told)
            case SessionEnded():
                then = self._finish(None)
            case _ if not self.over.is_set():
                why = fault_texts.PLAYER_HUNG if self._hangs else fault_texts.PLAYER_GONE
                then = self._finish(PlayerFailed(why))
        return then

    def _answer(
        self, number: int, settle: Callable[[Future[Any]], None]
    ) -> list[Callable[[], None]]:
        asked = self._waiting.pop(number, None)
        return [lambda: settle(asked)] if asked is not None else []

    def _finish(self, failed: PlayerFailed | None) -> list[Callable[[], None]]:
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
        return [partial(_fail, asked, why) for asked in waiting]

    def _mind_lights(self, lights: MidiStatus) -> None:
        self.ports = lights.ports
        self._vitals.ports("lights", lights.ports)
        self._vitals.late(lights.late)
        self._warn(lights.faults)

    def _warn(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._shadow.warned(Warned(self._shadow.conductor.frame, text))

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
            if changed:
                self._tell_listeners()
            if self._hangs and self._to_end:
                self._player.end(0.0)  # it cannot fade, and plays nothing: our listener hears of it

    def _reach(self, now: float) -> None:
        place = self._tape.place()
        if place is not None and not self.over.is_set():
            self._shadow.reach(place.heard(now))
            self._hangs = place.silent_for(now) > HUNG
            self._vitals.sound(place.underruns, hangs=self._hangs)

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
    """What of a snapshot does not move with the time alone."""
    lasting = {name: value for name, value in view if name not in FLOWING}
    lasting["layers"] = {name: (la.title, la.next) for name, la in view.layers.items()}
    return lasting


def _settle(asked: Future[Any], value: object) -> None:
    if not asked.done():
        asked.set_result(value)


def _fail(asked: Future[Any], error: Exception) -> None:
    if not asked.done():
        asked.set_exception(error)
