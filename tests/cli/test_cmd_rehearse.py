from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from launches import PaperLaunch

import soundscape
from soundscape.cli import cmd_rehearse, run_rehearsal
from soundscape.cli.start_session import StartOptions
from soundscape.errors import AudioDeviceError
from soundscape.library.files.locate import shipped_root
from soundscape.library.resolve import Loaded
from soundscape.units import frames

PROGRAM = (sys.executable, "-m", "soundscape")


class Begun:
    """What would be played; without a device it is refused."""

    def __init__(self) -> None:
        self.found: list[tuple[Loaded, StartOptions]] = []
        self.device = True

    def begin(self, _launch: PaperLaunch, loaded: Loaded, wanted: StartOptions) -> None:
        self.found.append((loaded, wanted))
        if wanted.output is None and not self.device:
            raise AudioDeviceError("audio device 'default' does not open; there is: [none]")


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Begun:
    """What would be played."""
    begun = Begun()
    monkeypatch.setattr(cmd_rehearse, "Launch", PaperLaunch)
    monkeypatch.setattr(run_rehearsal, "Launch", PaperLaunch)
    monkeypatch.setattr(run_rehearsal, "begin", begun.begin)
    monkeypatch.setattr(run_rehearsal, "stay", lambda _client: 0)
    return begun


def test_without_a_device_it_is_silent_and_says_so_in_large_letters(small, played) -> None:
    played.device = False
    done = small.run("rehearse", "small")
    assert done.code == 0
    assert "T H I S   R E H E A R S A L   I S   S I L E N T" in done.out
    shown = " ".join(done.out.replace("│", " ").split())
    assert "Nothing will be heard: audio device 'default' does not open; there is: [none]" in shown
    assert [wanted.output for _, wanted in played.found] == [None, "null"]


def test_with_a_device_it_plays_there_and_says_nothing_of_silence(small, played) -> None:
    done = small.run("rehearse", "small")
    assert done.out.startswith(f"Library {small.root}\n")
    assert "S I L E N T" not in done.out
    assert [wanted.output for _, wanted in played.found] == [None]


@pytest.mark.parametrize(
    ("options", "length"), [([], 120), (["--in", "5m"], 300), (["--in", "1:30"], 90)]
)
def test_all_of_it_fits_into_the_time(small, played, options: list[str], length: int) -> None:
    assert small.run("rehearse", "small", "--output", "null", *options).code == 0
    show = played.found[0][0].show
    assert [phase.name for phase in show.phases] == ["arrival", "peak"]
    total = sum(phase.frames for phase in show.phases) + show.fades.end
    assert total == pytest.approx(frames(length), abs=3)


def test_joins_are_heard_by_default_where_they_fit(small, played) -> None:
    small.write(
        "scenes/two.yaml",
        "fades: {track: 4s}\nphases: {one: {duration: 30s, "
        "music: [{file: music/low.wav}, {file: music/high.wav}]}}",
    )

    def titles(*options: str) -> list[str]:
        assert small.run("rehearse", "two", "--output", "null", *options).code == 0
        show = played.found[-1][0].show
        return [track.title for track in show.phases[0].layers["music"].playlist.tracks]

    assert "low, its end" in titles("--in", "20s")
    assert titles("--in", "20s", "--no-joins") == ["low", "high"]
    assert "low, its end" in titles("--in", "12s", "--joins")


def test_joins_that_do_not_fit_are_left_out_and_it_is_said(small, played) -> None:
    for number in range(30):
        small.tone(f"music/many/{number}.wav", 4.0)
    tracks = "{folder: music/many}"
    small.write("scenes/many.yaml", f"phases: {{one: {{duration: 2m, music: [{tracks}]}}}}")
    done = small.run("rehearse", "many", "--output", "null", "--in", "15s")
    assert "The joins of the tracks do not fit" in done.out
    assert "each phase plays the beginnings of its tracks" in " ".join(done.out.split())


@pytest.mark.parametrize("length", ["9s", "soon", "-2m"])
def test_a_time_that_will_not_do_is_wrong_usage(small, played, length: str) -> None:
    done = small.run("rehearse", "small", "--output", "null", "--in", length)
    assert (done.code, done.out, played.found) == (2, "", [])


@pytest.mark.long
def test_a_shipped_session_is_rehearsed_with_all_its_phases() -> None:
    """In a process of its own, in real time."""
    command = ("rehearse", "kap-im")
    done = subprocess.run(
        [*PROGRAM, *command, "--library", str(shipped_root()), "--in", "10s", "--output", "null"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(soundscape.__file__).parents[1]),
        },
    )
    assert (done.returncode, done.stderr) == (0, "")
    phases = [line.split()[-1] for line in done.stdout.splitlines() if " phase " in line]
    assert phases == ["arrival", "onset", "peak", "return", "rest"]
    assert done.stdout.splitlines()[-1].endswith("the session is over")
    assert "\a" not in done.stdout
