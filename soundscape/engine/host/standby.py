"""The standby player, seen from the host: a second process that follows the session in silence.

It gets the player's reports and the session's position. When the player dies, hangs or loses its
device, the standby takes over. Another one is started once the sound is back.
"""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.ipc.player_messages import (
    CODEC,
    RECORDED,
    AudioStarted,
    DeviceMissing,
    Follow,
    PlayerFailed,
    TakeOver,
)
from soundscape.ipc.shared_audio import PlaybackPosition, SharedAudio
from soundscape.ipc.worker import Worker
from soundscape.units import frames

MARGIN = frames(2.0)
"""The standby stays this far behind the sound, so that everything before has been reported."""
FOLLOW_EVERY = 1.0
"""Seconds from one step of the standby to the next."""
DEATHS, DEATHS_WITHIN = 3, 60.0
"""So many players lost within so many seconds (s): the next one opens no file. One that has lost
its device is not counted: that is no fault of a file's.
"""


class Standby:
    """Keeps a standby ready for a session. `spawn` starts a player process.

    `history` is what was reported before, if the session was resumed or adopted, and `device` what
    it plays on.
    """

    def __init__(
        self,
        setup: tuple[Mapping[str, Any], bytes],
        shared_audio: SharedAudio,
        spawn: Callable[[], subprocess.Popen[bytes]],
        now: Clock = clock.now,
        history: Iterable[object] = (),
        device: str | None = None,
    ) -> None:
        self._setup, self._job = setup
        self._shared_audio = shared_audio
        self._spawn = spawn
        self._now = now
        self._history: list[object] = list(history)
        self._device = device
        self._worker: Worker | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._next_step = 0.0
        self._left: PlaybackPosition | None = None  # where the last player that was lost was
        self._losses: deque[float] = deque(maxlen=DEATHS)
        self._device_away = False

    @property
    def pid(self) -> int:
        """The number of the standby's process; 0 without one."""
        return self._worker.pid if self._worker is not None else 0

    def note(self, message: object) -> None:
        """Remember a report of the player."""
        if isinstance(message, AudioStarted):
            self._device = self._device or message.output
            self._device_away = False
        elif isinstance(message, PlayerFailed) and message.no_device:
            self._device_away = True
        elif isinstance(message, DeviceMissing):
            if not self._device_away and self._losses:
                self._losses.pop()  # the last player hung, or died, of that
            self._device_away = True
        if isinstance(message, RECORDED):
            with self._lock:
                self._history.append(message)
                if self._worker is not None:
                    self._worker.send(message)

    def follow(self) -> None:
        """Start a standby if there is none, and move it close to the session. Call it often."""
        now = self._now()
        if now < self._next_step or self._closed.is_set():
            return
        self._next_step = now + FOLLOW_EVERY
        position = self._shared_audio.position()
        if position is None or (position == self._left and not self._device_away):
            return  # it does not play yet: a new process would take the processor from it
        with self._lock:
            if self._worker is not None and self._worker.process.poll() is not None:
                self._discard()
            if self._worker is None:
                try:
                    self._worker = self._start()
                except OSError:  # the system has no memory, process or file handle left
                    return
            self._worker.send(Follow(max(0, position.frame_at(now) - MARGIN)))

    def take(self) -> Worker:
        """Tell the standby to take over and return it. Without one, a new one is started.

        Raises OSError if the system starts none.
        """
        now = self._now()
        position = self._left = self._shared_audio.position()
        with self._lock:
            if self._worker is not None and self._worker.process.poll() is not None:
                self._discard()
            worker, self._worker = self._worker or self._start(), None
            if not self._device_away:
                self._losses.append(now)
            plain = len(self._losses) == DEATHS and now - self._losses[0] < DEATHS_WITHIN
            self._next_step = now + FOLLOW_EVERY
            if position is None:
                worker.send(TakeOver(0, now, plain, self._device))
            else:
                worker.send(TakeOver(position.frame, position.moment, plain, self._device))
            return worker

    def close(self) -> None:
        """End the standby."""
        self._closed.set()
        with self._lock:
            self._discard()

    def _start(self) -> Worker:
        worker = Worker(self._spawn(), CODEC)
        worker.send({**self._setup, "standby": True})
        worker.send(self._job)
        if self._history:
            worker.send(tuple(self._history))
        return worker

    def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.close_output()
