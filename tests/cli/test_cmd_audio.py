from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundscape.cli import cmd_audio, run
from soundscape.devices.audio.output import BLOCK_FRAMES
from soundscape.devices.audio.sdl import AudioDevice
from soundscape.devices.audio.test_sound import sweep, swell

FOUND = [AudioDevice("default", default=True), AudioDevice("USB Headset", default=False)]


def test_devices_are_listed_by_the_names_that_a_room_may_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cmd_audio, "audio_devices", lambda: FOUND)
    assert run(["audio", "devices"]) == 0
    assert capsys.readouterr().out == "default (the system's own choice)\nUSB Headset\n"


def test_devices_are_json_for_scripts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cmd_audio, "audio_devices", lambda: FOUND)
    assert run(["audio", "devices", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "default", "default": True},
        {"name": "USB Headset", "default": False},
    ]


def test_no_device_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cmd_audio, "audio_devices", list)
    assert run(["audio", "devices"]) == 0
    assert capsys.readouterr().out == "This machine shows no audio device.\n"


def test_the_test_goes_through_left_right_and_middle_and_a_rising_tone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cmd_audio, "swell", lambda side: swell(side)[: 4 * BLOCK_FRAMES])
    monkeypatch.setattr(cmd_audio, "sweep", lambda: sweep()[: 2 * BLOCK_FRAMES])
    path = tmp_path / "test.wav"
    assert run(["audio", "test", "--output", f"file:{path}"]) == 0
    out = capsys.readouterr().out
    places = [out.find(word) for word in ("left", "right", "middle", "from 60 Hz to 8 kHz")]
    assert places == sorted(places)
    assert places[0] > 0
    assert soundfile.info(path).frames == (3 * 4 + 2) * BLOCK_FRAMES


def test_null_says_that_nothing_will_be_heard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        cmd_audio, "swell", lambda side: np.zeros((BLOCK_FRAMES, 2), dtype=np.float32)
    )
    monkeypatch.setattr(cmd_audio, "sweep", lambda: np.zeros((BLOCK_FRAMES, 2), dtype=np.float32))
    assert run(["audio", "test", "--output", "null"]) == 0
    assert "You will hear nothing" in capsys.readouterr().out


def test_an_output_that_is_none_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audio", "test", "--output", "speaker"]) == 1
    assert capsys.readouterr().err == "'speaker' is no output: null, or file:PATH\n"


def test_a_device_that_is_not_there_is_one_line_that_lists_what_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    assert run(["audio", "test", "--device", "Scarlett"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("audio device 'Scarlett' is not there; there is: ")
    assert err.count("\n") == 1
    assert os.environ["SDL_AUDIODRIVER"] == "dummy"
