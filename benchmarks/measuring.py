"""What the benchmarks share: a library to play, programs run and what they used, sound heard."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import ROOT
from benchmarks.figures import CannotRun, Figure
from soundscape.ipc.shared_audio_layout import remove_shared_audio
from soundscape.remote.client.client import Client
from soundscape.remote.session_file import find, running

RATE = 48_000
SCENE = "bench"

Heard = NDArray[np.float32]
"""Sound as it came out: float32, shape (frames, 2), 48 kHz."""


@dataclass(frozen=True)
class Lab:
    """What a benchmark gets: an empty folder, the rounds to measure, whether it is only a trial."""

    folder: Path
    rounds: int
    quick: bool

    @property
    def home(self) -> Path:
        """The folder of our cache, state and runtime files (`$SOUNDSCAPE_HOME`)."""
        return self.folder / "home"

    def length(self, full: int, quick: int) -> int:
        """Return how much material to make: all, or for a trial."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Used:
    """Wall and CPU time in seconds, peak resident memory in MiB."""

    wall: float
    cpu: float
    peak: float


def library(folder: Path, fades: Mapping[str, str], phase: Mapping[str, Any], **more: Any) -> Path:
    """Make a library of one scene with one phase; the tracks' paths are relative to it.

    `more` are the scene's other keys.
    """
    for name in ("scenes", "playlists"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    scene = {"name": "Benchmark", "fades": dict(fades), "phases": {"only": dict(phase)}, **more}
    # JSON is YAML too.
    (folder / "scenes" / f"{SCENE}.yaml").write_text(json.dumps(scene, indent=1))
    (folder / "room.yaml").write_text("name: Benchmark\n")
    return folder


def soundscape(folder: Path, *arguments: str) -> list[str]:
    """The command that runs this checkout's program on a library."""
    return [sys.executable, "-m", "soundscape", "--library", str(folder), *arguments]


def environment(**more: str) -> dict[str, str]:
    """This environment, this checkout's program with its bytecode, as if installed, and more."""
    own = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", **more}
    own.pop("OPENBLAS_NUM_THREADS", None)  # only of this process: a command of a user has it not
    return own


def run(command: Sequence[str], user: str | None = None, **more: str) -> None:
    """Run a command to its end, as another user if given; if it fails, so does the benchmark."""
    done = subprocess.run(
        command,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=None if user is None else (),
    )
    if done.returncode:
        raise CannotRun(f"{' '.join(command)} failed: {done.stdout}{done.stderr}")


def used(command: Sequence[str]) -> Used:
    """Run a command to its end, and see what it used."""
    starter = [sys.executable, str(ROOT / "benchmarks" / "used.py"), *command]
    done = subprocess.run(starter, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"{' '.join(command)} failed: {done.stderr}")
    return Used(**json.loads(done.stdout))


@dataclass(frozen=True)
class Running:
    """A session in the background: its client, its home, and its processes by number."""

    client: Client
    home: Path
    host: int

    @property
    def player(self) -> int:
        """The player's process."""
        return children(self.host)[0]


@contextmanager
def session(
    folder: Path, home: Path, *options: str, user: str | None = None, **more: str
) -> Iterator[Running]:
    """A session of the library's scene (or of `options`' first), as long as this lasts."""
    scene = [] if options and not options[0].startswith("-") else [SCENE]
    own = {"SOUNDSCAPE_HOME": str(home), **more}
    run(soundscape(folder, "start", *scene, *options, "--headless"), user, **own)
    known = find(home / "runtime", None).content
    try:
        yield Running(Client(known.url, known.token), home, known.pid)
    finally:
        end_session(home)


def end_session(home: Path) -> None:
    """Kill what runs of a home's session, the host last: it is no part of a figure how."""
    for known in running(home / "runtime"):
        for pid in reversed(family(known.content.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        remove_shared_audio(known.shared_audio)
    shutil.rmtree(home / "runtime", ignore_errors=True)  # what was killed counts as playing a while


def children(pid: int) -> list[int]:
    """What a process has started. From Linux's /proc."""
    found: list[int] = []
    with suppress(FileNotFoundError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def family(pid: int) -> list[int]:
    """A process and what it started, and they."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def resident(pid: int) -> float:
    """The resident memory of a process in MiB; 0 once it has ended. From Linux's /proc.

    The system's own count of the peak has the memory of the process that started it in it.
    """
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def heard_offline(folder: Path, user: str | None = None, **more: str) -> Heard:
    """What `render` writes of the library's scene."""
    path = folder / "offline.wav"
    run(soundscape(folder, "render", SCENE, "-o", str(path)), user, **more)
    return read_float_wav(path)


def heard_live(folder: Path) -> Heard:
    """What the live session gives to SDL's disk driver, in real time.

    The driver begins somewhat earlier than the session: its first frame is found by the render's.
    Where the two part, the device had to wait for a block, and that is said.
    """
    planned = heard_offline(folder)
    path = folder / "live.raw"
    command = soundscape(folder, "start", SCENE, "--foreground")
    run(command, SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILE=str(path))
    raw: Heard = np.fromfile(path, dtype="<f4").reshape(-1, 2)
    lead = _first_sound(raw) - _first_sound(planned)
    heard = raw[lead : lead + len(planned)]
    apart = np.abs(heard - planned[: len(heard)]).max(axis=1) > 1e-6
    if len(heard) < len(planned) or apart.any():
        seconds = int(np.argmax(apart)) / RATE
        print(f"  the live sound is not the render's from {seconds:.3f} s on: the device ran dry")
    return heard


def _first_sound(sound: Heard) -> int:
    return int(np.argmax(np.abs(sound).max(axis=1) > 1e-4))


def read_float_wav(path: Path) -> Heard:
    """The frames of a stereo float32 WAV, RIFF or RF64, without any library's conversion."""
    data = path.read_bytes()
    at = data.index(b"data") + 8
    whole = (len(data) - at) // 8 * 8
    sound: Heard = np.frombuffer(data[at : at + whole], dtype="<f4").reshape(-1, 2)
    return sound


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """So many loops per core that never wait, as long as this lasts."""
    code = [sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(code) for _ in range(loops * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def needs(program: str) -> str:
    """Return the path of a program that a benchmark cannot do without. Raises CannotRun."""
    found = shutil.which(program)
    if found is None:
        raise CannotRun(f"{program} is not installed")
    return found


def in_turn(rounds: int, commands: Mapping[str, Sequence[str]]) -> dict[str, list[Used]]:
    """Run commands in turn, round by round, so that other load on the machine meets them all."""
    found: dict[str, list[Used]] = {who: [] for who in commands}
    for _ in range(rounds):
        for who, command in commands.items():
            found[who].append(used(command))
    return found


def compared(
    what: str, unit: str, field: str, found: Mapping[str, Sequence[Used]],
    goal: float | None = None, beside: str | None = None,
) -> Figure:  # fmt: skip
    """Return the figure of one field of `Used`; `ours` is among what was found."""
    values = {who: [getattr(one, field) for one in each] for who, each in found.items()}
    return Figure(what, unit, values.pop("ours"), values, goal, beside)


PEERS = {"ffmpeg": "-version", "sox": "--version", "mpv": "--version", "mpd": "--version"}
"""The peers that are programs, and how each tells its version."""


def about() -> dict[str, str]:
    """Return the machine, its load, and the versions of all that was measured."""
    known = {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.platform()}",
        "load average": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numpy", "av")},
        "pygame": _pygame_version(),
    }
    for program, option in PEERS.items():
        known[program] = _first_line([program, option]) or "not installed"
    return known


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _pygame_version() -> str:
    code = (
        "import pygame; name = 'pygame-ce' if getattr(pygame, 'IS_CE', 0) else 'pygame'; "
        "print(name, pygame.version.ver, 'SDL', *pygame.get_sdl_version())"
    )
    return _first_line([sys.executable, "-c", code])


def _first_line(command: Sequence[str]) -> str:
    own = environment(PYGAME_HIDE_SUPPORT_PROMPT="1")
    try:
        done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.partition("\n")[0].strip()
