"""The outputs of a room, MIDI and DMX, in a process of their own. `devices.midi.inputs` is the
mirror image.

Messages go to the process ahead of time, and nothing waits for it: light must never delay sound. If
the process does not read, its bounded queue fills (`ipc.worker.BACKLOG` batches), and later
messages are dropped and counted. Messages for a missing port are dropped uncounted: when the port
is back, the listener sends the whole look again.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from soundscape.devices.stateful_outputs import Batch, StatefulOutputs
from soundscape.ipc import clock
from soundscape.ipc.spawn import spawn
from soundscape.ipc.supervisor import Reason, Rules, Supervisor
from soundscape.ipc.worker import Worker
from soundscape.library.universe_files import UniverseStart
from soundscape.scene.dmx_spec import ArtnetSpec, universe_name
from soundscape.scene.models import LightSpec, PortSpec
from soundscape.views.fault_texts import second_sender

MODULE = "soundscape.devices.midi.sender_main"
RULES = Rules(start=10.0, silence=1.0)


class MidiOutputs(StatefulOutputs):
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
        super().__init__(wanted)
        self._supervisor = Supervisor(
            self._worker, self._handle, self._lose_all, RULES, clean_exit=DRIVER_GONE
        )
        self._past = 0, 0  # messages sent, and late, by processes that were replaced
        self._dropped = 0
        self.timing: SendTiming | None = None

    @property
    def late(self) -> int:
        """The number of messages that were sent late, or dropped while the process did not read."""
        return self._dropped + (self.timing.late if self.timing else 0)

    def start(self) -> None:
        """Start the process and return at once; the ports open meanwhile."""
        self._supervisor.start()

    def send(self, batch: Batch) -> None:
        """Send the messages for these ports, each when it is due. Never waits."""
        known = tuple(
            (due, self._index[port], data)
            for due, port, data in batch
            if port in self._index and not self._is_away(port)
        )
        if known and not self._supervisor.send(SendBatch(joined_pairs(known))):
            self._dropped += len(known)

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
            self._set_states([message.port], message.state, message.text)
        elif isinstance(message, SecondSender):
            self._warn(second_sender(message.port, message.name, message.there))

    def _lose_all(self, reason: Reason, _code: int) -> None:
        if self.timing is not None:
            self._past = self.timing.sent, self.timing.late
        self._lose_outputs(f"the light process: {reason}")


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
