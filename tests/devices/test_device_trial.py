"""Devices are tried in a process of their own, so that no driver keeps anybody waiting."""

from __future__ import annotations

import subprocess
import sys

import pytest

from soundscape.devices import device_trial
from soundscape.devices.device_trial import CODEC, try_devices
from soundscape.ipc import spawn as spawning
from soundscape.scene.models import AudioRoom

pytestmark = pytest.mark.waits


def test_a_device_that_opens_has_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    assert try_devices(AudioRoom(), [], [], midi=False).audio == ""


def test_a_device_that_is_not_there_is_said_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    said = try_devices(AudioRoom(device="Scarlett"), [], [], midi=False).audio
    assert "'Scarlett' is not there; there is: " in said


def test_without_midi_that_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "no.such.backend")
    found = try_devices(AudioRoom(), [], [], midi=True)
    assert "no MIDI" in found.midi


def instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Run this program as the process that tries devices."""
    real = spawning.subprocess.Popen
    monkeypatch.setattr(
        spawning.subprocess,
        "Popen",
        lambda _command, **more: real((sys.executable, "-c", program), **more),
    )


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os; os._exit(11)", "its driver crashes"),
        ("import time; time.sleep(600)", "its driver does not answer within 1 s"),
    ],
)
def test_a_driver_that_crashes_or_hangs_is_a_fault_of_what_was_tried(
    monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    lines = """print('["audio", "", ""]\\n["trying", "output Desk 1", ""]', flush=True); """
    instead(monkeypatch, lines + program)
    found = device_trial.try_devices(AudioRoom(), ["Desk 1"], [], midi=True, patience=1.0)
    assert found.outputs == {"Desk 1": said}
    assert found.audio == ""


def test_the_time_that_a_busy_computer_loads_is_not_the_drivers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = '["trying", "audio", ""]\\n["audio", "", ""]\\n["done", "", ""]'
    instead(monkeypatch, f"import time; time.sleep(0.5); print('{lines}', flush=True)")
    assert try_devices(AudioRoom(), [], [], midi=False, patience=0.2).audio == ""


def test_a_computer_that_never_comes_to_try_is_told_as_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instead(monkeypatch, "import time; time.sleep(600)")
    said = try_devices(AudioRoom(), [], [], midi=False, loading=0.5).audio
    assert "could not be tried" in said
    assert "driver" not in said


def test_the_drivers_are_loaded_before_a_device_is_tried() -> None:
    program = (
        "import sys; import soundscape.devices.device_trial_main as trial; trial._try = "
        "lambda *_: print('pygame' in sys.modules, 'mido' in sys.modules); trial.main()"
    )
    done = subprocess.run(
        (sys.executable, "-c", program),
        input=CODEC.encode({"audio": AudioRoom(), "midi": True, "outputs": (), "inputs": ()}),
        capture_output=True,
        check=True,
    )
    assert done.stdout.splitlines()[:2] == [b"True True"] * 2
