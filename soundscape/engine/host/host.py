"""The host of one session: takes commands, follows the player, and notifies clients of changes.

Every public method may be called from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Full, Queue

from soundscape.engine.event_log import Event, event
from soundscape.engine.host.adoption import NUMBERS_APART, Adoption
from soundscape.engine.host.lost_time import LostTime
from soundscape.engine.host.pending_requests import Call, PendingRequests, set_error, set_result
from soundscape.engine.host.player_process import PlayerProcess
from soundscape.engine.host.session_recorder import SessionRecorder, UnrecordedSession
from soundscape.engine.host.session_status import SessionStatus
from soundscape.engine.host.standby import Standby
from soundscape.errors import AudioDeviceError, CommandRefused, EngineError, SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import (
    CODEC,
    AudioGap,
    AudioStarted,
    CommandDone,
    CommandFailed,
    CountSleep,
    DeviceMissing,
    MidiSent,
    MidiStatus,
    PlayerFailed,
    Resume,
    ReturnPlaylists,
    SendMidi,
    SessionEnded,
    UpdateTracks,
)
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import (
    MachineSlept,
    PlaylistsReturned,
    SourceTruncated,
    TracksUpdated,
    TrackUnplayable,
)
from soundscape.timeline.show import FileSource
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate
from soundscape.translation import gettext as _
from soundscape.units import SAMPLE_RATE
from soundscape.views import fault_texts
from soundscape.views.snapshot import Remote, Snapshot

WATCH_EVERY = 0.1
WATCHED_FOR = 3.0
"""Seconds for which a client that has asked for a snapshot counts as watching."""
UNWATCHED_EVERY = 5
"""While no client watches, a snapshot is taken in one turn of so many."""
SLEEP_AGAIN = 10.0
"""Seconds for a player to count a sleep; then it is reported again."""
SENT_BACKLOG = 1000
"""Outgoing MIDI messages that the room's controls have not read; later ones are dropped."""
END_PATIENCE = 5.0


class Host:
    """One session. `label` names it among several; `recorder` writes it down."""

    def __init__(
        self,
        label: str,
        player: PlayerProcess,
        recorder: SessionRecorder | None = None,
        *,
        now: Clock = clock.now,
        counting_sleep: Clock = clock.counting_sleep,
    ) -> None:
        self.label = label
        self.started: Future[str] = Future()
        """The output's name, once it has taken sound; or EngineError."""
        self.ended = threading.Event()
        self.completed = False
        """Whether it has ended by itself or by a command, and not by a fault."""
        self.remote = Remote()
        self.keys: Mapping[str, str] = {}
        """The room's own keys for the console."""
        self.ports: Mapping[str, str] = {}
        """The state of each MIDI output."""
        self.sent: Queue[MidiSent] = Queue(SENT_BACKLOG)
        """Messages that may come back to the room's controls."""
        self._player = player
        self._recorder = recorder or UnrecordedSession()
        self._now = now
        self._lock = threading.Lock()
        self._requests = PendingRequests()
        self._status: SessionStatus
        self._has_standby = False
        self._stop_requested = False
        self._failed = False  # the present player, which is about to end
        self._between_players = False  # one was lost, and the next one makes no sound yet
        self._sent_between: set[int] = set()  # what that one was asked already
        self._listeners: list[Callable[[], object]] = []
        self._lost_time = LostTime(counting_sleep)
        self._report_sleep_at = 0.0
        self._asked_at = now()

    def follow(
        self,
        job: Job,
        shared_audio: SharedAudio,
        standby: Standby | None = None,
        resume: Resume | None = None,
    ) -> None:
        """Follow a session that the player was given. `started` has the outcome of its start.

        With `resume` it goes on where it was cut off.
        """
        self._status = SessionStatus(self.label, job, shared_audio)
        if resume is not None:
            self._status.replay(resume)
        self._begin(job, shared_audio, standby)

    def adopt(
        self, job: Job, shared_audio: SharedAudio, standby: Standby | None, adoption: Adoption
    ) -> None:
        """Follow a session that plays already, in place of a host that died."""
        self._status = SessionStatus(self.label, job, shared_audio)
        self._status.adopt(adoption, self._now())
        self._requests = PendingRequests(adoption.hosts * NUMBERS_APART)
        self.started.set_result(adoption.output)
        self._between_players = bool(adoption.missing)
        self._begin(job, shared_audio, standby)

    def record_host_crash(self, trace: str) -> None:
        """Write down what the host before this one crashed of."""
        with self._lock:
            self._status.warn([_(fault_texts.HOST_REPLACED)])
            self._collect_events()
            self._recorder.crashed(_(fault_texts.HOST_DIED), self._status.events(0)[0], trace)
        self._notify()

    def _begin(self, job: Job, shared_audio: SharedAudio, standby: Standby | None) -> None:
        self.keys = job.room.keys
        self._has_standby = standby is not None
        self._player.listen(self._handle, CODEC, shared_audio, standby)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def submit(self, command: Command) -> Future[CommandDone]:
        """Ask for a command. The future has its result, CommandRefused or EngineError."""
        with self._lock:
            if self.ended.is_set():
                future: Future[CommandDone] = Future()
                future.set_exception(EngineError(_(fault_texts.OVER)))
                return future
            request, future = self._requests.add(command, self._now())
            self._stop_requested |= command.do == "stop"
            self._recorder.record(request)  # before it can be done
            if self._between_players and command.do != "stop":
                return future  # after those before it, once there is sound
            if self._between_players:
                self._sent_between.add(request.number)
        if not self._player.send(request):
            with self._lock:
                unread = CommandFailed(request.number, 0, command, _(fault_texts.NO_PLAYER_ANSWER))
                self._recorder.record(unread)
                calls = self._requests.fail(
                    request.number, EngineError(_(fault_texts.NO_PLAYER_ANSWER))
                )
            for call in calls:
                call()
        return future

    def send_midi(self, port: str, data: bytes) -> None:
        """Send a MIDI message at once, through the player. Dropped if the player does not read."""
        self._player.send(SendMidi(port, data))

    def update_tracks(self, updates: tuple[TrackUpdate, ...]) -> None:
        """Pass on that files of the session were measured."""
        self._player.send(UpdateTracks(updates))

    def return_playlists(self, found: tuple[PlaylistReturn, ...]) -> None:
        """Pass on that files that were missing are there again."""
        self._player.send(ReturnPlaylists(found))

    def unplayed_files(self) -> tuple[FileSource, ...]:
        """The files that the session misses, or could not play."""
        with self._lock:
            return self._status.unplayed_files()

    def snapshot(self) -> Snapshot:
        """The session now."""
        with self._lock:
            self._asked_at = self._now()
            return self._status.snapshot(self._asked_at, self.remote)

    def events(self, since: int) -> tuple[list[Event], int]:
        """The event lines after the first `since` that are kept, and the number of all lines."""
        with self._lock:
            return self._status.events(since)

    def add_listener(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call it, from any thread, at each change. Returns a function that ends this."""
        self._listeners = [*self._listeners, listener]

        def remove() -> None:
            self._listeners = [other for other in self._listeners if other is not listener]

        return remove

    def set_remote(self, remote: Remote) -> None:
        """Note that the tablet's page was opened or closed."""
        with self._lock:
            self.remote = remote
            self._collect_events()
        self._notify()

    def set_control_status(
        self, ports: Mapping[str, str], opened: Mapping[str, str], faults: Sequence[str]
    ) -> None:
        """Note the state of each MIDI input, and new faults."""
        with self._lock:
            self._status.health.ports("controls", ports, opened)
            self._status.warn(faults)
            self._collect_events()
        self._notify()

    def set_output_fault(self, fault: str) -> None:
        """Note why nothing is heard of what the player plays; "" where it is heard again."""
        with self._lock:
            self._status.health.output(fault)
            self._status.warn([fault or _(fault_texts.OUTPUT_HEARD)])
            self._status.collect_events()
        self._notify()

    def warn(self, texts: Sequence[str]) -> None:
        """Note what the therapist should know."""
        with self._lock:
            self._status.warn(texts)
            self._collect_events()
        self._notify()

    def end(self) -> None:
        """End the player: it has ended by itself, or should."""
        self._player.end(END_PATIENCE)

    # messages of the player -----------------------------------------------------------------------

    def _handle(self, message: object) -> None:
        with self._lock:
            calls = self._apply(message)
            self._collect_events()
        for call in calls:
            call()
        self._notify()

    def _apply(self, message: object) -> list[Call]:
        """Note a message of the player. Returns what is to be called once the lock is free."""
        match message:
            case CommandDone():
                self._recorder.record(message)
                self._status.apply(message)
                return self._requests.resolve(message)
            case CommandFailed():
                self._recorder.record(message)
                self._status.apply(message)
                return self._requests.fail(message.number, CommandRefused(message.why))
            case MachineSlept(_, count):
                self._recorder.record(message)
                self._lost_time.count(count / SAMPLE_RATE)
                self._status.apply(message)
            case SourceTruncated() | TrackUnplayable() | TracksUpdated() | PlaylistsReturned():
                self._recorder.record(message)
                self._status.apply(message)
            case AudioGap() | Warned():
                self._status.apply(message)
            case MidiStatus():
                self.ports = message.ports
                self._status.set_light_status(message)
            case MidiSent():
                with suppress(Full):
                    self.sent.put_nowait(message)
            case _ if not self.ended.is_set():
                return self._apply_life(message)
            case _:
                pass
        return []

    def _apply_life(self, message: object) -> list[Call]:
        """Note that the sound began, that the player is lost (its reason), or that all is over."""
        replaceable = self._has_standby and self.started.done()
        match message:
            case AudioStarted(output):
                return self._handle_start(output)
            case DeviceMissing(why):
                self._tell_missing_device(why)
            case PlayerFailed(why, no_device) if replaceable:
                self._failed = True
                if no_device:
                    self._lose_player()
                    self._tell_missing_device(why)
                    self._player.kill()  # it would close the device first, which may take for ever
                else:
                    self._lose_player(fault_texts.gave_up(why))
            case str() if replaceable and self._failed:
                self._failed = False  # the end of the one that has told why
            case str() if replaceable:
                self._lose_player(fault_texts.taken_over(message))
            case PlayerFailed():
                return self._finish(message)
            case SessionEnded():
                return self._finish(None)
            case _:
                why = (
                    _(fault_texts.PLAYER_HUNG) if self._status.hung else _(fault_texts.PLAYER_GONE)
                )
                return self._finish(PlayerFailed(why))
        return []

    def _lose_player(self, crash: str = "") -> None:
        """A player is lost and another one takes over."""
        self._between_players = True
        self._sent_between.clear()
        if crash:
            self._status.warn([crash])
            self._record_crash(crash)

    def _tell_missing_device(self, why: str) -> None:
        if self._status.set_missing_device(why):
            self._status.warn([fault_texts.device_missing(why)])

    def _record_crash(self, what: str) -> None:
        self._collect_events()
        self._recorder.crashed(what, self._status.events(0)[0])

    def _handle_start(self, output: str) -> list[Call]:
        """The output has taken sound: the first, or that of a player that took over."""
        self._status.set_missing_device("")
        self._recorder.events([event(self._status.mirror.conductor.frame, "output", name=output)])
        if not self.started.done():
            return [partial(set_result, self.started, output)]
        self._status.warn([_(fault_texts.SOUND_BACK)])
        self._status.health.player_replaced()
        self._between_players = False
        for request in self._requests.requests():
            if request.number not in self._sent_between:
                self._player.send(request)  # it never waits, and keeps their order
        return []

    def _finish(self, failed: PlayerFailed | None) -> list[Call]:
        self._player.release()
        self._status.end(failed)
        if failed is not None and self.started.done():
            self._record_crash(failed.why)
        self.completed = failed is None
        error: SoundscapeError = EngineError(_(fault_texts.OVER))
        if failed is not None:
            error = AudioDeviceError(failed.why) if failed.no_device else EngineError(failed.why)
        self.ended.set()
        return [*self._requests.fail_all(error), partial(set_error, self.started, error)]

    # following the clock --------------------------------------------------------------------------

    def _watch(self) -> None:
        turns = 0
        while not self.ended.wait(WATCH_EVERY):
            turns += 1
            with self._lock:
                now = self._now()
                self._status.advance(now)
                self._collect_events()
                watched = now - self._asked_at < WATCHED_FOR
                changed = (watched or turns % UNWATCHED_EVERY == 0) and self._record_snapshot(now)
                hung = self._status.hung
            self._player.follow()
            self._report_sleep(now)
            if changed:
                self._notify()
            if hung and self._stop_requested:
                self._player.end(0.0)  # it cannot fade, and plays nothing

    def _record_snapshot(self, now: float) -> bool:
        """Measure the sound, take a snapshot and record it. Return whether clients should know."""
        self._status.measure(now)
        view, changed = self._status.renew_snapshot(now, self.remote)
        if self._status.heard is not None:
            self._recorder.at(self._status.heard, view)
        return changed

    def _collect_events(self) -> None:
        self._recorder.events(self._status.collect_events())

    def _report_sleep(self, now: float) -> None:
        """Tell the player for how long the machine slept, again if a player is lost meanwhile."""
        self._lost_time.compare(self._status.mirror.conductor.frame, flowing=self._status.flowing)
        uncounted = self._lost_time.uncounted
        if uncounted and now >= self._report_sleep_at:
            self._report_sleep_at = now + SLEEP_AGAIN
            self._player.send(CountSleep(uncounted))

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()
