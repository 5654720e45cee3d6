"""Keeps a process of ours running: watches its signs of life, kills it if it hangs, replaces it.

Any message from the process is a sign of life, and so is sound that a player writes to shared
memory (`also_alive`). `Alive` also says that the process has started. Imports the standard library
only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from soundscape.ipc import clock
from soundscape.ipc.channel import Alive
from soundscape.ipc.clock import Clock
from soundscape.ipc.worker import Worker

_SIGN_EVERY = 0.25
"""Seconds from one sign of life of ours to the next. Each wakes two threads here and there."""
_EXIT = 1.0
"""Seconds from the end of a process's output to its exit."""

Reason = Literal["it ended", "it hung", "it sent what cannot be read"]


@dataclass(frozen=True, slots=True)
class Rules:
    """When a process counts as hung, and when the next one starts. Times in seconds.

    One that has lived for `settled` is replaced at once, and so is the first; one that dies sooner
    has its successor wait `pause`, then twice as long each time, up to `longest_pause`.
    """

    start: float = 10.0
    """Without a sign of life while it starts: libraries load, drivers wake up slowly."""
    silence: float = 1.0
    """Without a sign of life once it has started."""
    beat: float = 0.25
    """From one look to the next."""
    settled: float = 3.0
    pause: float = 0.5
    longest_pause: float = 30.0
    restart: bool = True
    """Whether there is a next one."""


class Watchdog:
    """Judges the signs of life of one process. Pure: times are monotonic seconds."""

    def __init__(self, rules: Rules, started: float) -> None:
        self._rules = rules
        self._last = started
        self._has_started = False

    def alive(self, now: float, *, has_started: bool) -> None:
        """It gave a sign of life."""
        self._last = max(self._last, now)
        self._has_started |= has_started

    def hangs(self, now: float) -> bool:
        """Whether it has given none for too long."""
        patience = self._rules.silence if self._has_started else self._rules.start
        return now - self._last > patience


class BackOff:
    """Seconds to wait before the next process starts. Pure."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._next = 0.0

    def after(self, lived: float, *, clean: bool = False) -> float:
        """The wait after a process that lived so long; `clean`: another one can start at once."""
        wait = 0.0 if clean or lived > self._rules.settled else self._next
        self._next = min(self._rules.longest_pause, max(self._rules.pause, 2.0 * wait))
        return wait


class Supervisor:
    """Runs what `start` makes, one after another.

    `handle` takes each message; `lost` takes the reason and the exit code when a process is gone
    that should not be. Both are called from threads of ours. A process that ends with `clean_exit`
    is replaced at once.
    """

    def __init__(
        self,
        start: Callable[[], Worker],
        handle: Callable[[object], None],
        lost: Callable[[Reason, int], None],
        rules: Rules = Rules(),
        *,
        clean_exit: int | None = None,
        also_alive: Callable[[], float | None] = lambda: None,
        now: Clock = clock.now,
    ) -> None:
        self._start = start
        self._handle = handle
        self._lost = lost
        self._rules = rules
        self._clean_exit = clean_exit
        self._also_alive = also_alive
        self._now = now
        self._worker: Worker | None = None
        self._changing = threading.Lock()  # from one process to the next, and to the end
        self._ending = threading.Event()
        self._released = False
        self._keeper = threading.Thread(target=self._keep, name="supervisor", daemon=True)

    @property
    def pid(self) -> int:
        """The number of the present process; 0 before the first."""
        return self._worker.pid if self._worker is not None else 0

    def start(self) -> None:
        """Start the first process and return at once."""
        self._worker = self._start()
        self._keeper.start()

    def send(self, message: object) -> bool:
        """Send a message to the present process. Never waits. False where it finds no place."""
        return self._worker is not None and self._worker.send(message)

    def kill(self) -> None:
        """Kill the present process: the next one follows as if it had died."""
        if self._worker is not None:
            self._worker.process.kill()

    def release(self) -> None:
        """Let the present process end by itself, without a next one."""
        self._released = True

    def close(self, patience: float, last: object | None = None) -> None:
        """Send a last message and close the process's input; kill it if it does not end in time."""
        with self._changing:
            ended = self._ending.is_set()
            self._ending.set()
        worker = self._worker
        if ended or worker is None:
            return
        told = (last is None or worker.send(last)) and worker.close_input()
        if not told or not worker.wait(patience):
            worker.kill()
        self._keeper.join(2.0)

    def _keep(self) -> None:
        back_off = BackOff(self._rules)
        while True:
            worker = self._worker
            assert worker is not None  # noqa: S101 - `start` and `_next` set it
            started = self._now()
            reason = self._watch(worker, Watchdog(self._rules, started))
            if reason is None:
                return
            if reason == "it ended":
                worker.wait(_EXIT)
            worker.kill()
            code = worker.process.returncode
            self._lost(reason, code)
            clean = reason == "it ended" and code == self._clean_exit
            if not self._replace(back_off, back_off.after(self._now() - started, clean=clean)):
                return

    def _replace(self, back_off: BackOff, wait: float) -> bool:
        """Start the next process after so many seconds. Return False if there is to be none."""
        while True:
            self._ending.wait(wait)
            if not self._rules.restart or self._released:
                return False
            try:
                return self._next()
            except OSError:  # the system has no memory, process or file handle left
                wait = back_off.after(0.0)

    def _next(self) -> bool:
        with self._changing:
            if self._ending.is_set():
                return False
            self._worker = self._start()
            return True

    def _watch(self, worker: Worker, watchdog: Watchdog) -> Reason | None:
        """Watch a process until it is gone or hangs; None where it was to end."""
        gone = threading.Event()

        def read() -> None:
            for message in worker.messages():
                has_started = isinstance(message, Alive)
                watchdog.alive(self._now(), has_started=has_started)
                if not has_started:
                    self._handle(message)
            gone.set()

        reader = threading.Thread(target=read, name="worker reader", daemon=True)
        reader.start()
        reason: Reason = "it ended"
        looks, looks_per_sign = 0, max(1, round(_SIGN_EVERY / self._rules.beat))
        while not gone.wait(self._rules.beat):
            if self._ending.is_set():
                continue  # `close` sees to its end
            if looks % looks_per_sign == 0:
                worker.send(Alive())
            looks += 1
            if (heard := self._also_alive()) is not None:
                watchdog.alive(heard, has_started=True)
            if watchdog.hangs(self._now()):
                reason = "it hung"
                worker.kill()
                break
        reader.join(2.0)
        if self._ending.is_set():
            return None
        return "it sent what cannot be read" if worker.broken else reason
