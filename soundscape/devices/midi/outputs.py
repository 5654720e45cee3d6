"""The light process, seen from the session: messages go to it ahead of time, and nobody waits.

Neighbours: the render thread calls `send`; a keeper thread of ours reads how the ports fare, and
replaces a process that hangs or dies; a writer writes to its standard input. A process that takes
nothing fills the bounded backlog, and what comes then is dropped and counted: light must never hold
up sound. What is for a port that is not there is dropped uncounted: once it is back, whoever
`listen`s sends the whole look again.
"""

from __future__ import annotations

import io
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from soundscape.devices.midi.wire import DRIVER_GONE, joined_pairs, pack, pack_beat, pack_end
from soundscape.ipc import clock
from soundscape.ipc.spawn import spawn
from soundscape.scene.models import LightSpec, PortSpec
from soundscape.views.fault_texts import came_back, went_offline

MODULE = "soundscape.devices.midi.sender_main"
BACKLOG = 1000
"""Batches that may wait for a process that does not read."""
HUNG = 1.0
"""Seconds without a sign of life, of which it gives four a second."""
START_PATIENCE = 10.0
"""Seconds to the first one: to load libraries, and drivers that wake up slowly."""
BEAT_EVERY = 0.25
CALM_AFTER = 3.0
"""A process that has lived so long (s) is replaced at once, and so is the first; one that dies
sooner has its successor wait: half a second, then twice as long each time …"""
LONGEST_WAIT = 30.0
"""… up to this."""

Batch = Sequence[tuple[float, str, bytes]]
"""Monotonic time due (s), port of the room, message."""

Listener = Callable[[str, bool], object]
"""Hears that a port has gone, or has come back (true)."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How punctual it was. Seconds, from due to sent; `late` counts those over 2 ms."""

    sent: int
    late: int
    median: float
    p99: float
    worst: float


class MidiOutputs:
    """The MIDI outputs of a room, in a process of their own.

    `lights` are the room's: a note that is a light stays when the session breaks off, while a cue's
    is let go.
    """

    def __init__(
        self, ports: Mapping[str, PortSpec], lights: Mapping[str, LightSpec] | None = None
    ) -> None:
        self._outputs = {name: spec for name, spec in ports.items() if spec.output is not None}
        self._index = {name: index for index, name in enumerate(self._outputs)}
        self._lights = dict(lights or {})
        self._health = dict.fromkeys(self._outputs, "opening")
        self._opened: dict[str, str] = {}
        self._away: set[str] = set()
        self._faults: list[str] = []
        self._listeners: list[Listener] = []
        self._known = threading.Condition()
        self._life = _Worker()
        self._turning = threading.Lock()  # from one process to the next, and to the end
        self._ending = threading.Event()
        self._end: bytes | None = None  # the last that is written
        self._keeper: threading.Thread | None = None
        self._past = 0, 0  # messages sent, and late, by processes that were replaced
        self._dropped = 0
        self.timing: Timing | None = None

    @property
    def dropped(self) -> int:
        """Messages that found no place while the process took nothing."""
        return self._dropped

    def start(self) -> None:
        """Start the process and return at once; the ports open meanwhile."""
        self._begin()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def send(self, batch: Batch) -> None:
        """Hand over messages, each to be sent when it is due. Never waits."""
        known = [
            (due, self._index[port], data)
            for due, port, data in batch
            if port in self._index and port not in self._away
        ]
        if not known:
            return
        try:
            self._life.backlog.put_nowait(pack(joined_pairs(known)))
        except queue.Full:
            self._dropped += len(known)

    def listen(self, listener: Listener) -> None:
        """Call it, from a thread of ours, when a port goes or comes; at once for those away now.

        One that is still opening is away: what is due meanwhile would come all at once.
        """
        with self._known:
            self._listeners.append(listener)
            self._away.update(port for port, how in self._health.items() if how == "opening")
            away = sorted(self._away)
        for port in away:
            listener(port, False)

    def health(self) -> dict[str, str]:
        """How each output fares: `ok`, `absent`, `lost`, `failed: …`, or `opening` at first."""
        with self._known:
            return dict(self._health)

    def opened(self) -> dict[str, str]:
        """The full name of the system's port that each output has open, or had last."""
        with self._known:
            return dict(self._opened)

    def faults(self) -> list[str]:
        """What went wrong or well since the last call: one plain line each, told once."""
        with self._known:
            told, self._faults = self._faults, []
        return told

    def wait_ready(self, timeout: float) -> bool:
        """Wait until every output is open or known to be absent; false if it takes too long."""
        with self._known:
            return self._known.wait_for(lambda: "opening" not in self._health.values(), timeout)

    def close(self, drain: float = 1.0) -> None:
        """Send what is due within `drain` seconds and nothing more, then end the process.

        One that does not end by itself is killed.
        """
        if self._keeper is None or self._ending.is_set():
            return
        self._end = pack_end(clock.now() + drain)
        with self._turning:
            self._ending.set()
            life = self._life
        try:
            life.backlog.put_nowait(self._end)
            life.process.wait(drain + 1.0)
        except (queue.Full, subprocess.TimeoutExpired):
            life.kill()
        self._keeper.join(2.0)

    # keeping it alive -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Start a process and its writer."""
        life = self._life = _Worker(spawn(MODULE))
        specs = [
            {
                "port": name,
                "output": spec.output,
                "virtual": spec.virtual,
                "nth": spec.nth,
                "before": self._opened.get(name, ""),
                "lights": [
                    [light.channel - 1, light.note]
                    for light in self._lights.values()
                    if light.port == name and light.note is not None
                ],
            }
            for name, spec in self._outputs.items()
        ]
        life.backlog.put(json.dumps(specs).encode("ascii") + b"\n")
        threading.Thread(target=life.write, args=(lambda: self._end,), daemon=True).start()

    def _keep(self) -> None:
        """Read what the process reports; when it is gone, start another one."""
        wait = 0.0
        while True:
            begun = clock.now()
            for line in self._life.lines():
                self._note(json.loads(line))
            if self._ending.is_set():
                return
            hung = self._life.hung
            self._life.kill()
            self._lose_all("it hung" if hung else "it ended")
            lived = clock.now() - begun
            if lived > CALM_AFTER or self._life.process.returncode == DRIVER_GONE:
                wait = 0.0
            self._ending.wait(wait)
            wait = min(LONGEST_WAIT, max(0.5, 2.0 * wait))
            with self._turning:
                if self._ending.is_set():
                    return
                self._begin()

    def _watch(self) -> None:
        """Give signs of life, and kill a process that gives none."""
        while not self._ending.wait(BEAT_EVERY):
            life = self._life
            with suppress(queue.Full):
                life.backlog.put_nowait(pack_beat())
            life.judge(clock.now())

    def _lose_all(self, why: str) -> None:
        with self._known:
            if self.timing is not None:
                self._past = self.timing.sent, self.timing.late
            gone = [port for port in self._health if port not in self._away]
            for port in gone:
                self._health[port] = f"failed: the light process: {why}"
            if gone:
                self._faults.append(went_offline("lights", gone, f"the light process: {why}"))
            self._away.update(gone)
            self._known.notify_all()
        self._tell(gone, there=False)

    def _note(self, facts: dict[str, Any]) -> None:
        self._life.heard_at = clock.now()
        if "punctuality" in facts:
            self._life.alive = True
            now = Timing(**facts["punctuality"])
            sent, late = self._past
            self.timing = Timing(now.sent + sent, now.late + late, now.median, now.p99, now.worst)
            return
        self._turn(str(facts["port"]), str(facts["state"]), str(facts["text"]))

    def _turn(self, port: str, state: str, text: str) -> None:
        """A port has come or gone."""
        with self._known:
            was_away, opening = port in self._away, self._health[port] == "opening"
            self._health[port] = f"failed: {text}" if state == "failed" else state
            if state == "ok":
                self._opened[port] = text
            if state != "ok":
                self._away.add(port)
                if opening or not was_away:
                    self._faults.append(went_offline("lights", [port], text))
            elif was_away:
                self._away.discard(port)
                if not opening:
                    self._faults.append(came_back("lights", port, text))
            turned = was_away == (state == "ok")
            self._known.notify_all()
        if turned:
            self._tell([port], there=state == "ok")

    def _tell(self, ports: Sequence[str], *, there: bool) -> None:
        for listener in self._listeners:
            for port in ports:
                listener(port, there)


class _Worker:
    """One process of those that follow each other, with its backlog."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self.backlog: queue.Queue[bytes] = queue.Queue(BACKLOG)
        self.heard_at = clock.now()
        self.alive = False
        self.hung = False
        self._dead = False
        self._process = process

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process."""
        assert self._process is not None  # noqa: S101 - asked for only once there is one
        return self._process

    def write(self, end: Callable[[], bytes | None]) -> None:
        """Write the backlog to the process, until it is gone or the end is written."""
        pipe = self.process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        with pipe, suppress(OSError):  # if it has died, its keeper sees to it
            while not self._dead:
                data = self.backlog.get()
                view = memoryview(data)
                while view:
                    view = view[pipe.write(view) or 0 :]
                if data is end():
                    return

    def lines(self) -> Iterator[bytes]:
        """What it reports, as it comes, until it is gone."""
        pipe = self.process.stdout
        assert isinstance(pipe, io.RawIOBase)  # noqa: S101 - it was asked for
        with io.BufferedReader(pipe) as reader:
            yield from reader

    def judge(self, now: float) -> None:
        """Kill it if it has given no sign of life for too long; whoever reads it sees it end."""
        if now - self.heard_at > (HUNG if self.alive else START_PATIENCE) and not self.hung:
            self.hung = True
            self.process.kill()

    def kill(self) -> None:
        """End it, whatever it does."""
        self._dead = True
        self.process.kill()
        self.process.wait()
        with suppress(queue.Full):
            self.backlog.put_nowait(b"")  # its writer finds nobody there
