"""The MIDI inputs of a room, in a process of their own. `devices.midi.outputs` is the mirror image.

Messages wait in a bounded queue for `take`. If they are not taken, they are dropped: a pedal must
do nothing long after it was pressed. The status of a port is never dropped; it waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from queue import Empty, Full, Queue

from soundscape.controls.control_surface import Address
from soundscape.devices.midi.port_messages import (
    CODEC,
    DRIVER_GONE,
    InputRequest,
    MidiReceived,
    OpenInputs,
    PortStatus,
)
from soundscape.ipc.spawn import spawn
from soundscape.ipc.supervisor import Reason, Rules, Supervisor
from soundscape.ipc.worker import Worker
from soundscape.scene.models import PortSpec

MODULE = "soundscape.devices.midi.receiver_main"
RULES = Rules(start=10.0, silence=2.0, settled=10.0, pause=0.2, longest_pause=10.0)
BACKLOG = 2000
"""Messages that wait for `take`."""

_REASONS: Mapping[Reason, str] = {
    "it ended": "the MIDI driver has crashed",
    "it hung": "the MIDI driver does not answer",
    "it sent what cannot be read": "the control process sent what cannot be read",
}


class MidiInputs:
    """The inputs among some ports.

    `only` has the messages to report of each; without it all are reported, also clock and SysEx.
    """

    def __init__(
        self,
        ports: Mapping[str, PortSpec],
        only: Mapping[str, set[Address]] | None = None,
    ) -> None:
        self._requests = tuple(
            InputRequest(
                name,
                str(spec.input),
                spec.virtual,
                spec.nth,
                only=None if only is None else tuple(sorted(only.get(name, ()))),
            )
            for name, spec in ports.items()
            if spec.input is not None
        )
        self._received: Queue[MidiReceived | PortStatus | None] = Queue(BACKLOG)
        self._opened: dict[str, str] = {}
        self._closed = False
        self._supervisor = Supervisor(
            self._worker, self._handle, self._lose_all, RULES, clean_exit=DRIVER_GONE
        )

    def start(self) -> None:
        """Start the process and return at once."""
        self._supervisor.start()

    def wake(self) -> None:
        """Let `take` return None, so that its caller can check for other work."""
        with suppress(Full):
            self._received.put_nowait(None)

    def take(self, timeout: float) -> MidiReceived | PortStatus | None:
        """Return the next message or status, or None after `timeout` seconds."""
        try:
            return self._received.get(timeout=timeout)
        except Empty:
            return None

    def close(self) -> None:
        """End the process. One that does not end by itself is killed."""
        self._closed = True
        self._supervisor.close(1.0)

    def _worker(self) -> Worker:
        worker = Worker(spawn(MODULE), CODEC)
        requests = (replace(one, before=self._opened.get(one.port, "")) for one in self._requests)
        worker.send(OpenInputs(tuple(requests)))
        return worker

    def _handle(self, message: object) -> None:
        if isinstance(message, MidiReceived):
            with suppress(Full):
                self._received.put_nowait(message)
        elif isinstance(message, PortStatus):
            if message.state == "ok":
                self._opened[message.port] = message.text
            self._put(message)

    def _lose_all(self, reason: Reason, code: int) -> None:
        if reason == "it ended" and code == DRIVER_GONE:
            return  # it has said so of each port
        for request in self._requests:
            self._put(PortStatus(request.port, "failed", _REASONS[reason]))

    def _put(self, status: PortStatus) -> None:
        """Wait for room in the queue, as long as something may take from it."""
        while not self._closed:
            with suppress(Full):
                return self._received.put(status, timeout=0.5)
        return None
