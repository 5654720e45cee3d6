"""The outputs of a room, MIDI and DMX, in a process of their own. `devices.midi.inputs` is the
mirror image.

Messages go to the process ahead of time, and nothing waits for it: light must never delay sound. If
the process does not read, its bounded queue fills (`ipc.worker.BACKLOG` batches), and later
messages are dropped and counted. Messages for a missing port are dropped uncounted: when the port
is back, the listener sends the whole look again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from soundscape.devices.dmx.universe_messages import SecondSender, UniverseRequest
from soundscape.devices.midi.port_messages import (
    CODEC,
    DRIVER_GONE,
    OpenOutputs,
    OutputRequest,
    PortStatus,
    SendBatch,
    SendTiming,
    SendUntil,
    joined_pairs,
)
from soundscape.ipc import clock
from soundscape.ipc.spawn import spawn
from soundscape.ipc.supervisor import Reason, Rules, Supervisor
from soundscape.ipc.worker import Worker
from soundscape.library.universe_files import UniverseStart
from soundscape.scene.dmx_spec import ArtnetSpec, universe_name
from soundscape.scene.models import LightSpec, PortSpec
from soundscape.views.fault_texts import came_back, second_sender, went_offline

MODULE = "soundscape.devices.midi.sender_main"
RULES = Rules(start=10.0, silence=1.0)

Batch = Sequence[tuple[float, str, bytes]]
"""Monotonic time due (s), the room's port, message."""

Listener = Callable[[str, bool], object]
"""Called with a port that is gone (False) or back (True)."""


class MidiOutputs:
    """The outputs among some ports.

    `lights` are the room's: a note that is a light stays when the session breaks off, while a cue's
    note is ended. `universes` has the file of each DMX port; one without is not sent.
    """

    def __init__(
        self,
        ports: Mapping[str, PortSpec],
        lights: Mapping[str, LightSpec] | None = None,
        universes: Mapping[str, UniverseStart] | None = None,
    ) -> None:
        midi = {name: spec for name, spec in ports.items() if spec.output is not None}
        self._universes = tuple(
            _universe(name, ports[name], start)
            for name, start in (universes or {}).items()
            if name in ports
        )
        self._requests = tuple(
            OutputRequest(
                name, str(spec.output), spec.virtual, spec.nth, lights=_notes(name, lights or {})
            )
            for name, spec in midi.items()
        )
        wanted = (*midi, *(one.port for one in self._universes))
        self._index = {name: index for index, name in enumerate(wanted)}
        self._health = dict.fromkeys(wanted, "opening")
        self._opened: dict[str, str] = {}
        self._away: set[str] = set()
        self._faults: list[str] = []
        self._listeners: list[Listener] = []
        self._known = threading.Condition()
        self._supervisor = Supervisor(
            self._worker, self._handle, self._lose_all, RULES, clean_exit=DRIVER_GONE
        )
        self._past = 0, 0  # messages sent, and late, by processes that were replaced
        self._dropped = 0
        self.timing: SendTiming | None = None

    @property
    def dropped(self) -> int:
        """The number of messages dropped while the process did not read."""
        return self._dropped

    def start(self) -> None:
        """Start the process and return at once; the ports open meanwhile."""
        self._supervisor.start()

    def send(self, batch: Batch) -> None:
        """Send messages, each when it is due. Never waits."""
        known = tuple(
            (due, self._index[port], data)
            for due, port, data in batch
            if port in self._index and port not in self._away
        )
        if known and not self._supervisor.send(SendBatch(joined_pairs(known))):
            self._dropped += len(known)

    def listen(self, listener: Listener) -> None:
        """Call `listener` in a thread when a port goes or comes, and at once for those missing now.

        A port that is still opening counts as missing, or messages due meanwhile would be sent all
        at once.
        """
        with self._known:
            self._listeners.append(listener)
            self._away.update(port for port, state in self._health.items() if state == "opening")
            away = sorted(self._away)
        for port in away:
            listener(port, False)

    def health(self) -> dict[str, str]:
        """Return the state of each output: `ok`, `absent`, `lost`, `failed: …`, or `opening` at
        first.
        """
        with self._known:
            return dict(self._health)

    def opened(self) -> dict[str, str]:
        """Return the full name of the system's port that each output has or had open."""
        with self._known:
            return dict(self._opened)

    def faults(self) -> list[str]:
        """Return what failed or was restored since the last call: one plain line each."""
        with self._known:
            new, self._faults = self._faults, []
        return new

    def wait_ready(self, timeout: float) -> bool:
        """Wait until every output is open or absent. Return False after `timeout` seconds."""
        with self._known:
            return self._known.wait_for(lambda: "opening" not in self._health.values(), timeout)

    def close(self, drain: float = 1.0) -> None:
        """Send what is due within `drain` seconds and nothing more, then end the process.

        One that does not end by itself is killed.
        """
        self._supervisor.close(drain + 1.0, SendUntil(clock.now() + drain))

    def _worker(self) -> Worker:
        worker = Worker(spawn(MODULE), CODEC)
        opened = self.opened()
        requests = (replace(one, before=opened.get(one.port, "")) for one in self._requests)
        worker.send(OpenOutputs(tuple(requests), self._universes))
        return worker

    def _handle(self, message: object) -> None:
        if isinstance(message, SendTiming):
            sent, late = self._past
            self.timing = replace(message, sent=message.sent + sent, late=message.late + late)
        elif isinstance(message, PortStatus):
            self._set_status(message)
        elif isinstance(message, SecondSender):
            with self._known:
                self._faults.append(second_sender(message.port, message.name, message.there))

    def _set_status(self, status: PortStatus) -> None:
        """Note that a port has come or gone."""
        port, there = status.port, status.state == "ok"
        with self._known:
            was_away, opening = port in self._away, self._health[port] == "opening"
            failed = status.state == "failed"
            self._health[port] = f"failed: {status.text}" if failed else status.state
            if there:
                self._opened[port] = status.text
            if not there:
                self._away.add(port)
                if opening or not was_away:
                    self._faults.append(went_offline("lights", [port], status.text))
            elif was_away:
                self._away.discard(port)
                if not opening:
                    self._faults.append(came_back("lights", port, status.text))
            self._known.notify_all()
        if was_away == there:
            self._tell_listeners([port], there=there)

    def _lose_all(self, reason: Reason, _code: int) -> None:
        with self._known:
            if self.timing is not None:
                self._past = self.timing.sent, self.timing.late
            gone = [port for port in self._health if port not in self._away]
            for port in gone:
                self._health[port] = f"failed: the light process: {reason}"
            if gone:
                self._faults.append(went_offline("lights", gone, f"the light process: {reason}"))
            self._away.update(gone)
            self._known.notify_all()
        self._tell_listeners(gone, there=False)

    def _tell_listeners(self, ports: Sequence[str], *, there: bool) -> None:
        for listener in self._listeners:
            for port in ports:
                listener(port, there)


def _universe(name: str, port: PortSpec, start: UniverseStart) -> UniverseRequest:
    spec = port.dmx
    assert spec is not None  # noqa: S101 - only DMX ports have a start
    title, file = universe_name(spec), str(start.file)
    if isinstance(spec, ArtnetSpec):
        return UniverseRequest(name, "artnet", spec.universe, spec.to, file, start.frame, title)
    return UniverseRequest(
        *(name, "sacn", spec.universe, spec.to, file, start.frame, title),
        priority=spec.priority,
        source=spec.source,
    )


def _notes(port: str, lights: Mapping[str, LightSpec]) -> tuple[tuple[int, int], ...]:
    """The notes of a port that are lights: channel from 0, note."""
    return tuple(
        (light.channel - 1, light.note)
        for light in lights.values()
        if light.port == port and light.note is not None
    )
