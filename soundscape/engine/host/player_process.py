"""The player, seen from the host: a process that is told what to do and tells what it did."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from soundscape.ipc.channel import Channel

if TYPE_CHECKING:
    from soundscape.ipc.player_messages import CommandRequest, PlayerMessage, SendMidi, UpdateTracks

Hear = Callable[["PlayerMessage | None"], None]
"""Takes what the player tells, in order; at last None, when it is gone."""


class PlayerProcess:
    """One player, in a process that runs `engine.player.main`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._channel = Channel(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]
        self._listening: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def play(self, tape: str, job: bytes) -> None:
        """Give it a job, pickled, and the tape to write to. Raises OSError if it is gone."""
        self._channel.send(tape)
        self._channel.send_pickled(job)

    def listen(self, hear: Hear) -> None:
        """Hear it from now on, from a thread of ours."""
        self._listening = threading.Thread(target=self._listen, args=(hear,), daemon=True)
        self._listening.start()

    def ask(self, asked: CommandRequest | SendMidi | UpdateTracks) -> None:
        """Ask something of it. Raises OSError if it is gone."""
        self._channel.send(asked)

    def end(self, patience: float) -> None:
        """Wait until it has ended by itself; kill it after `patience` seconds."""
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._listening is not None:
            self._listening.join(1.0)

    def _listen(self, hear: Hear) -> None:
        while True:
            try:
                told: PlayerMessage = self._channel.receive()
            except EOFError:
                hear(None)
                return
            hear(told)
