"""`start` in this process, and in processes of its own with a terminal and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

import soundscape
from soundscape.cli import start
from soundscape.units import frames

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")

PROGRAM = (sys.executable, "-m", "soundscape")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(soundscape.__file__).parents[1])}

SCENES = {
    "short": "fades: {start: 1s, end: 1s}\nphases: {peak: {duration: 5s, music: tone}}\n",
    "long": "fades: {start: 1s, end: 2s}\nphases: {peak: {duration: 10m, music: tone}}\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, tones: Path) -> Path:
    """A library with the scenes `short` (5 s) and `long`, no room, and a tone of 20 s."""
    root = tmp_path_factory.mktemp("start") / "library"
    for folder in ("scenes", "playlists"):
        (root / folder).mkdir(parents=True)
    for name, text in SCENES.items():
        (root / f"scenes/{name}.yaml").write_text(text)
    (root / "playlists/tone.yaml").write_text(f"tracks: [{{file: '{tones / 'low.wav'}'}}]\n")
    return root


# Before anything sounds ---------------------------------------------------------------------------


def test_without_a_device_it_fails_with_one_line_that_says_what_there_is(
    small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    small.write("room.yaml", "audio: {device: Scarlett}\n")
    small.write("scenes/x.yaml", "phases: {peak: {duration: 5m}}\n")
    done = small.run("start", "x")
    assert (done.code, len(done.lines)) == (1, 1)
    assert done.err.startswith("audio device 'Scarlett' is not there; there is: ")


def test_without_any_audio_it_fails_with_one_line(small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "nonesuch")
    small.write("scenes/x.yaml", "phases: {peak: {duration: 5m}}\n")
    done = small.run("start", "x", "--no-lights")
    assert (done.code, len(done.lines)) == (1, 1)
    assert "audio" in done.err


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where sessions begin that do not sound: phase and position in frames."""
    found = []

    def play(loaded, conductor, output, **_options) -> int:
        found.append((conductor.phase.name, conductor.clock.position(conductor.frame)))
        return 0

    monkeypatch.setattr(start, "play", play)
    return found


@pytest.mark.parametrize(
    ("at", "phase", "position"),
    [
        ("peak", "peak", 0.0),
        ("peak+5s", "peak", 5.0),
        ("peak+0:05", "peak", 5.0),
        ("arrival+50%", "arrival", 15.0),
        ("arrival+29.5s", "arrival", 29.5),
    ],
)
def test_at_begins_there(small, began, at: str, phase: str, position: float) -> None:
    assert small.run("start", "small", "--output", "null", "--at", at).code == 0
    assert began == [(phase, frames(position))]


def test_without_at_it_begins_at_the_beginning(small, began) -> None:
    assert small.run("start", "small", "--output", "null").code == 0
    assert began == [("arrival", 0)]


@pytest.mark.parametrize(
    ("at", "word"),
    [
        ("peek", "arrival, peak"),
        ("peak+1h", "not a time within peak"),
        ("peak+20s", "not a time within peak"),
        ("peak+end-5s", "not a time within peak"),
        ("peak+soon", "soon"),
        ("peak+-5s", "-5s"),
        ("5m", "no phase '5m'"),
        ("", "no phase ''"),
    ],
)
def test_a_wrong_at_is_wrong_usage(small, began, at: str, word: str) -> None:
    done = small.run("start", "small", "--output", "null", "--at", at)
    assert (done.code, done.out, began) == (2, "", [])
    assert word in " ".join(done.err.replace("│", " ").split())


@pytest.mark.parametrize("output", ["speaker", "file:", "NULL", ""])
def test_an_output_that_is_none_is_one_line(small, began, output: str) -> None:
    done = small.run("start", "small", "--output", output)
    assert (done.code, done.out, began) == (1, "", [])
    assert "no output: null, or file:PATH" in done.err


def test_a_file_that_cannot_be_written_is_one_line(small) -> None:
    done = small.run("start", "small", "--no-lights", "--output", "file:nowhere/x.wav")
    assert (done.code, len(done.lines)) == (1, 1)
    assert "nowhere/x.wav" in done.err


# In a process of its own --------------------------------------------------------------------------


@dataclass
class Running:
    """A session in a process of its own, its sound in a file."""

    process: subprocess.Popen[str]
    file: Path

    def send(self, number: int) -> None:
        """Send a signal once it sounds."""
        wait_until(lambda: any(p.stat().st_size > 100_000 for p in self.file.parent.iterdir()))
        self.process.send_signal(number)

    def rest(self) -> tuple[int, str]:
        """Its exit code, and what it printed, once it has ended."""
        out, err = self.process.communicate(timeout=15)
        assert err == ""
        return self.process.returncode, out


def wait_until(holds, timeout: float = 20.0) -> None:
    limit = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.02)


def begin(scene: str, library: Path, folder: Path) -> Running:
    folder.mkdir()
    file = folder / "out.wav"
    command = ["start", scene, "--library", str(library), "--output", f"file:{file}"]
    process = subprocess.Popen(
        [*PROGRAM, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )
    return Running(process, file)


@pytest.fixture(scope="module")
def running(library: Path, tmp_path_factory: pytest.TempPathFactory):
    """Sessions side by side: `short` is left alone, the others are stopped by the tests."""
    folder = tmp_path_factory.mktemp("running")
    names = {"short": "short", "interrupted": "long", "terminated": "long", "hung up": "short"}
    begun = {name: begin(scene, library, folder / name) for name, scene in names.items()}
    yield begun
    for one in begun.values():
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def level(file: Path) -> np.ndarray:
    """RMS of each 100 ms."""
    sound, _ = soundfile.read(file)
    windows = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800 * 2)
    return np.sqrt((windows**2).mean(axis=1))


@posix
def test_a_closed_terminal_does_not_touch_the_sound(running) -> None:
    running["hung up"].send(signal.SIGHUP)
    code, out = running["hung up"].rest()
    assert code == 0
    assert "the session is over" in out
    assert soundfile.info(running["hung up"].file).frames >= 6 * 48_000


@posix
def test_ctrl_c_and_sigterm_are_a_stop_with_a_fade_of_5_s(running) -> None:
    interrupted, terminated = running["interrupted"], running["terminated"]
    interrupted.send(signal.SIGINT)
    terminated.send(signal.SIGTERM)
    begun = time.monotonic()
    for one, code in ((interrupted, 130), (terminated, 0)):
        ended, out = one.rest()
        assert ended == code
        assert 4.5 < time.monotonic() - begun < 7
        assert "fading out; silence in 0:05" in out
        levels = level(one.file)
        falling = levels[-50:]  # p² from 5 s before the end on
        assert np.all(np.diff(falling) <= 1e-6)
        assert falling[-1] < 1e-3 * levels.max()


def test_a_short_scene_plays_to_its_end_into_a_file(running) -> None:
    one = running["short"]
    out, err = one.process.communicate(timeout=20)
    assert (one.process.returncode, err) == (0, "")
    assert [line.split(maxsplit=1)[1] for line in out.splitlines()] == [
        "phase peak",
        "music: low",
        "the session is over",
    ]
    assert "\a" not in out
    info = soundfile.info(one.file)
    assert 0 <= info.frames - 6 * 48_000 < 1024 + 1
    assert level(one.file).max() > 0.02


@posix
def test_under_a_terminal_keys_are_commands_and_the_terminal_is_as_it_was(library: Path) -> None:
    import pty  # noqa: PLC0415
    import termios  # noqa: PLC0415

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    before = termios.tcgetattr(theirs)
    process = subprocess.Popen(
        [*PROGRAM, "start", "long", "--library", str(library), "--output", "null"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=ENVIRONMENT,
    )
    shown = ""

    def shows(text: str) -> None:
        nonlocal shown
        limit = time.monotonic() + 15
        while text not in shown:
            assert time.monotonic() < limit, f"{text!r} is not in {shown[-2000:]!r}"
            shown += os.read(ours, 4096).decode("utf-8", "ignore")

    def press(keys: str) -> None:
        nonlocal shown
        shown = ""
        os.write(ours, keys.encode())

    try:
        shows("PEAK")
        said = shown
        for key, answer in (
            ("h", "held in peak"),
            ("", "HELD"),
            ("h", "peak runs on"),
            ("?", "end, with the long fade"),
            ("q", "press again to end the session"),
            ("q", "fading out; silence in 0:02"),
            ("", "the session is over"),
        ):
            press(key)
            shows(answer)
            said += shown
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    assert termios.tcgetattr(theirs) == before
    os.close(theirs)
    os.close(ours)
    assert "PLAYS INTO NOTHING" in said
    assert "\a" not in said
    assert "Traceback" not in said
    lines = said.replace("\r", "\n").split("\n")
    assert max(map(len, lines)) <= 80
