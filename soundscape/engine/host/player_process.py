"""The player, seen from the host: a supervised process that takes requests and sends messages.

It must not import what knows a session: the player gets its job while the host still loads that.
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from soundscape.ipc.codec import Codec
from soundscape.ipc.supervisor import Rules, Supervisor
from soundscape.ipc.worker import Worker

if TYPE_CHECKING:
    from soundscape.ipc.player_messages import CommandRequest, PlayerMessage, SendMidi, UpdateTracks

Handler = Callable[["PlayerMessage | None"], None]
"""Takes what the player sends, in order; at last None, when it is gone."""

RULES = Rules(start=math.inf, silence=math.inf, restart=False)
"""No other player can take over: one that hangs may recover, one that is gone is not replaced."""

PLAIN = Codec(())


class PlayerProcess:
    """One player, in a process that runs `engine.player.main`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._worker = Worker(process, PLAIN)
        self._supervisor: Supervisor | None = None
        self._handle: Handler | None = None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._worker.pid

    def play(self, shared_audio: str, job: bytes) -> None:
        """Give it the file of the shared audio and a job, encoded."""
        self._worker.send(shared_audio)
        self._worker.send(job)

    def listen(self, handle: Handler, codec: Codec) -> None:
        """Pass what it sends to `handle`, from a thread of ours."""
        self._worker.codec = codec
        self._handle = handle
        self._supervisor = Supervisor(
            lambda: self._worker,
            lambda message: handle(cast("PlayerMessage", message)),
            lambda _reason, _code: handle(None),
            RULES,
        )
        self._supervisor.start()

    def send(self, message: CommandRequest | SendMidi | UpdateTracks) -> bool:
        """Send it a request. Never waits. False where the player does not read."""
        return self._worker.send(message)

    def end(self, patience: float) -> None:
        """Wait until it has ended by itself; kill it after `patience` seconds."""
        if self._supervisor is not None and self._handle is not None:
            self._supervisor.close(patience)
            self._handle(None)
        elif not self._worker.wait(patience):
            self._worker.kill()
