"""OLA's daemon as a receiver: what comes over sACN and Art-Net, as OLA understands it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

from peers import missing, need

TRIES, PATIENCE = 3, 10.0
"""OLA was seen to spin at its start, so it is killed after so many seconds and started again."""
UNIVERSES = {"sacn": 1, "artnet": 2}
"""The universes that it is patched to take in; OLA has the same numbers for them."""

_OFF = (
    *("dummy", "espnet", "ftdidmx", "gpio", "karate", "kinet", "milinst", "nanoleaf", "opendmx"),
    *("openpixelcontrol", "osc", "pathport", "renard", "sandnet", "shownet", "spi", "spidmx"),
    *("stageprofi", "uartdmx", "usbdmx", "usbserial", "usbpro"),
)
_ON = {
    "e131": "enabled = true\ninput_ports = 2\noutput_ports = 0\n",
    "artnet": "enabled = true\nip = 127.0.0.1\nnet = 0\nsubnet = 0\nuse_loopback = true\n",
}


class Ola:
    """A daemon of our own; its tools know no other port than the usual one."""

    def __init__(self, folder: Path) -> None:
        self._daemon = need("olad")
        need("ola_recorder")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        for name in _OFF:
            (folder / f"ola-{name}.conf").write_text("enabled = false\n")
        for name, text in _ON.items():
            (folder / f"ola-{name}.conf").write_text(text)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, and have it take both protocols in."""
        command = [self._daemon, "-c", str(self._folder), "-l", "1", "--no-http"]
        if os.geteuid() == 0:  # it refuses root
            for path in (self._folder, *self._folder.iterdir()):
                shutil.chown(path, "nobody")
            command = [need("setpriv"), "--reuid=nobody", "--clear-groups", *command]
        for _ in range(TRIES):
            if devices := self._started(command):
                break
            self.kill()
        else:
            missing("olad does not start here")
        for protocol, name in (("sacn", "E1.31"), ("artnet", "ArtNet")):
            line = next(line for line in devices.splitlines() if name in line)
            number = line.split()[1].rstrip(":")
            _run("ola_patch", "-d", number, "-p", "0", "-i", "-u", str(UNIVERSES[protocol]))

    def _started(self, command: list[str]) -> str:
        """What it says of its devices; "" if it ends, or never knows both protocols."""
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.perf_counter() + PATIENCE
        while time.perf_counter() < until and self._process.poll() is None:
            devices = _run("ola_dev_info")
            if "E1.31" in devices and "ArtNet" in devices:
                return devices
            time.sleep(0.2)
        return ""

    def kill(self) -> None:
        """Kill it, as if its power was cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class OlaRecording:
    """What OLA's recorder notes of a universe: each frame that comes, changed or not."""

    def __init__(self, protocol: str, path: Path) -> None:
        self._path = path
        self._process = subprocess.Popen(
            ["ola_recorder", "-r", str(path), "-u", str(UNIVERSES[protocol])],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self) -> list[bytes]:
        """Stop it, and return the frames; those before the first packet are empty."""
        self._process.terminate()
        self._process.wait(10)
        lines = (line.split(" ") for line in self._path.read_text().splitlines()[1:])
        values = (words[1] for words in lines if len(words) == 2)
        return [bytes(map(int, text.split(","))) for text in values if text]


def _run(*command: str) -> str:
    """What a command prints; "" if it waits for a daemon that does not answer."""
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except subprocess.TimeoutExpired:
        return ""
