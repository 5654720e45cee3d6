"""The player's line to its host, and to the next one: a host that dies or hangs is replaced from
here.

One thread receives and one sends. The sender keeps what a new host has to know of the session, each
message as it was sent, so that neither the render thread nor a disk has anything to do with it. The
next host waits, with everything loaded, because loading takes a second and more.
"""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from queue import Empty
from typing import Any

from soundscape.errors import MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Channel, Outbox
from soundscape.ipc.clock import Clock
from soundscape.ipc.player_messages import (
    CODEC,
    RECORDED,
    AudioGap,
    AudioStarted,
    CommandFailed,
    CommandRequest,
    DeviceMissing,
    HostLeaves,
    MidiStatus,
    SessionEnded,
    Succession,
    TakeOver,
)
from soundscape.ipc.spawn import outlive, spawn
from soundscape.timeline.commands import SHORT_STOP
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import PlaylistsReturned, TracksUpdated

SUCCESSOR = "soundscape.remote.service.successor_main"
"""The module of the process that takes the place of a host."""
DEATHS, DEATHS_WITHIN = 3, 60.0
"""After so many deaths within so many seconds no other host is started: the session only plays."""
KEPT = (*RECORDED, CommandFailed, AudioGap, Warned)
"""What the journal and the screens have of a session, by what its player says."""
SHARED = (TracksUpdated, PlaylistsReturned)
"""Messages that share their loudness curves with the show."""
MOST = 100_000
"""Messages that are kept; with more there is no other host."""
LOOK_EVERY = 0.5
"""Seconds from one look at the lights to the next."""
LOADED_AFTER = 10.0
"""Seconds until the next host is started: the standby and the present host load first."""
HANGS_AFTER = 10.0
"""Seconds without a sign of life after which a host counts as hung. It gives several a second."""
_EXIT = 1.0
"""Seconds from the end of a host's output to its exit."""

Handler = Callable[[Any], None]
Spawn = Callable[[str], subprocess.Popen[bytes]]


class HostLink:
    """Exchanges messages with the host of this player's session.

    `setup` and `job`, encoded, are what the player was given. `kill` ends the first host, which has
    started this process.
    """

    def __init__(
        self,
        channel: Channel,
        setup: Mapping[str, Any],
        job: bytes | bytearray,
        *,
        kill: Callable[[], object],
        spawn: Spawn = spawn,
        now: Clock = clock.now,
    ) -> None:
        self._source = channel
        self._sink: Channel | None = channel
        self._next: Channel | None = None  # to a new host, which knows nothing yet
        self._setup = dict(setup)
        self._job = job
        self._spawn = spawn
        self._now = now
        self._history: list[object] = []  # most of it encoded, which takes less memory
        self._output = ""  # there was no sound yet
        self._missing = ""
        self._leaves = False
        self._ended = False
        self._over = threading.Event()
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._hosts = 0  # that have died
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: subprocess.Popen[bytes] | None = None  # it waits to be the next one
        self._load_at = 0.0
        self._kill = kill
        self._heard_at: float | None = None  # the last sign of life; None before the first
        self._looked_at = 0.0

    # while it stands by ---------------------------------------------------------------------------

    def receive(self) -> Any:
        """Wait for a message to a player that does not play yet. Raises as `Channel.receive`."""
        message = self._source.receive()
        for one in message if isinstance(message, tuple) else (message,):
            if isinstance(one, KEPT):
                self._keep(one, CODEC.encode(one))
        if isinstance(message, TakeOver):
            self._output = message.device or ""
        return message

    # while it plays -------------------------------------------------------------------------------

    @contextmanager
    def exchange(
        self, outbox: Outbox, handle: Handler, midi_status: Callable[[], MidiStatus | None]
    ) -> Iterator[None]:
        """Exchange messages as long as this lasts: send those of `outbox`, `handle` what comes."""
        receiving = threading.Thread(
            target=self._receive, args=(outbox, handle), name="host receiver", daemon=True
        )
        sending = threading.Thread(target=self._send, args=(outbox, midi_status), daemon=True)
        self._load_at = self._now() + LOADED_AFTER
        receiving.start()
        sending.start()
        try:
            yield
        finally:
            self._over.set()
            sending.join(2.0)
            if self._process is not None:
                outlive(self._process)
            self._dismiss_loaded()

    def watch_host(self) -> None:
        """Kill a host that hangs; its end is noticed as that of any other. Call it often.

        Not in the thread that sends: that may wait for a host that does not read.
        """
        now = self._now()
        heard, stood_still = self._heard_at, now - self._looked_at > 4 * LOOK_EVERY
        self._looked_at = now
        if heard is None:
            return
        if stood_still:  # this process did, or the whole machine
            self._heard_at = now
        elif now - heard > HANGS_AFTER:
            self._heard_at = None
            with suppress(OSError):
                self._kill()

    def send_last(self, message: object) -> None:
        """Send a message after the exchange is over."""
        self._pass_on(message)

    def _receive(self, outbox: Outbox, handle: Handler) -> None:
        while True:
            try:
                message = self._source.receive()
            except EOFError:
                self._heard_at = None
                if not self._output:  # nobody was told that the session plays
                    handle(CommandRequest(-1, SHORT_STOP))
                    return
                if not self._replace_host():
                    return
                outbox.put(None)
            except MessageError:
                self._heard_at = None
                return
            else:
                self._heard_at = self._now()
                if isinstance(message, HostLeaves):
                    self._leaves = True
                else:
                    handle(message)

    def _send(self, outbox: Outbox, midi_status: Callable[[], MidiStatus | None]) -> None:
        known: MidiStatus | None = None
        while True:
            message = None
            try:
                message = outbox.get(timeout=LOOK_EVERY)
            except Empty:
                if self._over.is_set():
                    return
            if self._next is not None:
                self._hand_over()
                known = None
            if message is not None:
                self._pass_on(message)
            self._load_next()
            if self._sink is not None:
                status = midi_status()
                if status is not None and status != known:
                    self._transmit(CODEC.encode(status))
                    known = replace(status, faults=())

    def _pass_on(self, message: object) -> None:
        data = CODEC.encode(message)
        if isinstance(message, KEPT):
            self._keep(message, data)
        elif isinstance(message, AudioStarted):
            self._output, self._missing = self._output or message.output, ""
        elif isinstance(message, DeviceMissing):
            self._missing = message.why
        elif isinstance(message, SessionEnded):
            self._ended = True
        self._transmit(data)

    def _keep(self, message: object, data: bytes) -> None:
        if len(self._history) < MOST:
            self._history.append(message if isinstance(message, SHARED) else data)

    def _transmit(self, data: bytes | bytearray) -> None:
        if self._sink is not None:
            try:
                self._sink.send_encoded(data)
            except OSError:  # the host is gone; the music plays on
                self._sink = None

    # from one host to the next --------------------------------------------------------------------

    def _replace_host(self) -> bool:
        """Start another host, unless none is wanted."""
        if self._leaves or self._ended or self._over.is_set() or len(self._history) == MOST:
            return False
        self._hosts += 1
        self._deaths.append(self._now())
        if len(self._deaths) == DEATHS and self._deaths[-1] - self._deaths[0] < DEATHS_WITHIN:
            return False
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_EXIT)
        process, self._loaded = self._loaded, None
        try:
            if process is None or process.poll() is not None:
                process = self._spawn(SUCCESSOR)
        except OSError:
            return False
        self._process, self._kill, self._heard_at = process, process.kill, None
        self._load_at = self._now() + LOADED_AFTER
        source, sink = self._process.stdout, self._process.stdin
        self._source = self._next = Channel(source, sink, CODEC)  # type: ignore[arg-type]
        return True

    def _load_next(self) -> None:
        """Start the next host ahead of time; it waits until it is told the session."""
        if self._load_at and self._sink is not None and self._now() >= self._load_at:
            self._load_at = 0.0
            with suppress(OSError):
                self._loaded = self._spawn(SUCCESSOR)

    def _dismiss_loaded(self) -> None:
        """Let the next host end: nothing follows."""
        process, self._loaded = self._loaded, None
        if process is not None and process.stdin is not None and process.stdout is not None:
            process.stdin.close()
            process.stdout.close()
            outlive(process)

    def _hand_over(self) -> None:
        """Send a new host all that it has to know."""
        self._sink, self._next = self._next, None
        known = Succession(
            self._setup, len(self._history), self._output, self._missing, self._hosts
        )
        self._transmit(CODEC.encode(known))
        self._transmit(self._job)
        for kept in self._history:
            self._transmit(kept if isinstance(kept, bytes) else CODEC.encode(kept))
