"""The keeper of a light process, seen from there.

It is started with the light process, so that it is loaded when it is needed, on a busy computer
too. It goes on with the universes as soon as the light process lets go of them, however that ends.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from soundscape.devices.dmx.universe_messages import KEEPER_CODEC, KeepUniverses, UniverseRequest
from soundscape.devices.dmx.universe_outputs import UniverseOutputs
from soundscape.errors import MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Channel

if TYPE_CHECKING:
    import subprocess

MODULE = "soundscape.devices.dmx.keeper_main"

KNOWS_WITHIN, TURN = 0.8, 0.02
"""Seconds for it to know what to keep, of the second that the session waits at its end, and between
two looks. It takes longer only if it is still loading.
"""


class Keeper:
    """The keeper of some universes. One thread uses it."""

    def __init__(self, universes: UniverseOutputs) -> None:
        self._universes = universes
        self._process: subprocess.Popen[bytes] | None = None
        self._kept: tuple[UniverseRequest, ...] = ()
        self._told = self._answered = 0
        self.gone = False
        """Whether the process has ended."""

    @property
    def knows(self) -> bool:
        """Whether it knows all that it was told, and has been told something."""
        return 0 < self._told == self._answered

    def start(self) -> None:
        """Start the process. A system that starts no process has no keeper."""
        from soundscape.ipc.spawn import outlive, spawn  # noqa: PLC0415 - DMX only

        with suppress(OSError):
            self._process = process = spawn(MODULE)
            self._kept, self._told, self._answered, self.gone = (), 0, 0, False
            threading.Thread(target=self._listen, args=(process,), daemon=True).start()
            outlive(process)

    def poll(self) -> None:
        """Tell it what is sent now, if that has changed."""
        kept = self._universes.to_keep()
        process = self._process
        if kept == self._kept or process is None or self.gone:
            return
        assert process.stdin is not None  # noqa: S101 - `spawn` makes both pipes
        self._kept = kept
        self._told += 1
        with suppress(OSError):  # it has died
            Channel(None, process.stdin, KEEPER_CODEC).send(KeepUniverses(kept))  # type: ignore[arg-type]

    def hand_over(self) -> None:
        """Let go of the universes, and have it go on with them; send until it knows them."""
        if self.gone and self._universes.to_keep():
            self._let_go()
            self.start()
        self.poll()
        until = clock.now() + KNOWS_WITHIN
        while self._answered < self._told and not self.gone and clock.now() < until:
            self._universes.transmit(clock.now())
            time.sleep(TURN)
        self._universes.repeat()
        self._universes.transmit(clock.now())
        self._universes.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Count its answers, one for each message, until it is gone."""
        assert process.stdout is not None  # noqa: S101 - `spawn` makes both pipes
        channel = Channel(process.stdout, None, KEEPER_CODEC)  # type: ignore[arg-type]
        with suppress(EOFError, MessageError), process.stdout:
            while True:
                channel.receive()
                self._answered += 1
        self.gone = True
