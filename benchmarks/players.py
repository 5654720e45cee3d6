"""What a user would play files with instead, to a null output: mpv, MPD, pygame's own mixer."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from benchmarks.figures import CannotRun
from benchmarks.measuring import environment, needs

CROSSFADE = 40
"""Seconds for which two files sound at once, where two are played."""
MPD_WAITS = 10.0
"""Seconds in which MPD has to answer."""

MPD_CONFIGURATION = """
music_directory "{state}"
db_file "{state}/mpd.db"
bind_to_address "{state}/mpd.socket"
audio_output {{
  type "null"
  name "null"
}}
"""

PYGAME = """
import sys, time, pygame
pygame.mixer.init(48000, 32, 2, 4096)
first, *others = sys.argv[1:]
if others:
    pygame.mixer.Channel(0).play(pygame.mixer.Sound(first))
    pygame.mixer.Channel(0).fadeout({fade})
    pygame.mixer.Channel(1).play(pygame.mixer.Sound(others[0]), fade_ms={fade})
else:
    pygame.mixer.music.load(first)
    pygame.mixer.music.play()
time.sleep(600)
"""
"""One file is streamed. A stream has no crossfade: two files are loaded whole."""

Player = Callable[[Sequence[Path], Path], AbstractContextManager[list[int]]]
"""Plays one file, or two in a crossfade, and yields its processes. The folder is for its state."""


@contextmanager
def mpv(files: Sequence[Path], _state: Path) -> Iterator[list[int]]:
    """It has no crossfade: two of them play."""
    quiet = (needs("mpv"), "--no-config", "--no-video", "--no-terminal", "--ao=null")
    with ExitStack() as stack:
        yield [stack.enter_context(_running([*quiet, str(path)])) for path in files]


@contextmanager
def mpd(files: Sequence[Path], state: Path) -> Iterator[list[int]]:
    """With its own crossfade."""
    state.mkdir(exist_ok=True)
    configuration = state / "mpd.conf"
    configuration.write_text(MPD_CONFIGURATION.format(state=state))
    with _running([needs("mpd"), "--no-daemon", str(configuration)]) as pid:
        with _connected(state / "mpd.socket") as server:
            for path in files:
                _ask(server, f'add "{path.as_uri()}"')
            _ask(server, f"crossfade {CROSSFADE if len(files) > 1 else 0}")
            _ask(server, "play 0")
            if len(files) > 1:
                _ask(server, "seek 0 78", again=True)  # as our session begins
        yield [pid]


@contextmanager
def pygame(files: Sequence[Path], _state: Path) -> Iterator[list[int]]:
    """With SDL's driver that plays to nothing."""
    code = PYGAME.format(fade=1000 * CROSSFADE)
    with _running(
        [sys.executable, "-c", code, *map(str, files)],
        environment(SDL_AUDIODRIVER="dummy", PYGAME_HIDE_SUPPORT_PROMPT="1"),
    ) as pid:
        yield [pid]


PLAYERS: Mapping[str, Player] = {"mpv": mpv, "MPD": mpd, "pygame": pygame}


@contextmanager
def _running(command: Sequence[str], own: Mapping[str, str] | None = None) -> Iterator[int]:
    process = subprocess.Popen(
        command, env=own, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process.pid
        if process.poll() is not None:
            raise CannotRun(f"{Path(command[0]).name} has ended by itself")
    finally:
        process.kill()  # SDL keeps SIGTERM from ending pygame
        process.wait()


@contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    limit = time.monotonic() + MPD_WAITS
    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(MPD_WAITS)
        while time.monotonic() < limit:
            with suppress(OSError):  # not there yet
                server.connect(str(path))
                server.recv(1024)  # its greeting
                yield server
                return
            time.sleep(0.1)
    raise CannotRun("mpd does not answer")


def _ask(server: socket.socket, line: str, *, again: bool = False) -> None:
    """Send a command; `again` and again while it is refused, since MPD opens a file by and by."""
    limit = time.monotonic() + (MPD_WAITS if again else 0.0)
    while True:
        server.sendall(f"{line}\n".encode())
        answer = server.recv(4096).decode()
        if answer.startswith("OK"):
            return
        if time.monotonic() >= limit:
            raise CannotRun(f"mpd: {line}: {answer.strip()}")
        time.sleep(0.1)
