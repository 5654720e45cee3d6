"""JACK as a MIDI driver that runs anywhere: its server, and its own monitor as the receiver."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from peers import need

REGISTRY = Path("/dev/shm/jack-shm-registry")  # noqa: S108 - where JACK has it
"""The servers of this machine: of each the process and the name."""
PID = struct.Struct("i")
LINE = re.compile(r"^\s*\+?\d+:((?: [0-9a-f]{2})+)")


def ports() -> str:
    """The ports there are; none where the server does not answer."""
    try:
        listed = subprocess.run(
            [need("jack_lsp")], capture_output=True, text=True, check=False, timeout=5
        )
    except subprocess.TimeoutExpired:
        return ""
    return listed.stdout


def until(true: Callable[[], bool], fault: str, seconds: float = 20.0) -> None:
    limit = time.perf_counter() + seconds
    while not true():
        assert time.perf_counter() < limit, fault
        time.sleep(0.05)


def hurried(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """The process, served before others where that may be asked: late, it loses messages."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, -11)
        Path(f"/proc/{process.pid}/autogroup").write_text("-11")
    return process


class Jack:
    """A server of our own, which can be killed and started again, and its monitor.

    A server that `waits` does so for its clients rather than losing what they send; if one goes
    away without a word, it waits for a second in each cycle. `period`: frames of a cycle.
    """

    def __init__(self, name: str, *, waits: bool = True, period: int = 256) -> None:
        self._name = name
        self._command = [need("jackd"), "-n", name, "--no-realtime"]
        self._command += ["-S", "-t", "1000"] if waits else []
        self._command += ["-d", "dummy", "-r", "48000", "-p", str(period)]
        self._server: subprocess.Popen[bytes] | None = None
        self._monitor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server. One that does not answer is killed, and another one is tried."""
        for last in (False, False, True):
            server = subprocess.Popen(
                self._command,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._server = hurried(server)
            try:
                return until(lambda: "system:playback_1" in ports(), "JACK does not start")
            except AssertionError:
                self.kill()
                if last:
                    raise
        return None

    def dump(self, path: Path) -> None:
        """Have the monitor's port, `dumper:input`, write a line for each message to a file."""
        command = [need("stdbuf"), "-oL", need("jack_midi_dump"), "-a", "dumper"]

        def there() -> bool:
            if self._monitor is None or self._monitor.poll() is not None:
                with path.open("wb") as file:
                    monitor = subprocess.Popen(
                        command, stdout=file, stderr=file, start_new_session=True
                    )
                    self._monitor = hurried(monitor)
            return "dumper:input" in ports()

        until(there, "jack_midi_dump does not start")

    def kill(self) -> None:
        """The server dies at once, and so does the monitor."""
        for process in (self._monitor, self._server):
            if process is not None:
                process.kill()
                process.wait()
        self._server = self._monitor = None
        give_back(self._name)

    def end(self) -> None:
        """End the server for good. It is killed, since one that waits for clients may not end."""
        self.kill()
        for left in REGISTRY.parent.glob(f"jack*{self._name}_*"):
            left.unlink(missing_ok=True)


def give_back(name: str) -> None:
    """Free the place of a server that was killed. JACK has eight for the whole machine, and frees
    one itself only when a server of the same name starts.
    """
    if not REGISTRY.exists():
        return
    with REGISTRY.open("r+b") as file:
        places = file.read()
        if (end := places.find(f":{name}:\0".encode())) >= 0:
            begin = places.rfind(b"jack-", 0, end) - PID.size
            file.seek(begin)
            file.write(bytes(end + len(name) + 2 - begin))


def received(path: Path) -> list[bytes]:
    found = (LINE.match(line) for line in path.read_text().splitlines())
    return [bytes.fromhex(match[1]) for match in found if match]
