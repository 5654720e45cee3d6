"""JACK as a MIDI driver that runs anywhere: its server, and its own monitor as the receiver."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from peers import need

LINE = re.compile(r"^\s*\+?\d+:((?: [0-9a-f]{2})+)")


def ports() -> str:
    listed = subprocess.run([need("jack_lsp")], capture_output=True, text=True, check=False)
    return listed.stdout


def until(true: Callable[[], bool], fault: str, seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, fault
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, on which a client takes its leave: a server that waits for its clients then ends."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def received(path: Path) -> list[bytes]:
    found = (LINE.match(line) for line in path.read_text().splitlines())
    return [bytes.fromhex(match[1]) for match in found if match]
