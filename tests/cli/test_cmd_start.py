"""`start` in this process, and in processes of its own with a terminal and signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from launches import PaperLaunch

import soundscape
from soundscape.cli import cmd_start, start_session
from soundscape.cli.start_session import StartOptions
from soundscape.devices.audio.output import BLOCK_FRAMES
from soundscape.library.resolve import Loaded
from soundscape.remote import session_file
from soundscape.remote.session_file import claim
from soundscape.units import frames

pytestmark = pytest.mark.waits

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")

PROGRAM = (sys.executable, "-m", "soundscape")
PATIENCE = 40.0
"""Seconds after which a test gives up."""
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


def test_no_second_session_moves_the_lights_that_one_has(
    small, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each would keep to the limits, and both together would be a flicker."""
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(cmd_start, "Launch", PaperLaunch)
    small.write("room.yaml", "midi: {desk: {output: QLC+}}\nlights: {room: {port: desk, cc: 20}}\n")
    claim(tmp_path / "home/runtime", "one", "", (("QLC+", "cc", 1, 20),))
    small.write("scenes/x.yaml", "phases: {peak: {duration: 5m}}\n")
    done = small.run("start", "x", "--output", "null")
    assert (done.code, len(done.lines)) == (1, 1)
    assert "`soundscape stop --session one` ends it; or start with --no-lights" in done.err


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
def began(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Loaded, StartOptions]]:
    """What sessions are started that do not sound."""
    found: list[tuple[Loaded, StartOptions]] = []
    monkeypatch.setattr(cmd_start, "Launch", PaperLaunch)
    monkeypatch.setattr(start_session, "stay", lambda _client, **_: 0)
    monkeypatch.setattr(
        start_session, "begin", lambda _launch, loaded, wanted: found.append((loaded, wanted))
    )
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
    ((loaded, wanted),) = began
    assert loaded.show.phases[wanted.index].name == phase
    assert wanted.begin_at == frames(position)


def test_without_at_it_begins_at_the_beginning(small, began) -> None:
    assert small.run("start", "small", "--output", "null").code == 0
    assert (began[0][1].index, began[0][1].begin_at) == (0, 0)


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
def test_an_output_that_is_none_is_one_line(small, output: str) -> None:
    done = small.run("start", "small", "--output", output)
    assert (done.code, done.out, len(done.lines)) == (1, "", 1)
    assert "no output: null, or file:PATH" in done.err


def test_a_file_that_cannot_be_written_is_one_line(small) -> None:
    done = small.run("start", "small", "--no-lights", "--output", "file:nowhere/x.wav")
    assert (done.code, len(done.lines)) == (1, 1)
    assert "nowhere/x.wav" in done.err


# In a process of its own --------------------------------------------------------------------------


@dataclass
class Running:
    """A session in a process of its own, its sound and what it prints in files."""

    process: subprocess.Popen[bytes]
    file: Path

    def send(self, number: int) -> None:
        """Send a signal once it sounds, and who started it knows."""
        wait_until(lambda: self.written() > 100_000)
        wait_until(lambda: self._printed("out"))
        self.process.send_signal(number)

    def written(self) -> int:
        """The bytes of its sound so far; the file has its name only at the end."""
        return max(path.stat().st_size for path in self.file.parent.iterdir())

    def rest(self) -> tuple[int, str]:
        """Its exit code, and what it printed, once it has ended."""
        self.process.wait(PATIENCE)
        assert self._printed("err") == ""
        return self.process.returncode, self._printed("out")

    def _printed(self, name: str) -> str:
        return (self.file.parent / name).read_text(encoding="utf-8")


def wait_until(holds) -> None:
    limit = time.perf_counter() + PATIENCE
    while not holds():
        assert time.perf_counter() < limit, "waited in vain"
        time.sleep(0.02)


def begin(scene: str, library: Path, folder: Path) -> Running:
    folder.mkdir()
    file = folder / "out.wav"
    command = ["start", scene, "--library", str(library), "--output", f"file:{file}"]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [*PROGRAM, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**ENVIRONMENT, "SOUNDSCAPE_HOME": str(folder / "home")},
        )
    return Running(process, file)


@pytest.fixture
def run_in_foreground(library: Path, tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    """Starts sessions, several side by side."""
    begun: list[Running] = []

    def run(scene: str) -> Running:
        begun.append(begin(scene, library, tmp_path / str(len(begun))))
        return begun[-1]

    yield run
    for one in begun:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


def level(file: Path) -> np.ndarray:
    """RMS of each 100 ms."""
    sound, _ = soundfile.read(file)
    windows = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800 * 2)
    return np.sqrt((windows**2).mean(axis=1))


@posix
@pytest.mark.timed
def test_ctrl_c_and_sigterm_are_a_stop_with_a_fade_of_5_s(run_in_foreground) -> None:
    interrupted, terminated = run_in_foreground("long"), run_in_foreground("long")
    interrupted.send(signal.SIGINT)
    terminated.send(signal.SIGTERM)
    begun = time.perf_counter()
    for one, code in ((interrupted, 130), (terminated, 0)):
        ended, out = one.rest()
        assert ended == code
        assert 4.5 < time.perf_counter() - begun < 15
        assert "fading out; silence in 0:05" in out
        levels = level(one.file)
        falling = levels[-50:]  # p² from 5 s before the end on
        assert np.all(np.diff(falling) <= 1e-6)
        assert falling[-1] < 1e-3 * levels.max()


@posix
def test_a_closed_terminal_does_not_touch_the_sound(run_in_foreground) -> None:
    one = run_in_foreground("long")
    one.send(signal.SIGHUP)
    size = one.written()
    wait_until(lambda: one.written() > size + 48_000 * 8)
    one.process.send_signal(signal.SIGTERM)
    code, out = one.rest()
    assert code == 0
    assert "the session is over" in out


def test_a_short_scene_plays_to_its_end_into_a_file(run_in_foreground) -> None:
    one = run_in_foreground("short")
    code, out = one.rest()
    assert code == 0
    library, *lines = out.splitlines()
    assert library.startswith("Library ")
    assert [line.split(maxsplit=1)[1] for line in lines] == [
        "phase peak",
        "music: low",
        "the session is over",
    ]
    assert "\a" not in out
    info = soundfile.info(one.file)
    assert 0 <= info.frames - 6 * 48_000 < BLOCK_FRAMES + 1
    assert level(one.file).max() > 0.02


@posix
def test_in_the_foreground_of_a_terminal_a_live_line_stands_beneath_the_events(
    library: Path, home: Path
) -> None:
    import pty  # noqa: PLC0415
    import termios  # noqa: PLC0415

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen(
        [*PROGRAM, "start", "long", "--library", str(library), "--output", "null", "--foreground"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**ENVIRONMENT, "SOUNDSCAPE_HOME": str(home)},
    )
    shown = ""

    def shows(text: str) -> None:
        nonlocal shown
        limit = time.perf_counter() + PATIENCE
        while text not in shown:
            assert time.perf_counter() < limit, f"{text!r} is not in {shown[-2000:]!r}"
            shown += os.read(ours, 4096).decode("utf-8", "ignore")

    try:
        shows(f"Library {library}")
        shows("PEAK")
        shows("output null")
        process.send_signal(signal.SIGTERM)
        shows("fading out; silence in 0:05")
        shows("ENDING")
        shows("the session is over")
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(theirs)
        os.close(ours)
    assert "\a" not in shown
    assert "Traceback" not in shown
    lines = shown[shown.index("phase peak") :].replace("\r", "\n").split("\n")
    assert max(map(len, lines)) <= 80


# Steered from elsewhere ---------------------------------------------------------------------------


Run = Callable[..., subprocess.CompletedProcess[str]]


def program_in(home: Path) -> Run:
    """Runs the program as the user of a home."""

    def soundscape(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env={**ENVIRONMENT, "SOUNDSCAPE_HOME": str(home)},
        )

    return soundscape


def begin_headless(soundscape: Run, library: Path, *options: str):
    shared = ("--library", str(library), "--headless", "--output", "null")
    return soundscape("start", "long", *shared, *options)


@pytest.fixture(scope="module")
def headless(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs the program beside one session in the background, which these tests share."""
    soundscape = program_in(tmp_path_factory.mktemp("headless") / "home")
    begun = begin_headless(soundscape, library)
    assert (begun.returncode, begun.stderr) == (0, "")
    assert "soundscape attach" in begun.stdout
    yield soundscape
    soundscape("stop", "--fade", "0s")


def test_a_headless_session_is_steered_by_verbs_that_say_what_they_did(headless: Run) -> None:
    for verb, said in (
        (("hold",), "held in peak at 0:"),
        (("extend", "-5m"), "peak now ends at 5:"),
        (("level", "-1"), "level 1 under plan"),
        (("duck", "--on"), "ducked for your voice"),
        (("dose", "--ago", "3m"), "dose marked, T+3:00"),
        (("note", "first", "words"), "noted in"),
    ):
        done = headless(*verb)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(said)
    status = json.loads(headless("status", "--json").stdout)
    assert (status["state"], status["level_db"], status["ducked"]) == ("held", -1, True)
    assert status["marks"][0]["text"] == "first words"
    assert "held" in headless("status").stdout
    refused = headless("goto", "nowhere")
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert json.loads(headless("release", "--json").stdout)["do"] == "release"


def test_a_session_speaks_the_language_that_it_was_started_in(library: Path, home: Path) -> None:
    soundscape = program_in(home)
    assert begin_headless(soundscape, library, "--lang", "de").returncode == 0
    assert soundscape("hold").stdout.startswith("gehalten in peak bei 0:0")
    texts = json.loads(soundscape("status", "--json").stdout)["texts"]
    assert (texts["language"], texts["state"]) == ("de", "GEHALTEN")
    refused = soundscape("hold")
    assert refused.stderr.startswith("hold geht nicht: schon gehalten")
    soundscape("stop", "--fade", "0s")


@pytest.mark.long
def test_two_sessions_are_told_apart_by_their_labels(library: Path, home: Path) -> None:
    soundscape = program_in(home)
    for label in ("blue", "green"):
        assert begin_headless(soundscape, library, "--label", label).returncode == 0
    which = soundscape("hold")
    assert (which.returncode, len(which.stderr.splitlines())) == (1, 1)
    assert "--session, of 'blue', 'green'" in which.stderr
    assert soundscape("hold", "--session", "green").returncode == 0
    states = [
        json.loads(soundscape("status", "--json", "--session", label).stdout)["state"]
        for label in ("blue", "green")
    ]
    assert states == ["playing", "held"]
    third = begin_headless(soundscape, library, "--label", "blue")
    assert third.stderr == (
        "warning: 'blue' plays already: this session is 'blue 2'; `soundscape attach --session "
        "blue` opens the console of the other one\n"
    )
    for label in ("blue", "green", "blue 2"):
        soundscape("stop", "--session", label, "--fade", "0s")


@pytest.mark.parametrize("verb", ["hold", "status", "stop", "remote", "attach"])
def test_with_no_session_every_verb_is_one_line(small, verb: str) -> None:
    done = small.run_plain(verb)
    assert (done.code, done.out) == (1, "")
    assert done.lines == ["no session is running; start one with `soundscape start SCENE`"]


@pytest.mark.parametrize(
    "verb", [("level", "loud"), ("extend", "soon"), ("dose", "--ago", "never"), ("goto",)]
)
def test_a_verb_that_is_wrongly_used_says_so(headless: Run, verb: tuple[str, ...]) -> None:
    done = headless(*verb)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("system", "typed"),
    [
        ("linux", "soundscape start 'my scene' '--room=a b.yaml'"),
        ("win32", 'soundscape start "my scene" "--room=a b.yaml"'),
    ],
)
def test_the_command_that_takes_a_session_up_is_quoted_for_this_systems_shell(
    system: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_file, "sys", SimpleNamespace(platform=system))
    assert cmd_start._begun_as("my scene", room="a b.yaml", seed=None) == typed
