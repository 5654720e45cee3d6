from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import soundscape
from soundscape.cli import rehearse
from soundscape.devices.audio_null import NullOutput
from soundscape.errors import AudioDeviceError
from soundscape.library.find import shipped_root
from soundscape.units import frames

PROGRAM = (sys.executable, "-m", "soundscape")


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What would be played: show, output, health."""
    found: list[tuple[object, ...]] = []

    def play(loaded, _conductor, output, *, lights: bool, health: str = "") -> int:
        found.append((loaded.show, output, health))
        return 0

    monkeypatch.setattr(rehearse, "play", play)
    return found


class NoDevice(NullOutput):
    def open(self) -> None:
        raise AudioDeviceError("audio device 'default' does not open; there is: [none]")


def test_without_a_device_it_is_silent_and_says_so_in_large_letters(
    small, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearse, "choose", lambda _spec, _room: NoDevice())
    done = small.run("rehearse", "small")
    assert done.code == 0
    assert "T H I S   R E H E A R S A L   I S   S I L E N T" in done.out
    shown = " ".join(done.out.replace("│", " ").split())
    assert "Nothing will be heard: audio device 'default' does not open; there is: [none]" in shown
    (_, output, health) = played[0]
    assert type(output) is NullOutput
    assert health == "SILENT"


def test_with_a_device_it_plays_there_and_says_nothing_of_silence(
    small, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = NullOutput()
    monkeypatch.setattr(rehearse, "choose", lambda _spec, _room: device)
    done = small.run("rehearse", "small")
    assert "S I L E N T" not in done.out
    assert played[0][1:] == (device, "")


@pytest.mark.parametrize(
    ("options", "length"), [([], 120), (["--in", "5m"], 300), (["--in", "1:30"], 90)]
)
def test_all_of_it_fits_into_the_time(small, played, options: list[str], length: int) -> None:
    assert small.run("rehearse", "small", "--output", "null", *options).code == 0
    show = played[0][0]
    assert [phase.name for phase in show.phases] == ["arrival", "peak"]
    total = sum(phase.frames for phase in show.phases) + show.fades.end
    assert total == pytest.approx(frames(length), abs=3)


@pytest.mark.parametrize("length", ["9s", "soon", "-2m"])
def test_a_time_that_will_not_do_is_wrong_usage(small, played, length: str) -> None:
    done = small.run("rehearse", "small", "--output", "null", "--in", length)
    assert (done.code, done.out, played) == (2, "", [])


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
        env={**os.environ, "PYTHONPATH": str(Path(soundscape.__file__).parents[1])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    phases = [line.split()[-1] for line in done.stdout.splitlines() if " phase " in line]
    assert phases == ["arrival", "onset", "peak", "return", "rest"]
    assert done.stdout.splitlines()[-1].endswith("the session is over")
    assert "\a" not in done.stdout
