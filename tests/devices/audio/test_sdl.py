from __future__ import annotations

import pytest

from soundscape.devices.audio import sdl
from soundscape.devices.audio.sdl import AudioDevice, devices, find, open_mixer
from soundscape.errors import AudioDeviceError

NAMES = ["Built-in Audio Analog Stereo", "USB Headset", "USB Headset Pro", "HDMI"]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    there = list(NAMES)
    monkeypatch.setattr(sdl, "_names", lambda: there)
    return there


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("HDMI", "HDMI"),
        ("built-in", NAMES[0]),
        ("headset pro", NAMES[2]),
        ("USB Headset", NAMES[1]),
    ],
)
@pytest.mark.usefixtures("names")
def test_a_device_is_found_by_its_name_or_a_part_of_it(wanted: str, found: str) -> None:
    assert find(wanted) == found


@pytest.mark.usefixtures("names")
def test_a_part_of_several_names_lists_them() -> None:
    with pytest.raises(AudioDeviceError, match="several are meant: USB Headset, USB Headset Pro"):
        find("usb")


@pytest.mark.usefixtures("names")
def test_a_device_that_is_not_there_lists_what_is() -> None:
    with pytest.raises(AudioDeviceError, match="'Scarlett' is not there; there is: Built-in"):
        find("Scarlett")


@pytest.mark.parametrize("wanted", [None, "default"])
def test_the_default_device_needs_no_name(wanted: str | None) -> None:
    assert find(wanted) is None


@pytest.mark.usefixtures("names")
def test_the_default_device_is_listed_first() -> None:
    assert devices()[0] == AudioDevice("default", default=True)
    assert [device.name for device in devices()[1:]] == NAMES


def test_no_device_is_an_empty_list(names: list[str]) -> None:
    names.clear()
    assert devices() == []


def test_a_driver_that_does_not_exist_is_one_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "gramophone")
    with pytest.raises(AudioDeviceError, match="gramophone") as caught:
        open_mixer(None, rate=48000, channels=2, buffer=512)
    assert "\n" not in str(caught.value)


def test_a_device_is_open_once_in_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    open_mixer(None, rate=48000, channels=2, buffer=512)
    with pytest.raises(AudioDeviceError, match="already open"):
        open_mixer(None, rate=48000, channels=2, buffer=512)
    sdl.mixer.quit()
