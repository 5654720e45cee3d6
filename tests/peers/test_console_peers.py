"""The console in a real terminal (tmux), on a real session; and its code under a real reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from peers import need

from soundscape.console.qr import qr_lines

pytestmark = [pytest.mark.peer, pytest.mark.waits]

PATIENCE = 20.0
"""Seconds after which a test gives up."""


class Terminal:
    """A terminal of 80 × 24 with a command in it."""

    def __init__(self, socket: Path, command: list[str], environment: dict[str, str]) -> None:
        self._tmux = [need("tmux"), "-f", os.devnull, "-S", str(socket)]
        inside = ("new-session", "-d", "-x", "80", "-y", "24", "-s", "console", *command)
        subprocess.run([*self._tmux, *inside], check=True, env=environment)
        self._do("set-option", "-g", "remain-on-exit", "on")

    def press(self, *keys: str) -> None:
        self._do("send-keys", "-t", "console", *keys)

    def screen(self, *how: str) -> str:
        return self._do("capture-pane", "-p", "-t", "console", *how)

    def sees(self, words: str) -> str:
        deadline = time.perf_counter() + PATIENCE
        while words not in (text := self.screen()):
            assert time.perf_counter() < deadline, f"{words!r} is not to be seen in:\n{text}"
            time.sleep(0.05)
        return text

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)

    def _do(self, *asked: str) -> str:
        done = subprocess.run([*self._tmux, *asked], check=True, capture_output=True, text=True)
        return done.stdout


SOUNDSCAPE = [sys.executable, "-m", "soundscape"]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A session that plays to nobody."""
    need("tmux")
    environment = {**os.environ, "SOUNDSCAPE_HOME": str(tmp_path), "TERM": "xterm-256color"}
    asked = ("start", "kap-im", "--headless", "--output", "null", "--no-lights")
    subprocess.run([*SOUNDSCAPE, *asked], check=True, env=environment, timeout=60)
    yield environment
    subprocess.run([*SOUNDSCAPE, "stop", "--fade", "0s"], check=False, env=environment, timeout=20)


def attached(room: dict[str, str], tmp_path: Path, **more: str) -> Terminal:
    return Terminal(tmp_path / "tmux", [*SOUNDSCAPE, "attach"], {**room, **more})


def status(room: dict[str, str]) -> dict[str, object]:
    asked = [*SOUNDSCAPE, "status", "--json"]
    done = subprocess.run(asked, check=True, env=room, capture_output=True, timeout=20)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_session_is_steered_and_left_playing_from_a_real_terminal(
    room: dict[str, str], tmp_path: Path
) -> None:
    terminal = attached(room, tmp_path)
    try:
        terminal.sees("left, then onset")
        terminal.press("h")
        terminal.sees("held in arrival at")
        terminal.press("Escape")
        terminal.sees("MUTED")
        assert status(room)["state"] == "muted"
        terminal.press("p")
        terminal.sees("the music comes back")
        terminal.press("q")
        terminal.sees("Leave the console?")
        terminal.press("q")
        terminal.sees("the session plays on")
        assert status(room)["state"] == "held"
    finally:
        terminal.close()


def test_the_program_alone_shows_the_session_and_the_scenes_and_opens_the_console(
    room: dict[str, str], tmp_path: Path
) -> None:
    terminal = Terminal(tmp_path / "tmux", SOUNDSCAPE, room)
    try:
        shown = terminal.sees("Enter leaves")
        assert "Running: KAP, intramuscular: arrival" in shown
        assert "quiet" in shown
        terminal.press("a", "Enter")
        terminal.sees("left, then onset")
        terminal.press("q")
        terminal.sees("Leave the console?")
        terminal.press("q")
        terminal.sees("the session plays on")
    finally:
        terminal.close()


def test_without_colour_no_colour_reaches_the_terminal(
    room: dict[str, str], tmp_path: Path
) -> None:
    terminal = attached(room, tmp_path, NO_COLOR="1")
    try:
        terminal.sees("left, then onset")
        terminal.press("Space")
        terminal.sees("DUCKED")
        escapes = terminal.screen("-e").split("\x1b[")[1:]
        codes = {code for part in escapes for code in part.split("m")[0].split(";")}
        assert codes <= {"0", "1", "7", "22", "27", "39", "49"}
    finally:
        terminal.close()


def test_a_real_reader_reads_the_code_as_it_is_drawn(tmp_path: Path) -> None:
    url = f"http://192.168.178.20:40417/pair/{'aB3-' * 11}"
    shades = {"█": (180, 180), "▀": (180, 10), "▄": (10, 180), " ": (10, 10)}
    rows = [
        bytes(shades[mark][half] for mark in line for _ in range(6))
        for line in qr_lines(url)
        for half in (0, 1)
        for _ in range(6)
    ]
    image = tmp_path / "code.pgm"
    image.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + b"".join(rows))
    asked = [need("zbarimg"), "--quiet", "--raw", str(image)]
    read = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=20)
    assert read.stdout.strip() == url
