"""QLC+ as a receiver: what comes over sACN and Art-Net, as QLC+ passes it on, 50 times a second.

It needs no screen. Its universes are set to pass their input through to an output of their own,
which is sACN again, to an address of ours (`receiver.qxw`).

It drops Art-Net that comes from its own address, 127.0.0.1.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Self

from peers import missing, need
from receivers import DATA, PORTS

from soundscape.ipc import clock

PASSED_ON = {"sacn": 11, "artnet": 12}
"""The universes in which it passes on what comes over each protocol."""

_ADDRESS = "127.0.0.9"
_UNIVERSE = slice(113, 115)
_WORKSPACE = Path(__file__).parent / "receiver.qxw"


class Qlc:
    """A QLC+ of our own. `frames` has, for each protocol, what it passed on, and when (s)."""

    def __init__(self, home: Path) -> None:
        self._program, self._home = need("qlcplus"), home
        self.frames: dict[str, list[tuple[float, bytes]]] = {name: [] for name in PASSED_ON}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((_ADDRESS, PORTS["sacn"]))  # before QLC+, which tries all addresses
        self._socket.settimeout(0.2)
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()
        self._over = True
        self._thread.join(2.0)
        self._socket.close()

    def start(self) -> None:
        """Start it, and wait until it passes its universes on."""
        own = {"HOME": str(self._home), "XDG_RUNTIME_DIR": str(self._home)}
        before = self._counts()
        self._process = subprocess.Popen(
            [self._program, "--nowm", "--nogui", "--operate", "--open", str(_WORKSPACE)],
            env={**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = clock.now() + 30.0
        while any(now < then + 10 for now, then in zip(self._counts(), before, strict=True)):
            if clock.now() > until or self._process.poll() is not None:
                missing("QLC+ does not start here")
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it, as if its power was cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _counts(self) -> list[int]:
        return [len(frames) for frames in self.frames.values()]

    def _listen(self) -> None:
        names = {universe: name for name, universe in PASSED_ON.items()}
        while not self._over:
            try:
                data = self._socket.recv(2048)
            except OSError:
                continue
            name = names.get(int.from_bytes(data[_UNIVERSE], "big"))
            if name is not None:
                self.frames[name].append((clock.now(), data[DATA["sacn"] :]))
