"""The host's side of the bridge to the clinic's broker: it starts the process, and warns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from soundscape.ipc.spawn import spawn
from soundscape.ipc.supervisor import Reason, Rules, Supervisor
from soundscape.ipc.worker import Worker
from soundscape.remote.mqtt.bridge_messages import (
    CODEC,
    BridgeRequest,
    BridgeStatus,
    TooManyCommands,
)
from soundscape.translation import gettext as _
from soundscape.views import fault_texts

MODULE = "soundscape.remote.mqtt.bridge_main"
RULES = Rules(start=60.0, silence=30.0, settled=30.0, pause=1.0, longest_pause=60.0)
"""It gives way to everything else, so it may be slow."""
PATIENCE = 4.0
"""Seconds for the last messages to the broker, before it is killed."""


class BridgeProcess:
    """The bridge of one session. `warn` takes what the therapist should know."""

    def __init__(self, request: BridgeRequest, warn: Callable[[Sequence[str]], object]) -> None:
        self._request = request
        self._warn = warn
        self._why = ""  # what was told last of the broker; "" while all is well
        self._supervisor = Supervisor(self._worker, self._handle, self._lose, RULES)

    def start(self) -> None:
        """Start the process and return at once."""
        self._supervisor.start()

    def close(self) -> None:
        """Let it publish that the room is gone, and end it."""
        self._supervisor.close(PATIENCE)

    def _worker(self) -> Worker:
        worker = Worker(spawn(MODULE), CODEC)
        worker.send(self._request)
        return worker

    def _handle(self, message: object) -> None:
        broker = self._request.mqtt.broker
        match message:
            case BridgeStatus(connected=True) if self._why:
                self._why = ""
                self._warn([fault_texts.broker_back(broker)])
            case BridgeStatus(connected=False, why=why) if not self._why:
                self._why = why
                self._warn([fault_texts.broker_away(broker, why)])
            case TooManyCommands(seconds):
                self._warn([fault_texts.too_many_commands(seconds)])
            case _:
                pass

    def _lose(self, _reason: Reason, _code: int) -> None:
        self._warn([_(fault_texts.BRIDGE_GONE)])
