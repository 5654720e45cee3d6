"""A library in a folder of the test's own, and the program run on it in this process."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from sounds import encode, tone

from soundscape.cli import cmd_check, run
from soundscape.cli.measuring import open_catalogue
from soundscape.library.checks.machine_check import MachineState
from soundscape.library.measure.catalogue import stamp_of
from soundscape.media.measure import measure
from soundscape.media.types import Measured


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said on stderr."""
        return self.err.splitlines()

    @property
    def wrong(self) -> list[str]:
        """What it said on stderr beside which library is in use."""
        return [line for line in self.lines if not line.startswith("Library ")]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """Writes a library's files and runs the program on it."""

    root: Path
    captured: pytest.CaptureFixture[str]

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).encode() if isinstance(text, str) else text)
        return path

    def tone(self, name: str, seconds: float, hz: float = 440.0) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return encode(path, tone(seconds, hz=hz, amplitude=0.25))

    def run(self, command: str, *arguments: object) -> Outcome:
        """`soundscape COMMAND --library ROOT ARGUMENTS…`."""
        return self.run_plain(command, "--library", self.root, *arguments)

    def run_plain(self, *arguments: object) -> Outcome:
        """`soundscape ARGUMENTS…`, for commands that need no library."""
        self.captured.readouterr()
        code = run([*map(str, arguments)])
        out, err = self.captured.readouterr()
        assert "\a" not in out + err, "nothing rings the bell"
        assert "Traceback" not in out + err
        assert "internal fault" not in err
        return Outcome(code, out, err)

    def render(self, scene: str, *arguments: object, to: str = "out.wav") -> Path:
        """Render a scene; the file. It must go well."""
        path = self.root.parent / to
        done = self.run("render", scene, "-o", path, *arguments)
        assert done.code == 0, done.err
        return path


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """An empty library; the current folder is beside it."""
    for name in ("SOUNDSCAPE_LIBRARY", "SOUNDSCAPE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    root = tmp_path / "library"
    for folder in ("scenes", "playlists", "music"):
        (root / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return Desk(root, capsys)


@pytest.fixture(autouse=True)
def fit_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer that `check` finds has nothing wrong, whatever runs the tests."""
    fit = MachineState(10**11, stays_awake=True, clock_set=True, drive=lambda _folder: None)
    monkeypatch.setattr(cmd_check, "_machine_state", lambda: fit)


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three tones of 20 s: low.wav (200 Hz), middle.wav (300), high.wav (450)."""
    folder = tmp_path_factory.mktemp("tones")
    for name, hz in (("low", 200.0), ("middle", 300.0), ("high", 450.0)):
        encode(folder / f"{name}.wav", tone(20, hz=hz, amplitude=0.25))
    return folder


@pytest.fixture(scope="session")
def measured_tones(tones: Path) -> dict[str, Measured]:
    """What the catalogue keeps of each of the tones."""
    return {path.name: measure(path) for path in tones.iterdir()}


SCENE = """\
    name: Tones
    fades: {track: 4s, phase: 5s, skip: 2s, start: 8s, end: 6s}
    phases:
      arrival:
        duration: 30s
        music: [{file: music/low.wav}, {file: music/middle.wav}]
        lights: {room: 35%}
        prompts: [Breathe.]
      peak:
        duration: 20s
        music: [{file: music/high.wav, title: High}]
        lights:
          - {at: 5s, set: {room: 20%}, over: 4s}
        cues:
          - {at: 10s, cue: chime}
          - {at: end-2s, cue: go, number: "2"}
    """
ROOM = """\
    midi:
      desk: {output: Desk}
    lights:
      room: {port: desk, channel: 1, cc: 20}
    cues:
      chime: {port: desk, note: 60, velocity: 90, length: 200ms}
      go: {port: desk, msc: {device: 1, format: lighting, command: go}}
    """


@pytest.fixture
def small_unmeasured(desk: Desk, tones: Path) -> Desk:
    """A library with the scene `small`: 30 s and 20 s, and 6 s of fade."""
    shutil.copytree(tones, desk.root / "music", dirs_exist_ok=True)
    desk.write("scenes/small.yaml", SCENE)
    desk.write("room.yaml", ROOM)
    return desk


@pytest.fixture
def small(small_unmeasured: Desk, measured_tones: dict[str, Measured]) -> Desk:
    """The library `small`, its tones measured before."""
    with open_catalogue() as catalogue:
        for name, measured in measured_tones.items():
            path = small_unmeasured.root / "music" / name
            stamp = stamp_of(path)
            assert stamp is not None
            catalogue.put(path, stamp, measured)
    return small_unmeasured


@pytest.fixture
def script(desk: Desk) -> Callable[[str], Path]:
    """Writes a script for `render`."""
    return lambda text: desk.write("script.yaml", text)


@pytest.fixture
def no_privilege() -> Iterator[None]:
    """The superuser may read and write everything; here, not (capabilities(7); this thread's)."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are of another kind here")
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    data = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    assert libc.capget(head, data) == 0
    before = data[0]
    data[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(head, data) == 0
    yield
    data[0] = before
    assert libc.capset(head, data) == 0
