"""The lamps over MQTT of a room, each an output, in a process of their own (`lamp_main`)."""

from __future__ import annotations

from collections.abc import Mapping

from soundscape.devices.lamps.lamp_messages import (
    LAMP_CODEC,
    LampRequest,
    LampsReturned,
    LampStatus,
    OpenLamps,
)
from soundscape.devices.midi.port_messages import SendBatch, SendUntil
from soundscape.devices.stateful_outputs import Batch, StatefulOutputs
from soundscape.ipc import clock
from soundscape.ipc.spawn import spawn
from soundscape.ipc.supervisor import Reason, Rules, Supervisor
from soundscape.ipc.worker import Worker
from soundscape.scene.lamp_spec import LampSpec
from soundscape.scene.network_spec import MqttSpec

MODULE = "soundscape.devices.lamps.lamp_main"
RULES = Rules(start=30.0, silence=5.0)
"""It has no priority of its own, and nothing waits for it."""


class LampOutputs(StatefulOutputs):
    """Lamps by the names of their lights; `root` is the folder of the files in `mqtt`."""

    def __init__(self, mqtt: MqttSpec, root: str, lamps: Mapping[str, LampSpec]) -> None:
        super().__init__(tuple(lamps))
        self._index = {name: index for index, name in enumerate(lamps)}
        requests = [
            LampRequest(name, one.topic, one.availability or "") for name, one in lamps.items()
        ]
        self._request = OpenLamps(mqtt, root, tuple(requests))
        self._supervisor = Supervisor(self._worker, self._handle, self._lose, RULES)

    def start(self) -> None:
        """Start the process and return at once; it connects meanwhile."""
        self._supervisor.start()

    def send(self, batch: Batch) -> None:
        """Send the messages for these lamps, each when it is due. Never waits."""
        known = tuple(
            (due, self._index[name], data)
            for due, name, data in batch
            if name in self._index and not self._is_away(name)
        )
        if known:
            self._supervisor.send(SendBatch(known))

    def close(self, drain: float = 1.0) -> None:
        """Send what is due within `drain` seconds and nothing more, then end the process."""
        self._supervisor.close(drain + 1.0, SendUntil(clock.now() + drain))

    def _worker(self) -> Worker:
        worker = Worker(spawn(MODULE), LAMP_CODEC)
        worker.send(self._request)
        return worker

    def _handle(self, message: object) -> None:
        if isinstance(message, LampStatus):
            self._set_states(message.outputs, message.state, message.text)
        elif isinstance(message, LampsReturned):
            self._tell(message.outputs, there=False)
            self._tell(message.outputs, there=True)

    def _lose(self, reason: Reason, _code: int) -> None:
        self._lose_outputs(f"the process of the lamps: {reason}")
