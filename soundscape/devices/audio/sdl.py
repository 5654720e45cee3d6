"""SDL's audio through pygame: loads it quietly, lists its devices, finds one by name."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from dataclasses import dataclass

from soundscape.devices.audio.output import DEFAULT
from soundscape.devices.quiet_stderr import quiet_drivers
from soundscape.errors import AudioDeviceError

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
# SDL would take SIGTERM for itself, and the process would no longer end on it.
os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
# SDL's events, which tell that a device went away, come only with a video system: one without a
# screen.
os.environ["SDL_VIDEODRIVER"] = "dummy"
# pygame looks for fonts and icons by setuptools where that is installed, which takes longer to load
# than all of pygame. Without it pygame finds them too.
_setuptools = sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]
try:
    import pygame
    from pygame import mixer
    from pygame._sdl2 import audio as sdl_audio
    from pygame._sdl2 import sdl2
finally:
    if _setuptools is None:
        del sys.modules["pkg_resources"]

__all__ = [
    "DEFAULT",
    "AudioDevice",
    "close_mixer",
    "device_removed",
    "devices",
    "driver_name",
    "find",
    "mixer",
    "names",
    "open_mixer",
]

_OWN_DRIVER = {"win32": "wasapi", "darwin": "coreaudio"}


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """An audio output of this machine. `default` is the one that plays when none is named."""

    name: str
    default: bool


def devices() -> list[AudioDevice]:
    """Return the audio outputs that SDL lists: the system's default first, then the others by name.

    It is empty if there is none. Raises AudioDeviceError if SDL's audio does not start at all.
    """
    names = _names()
    if not names:
        return []
    return [AudioDevice(DEFAULT, default=True), *(AudioDevice(name, False) for name in names)]


def names() -> list[str]:
    """Return the names of the audio outputs; empty if SDL's audio does not start."""
    try:
        return _names()
    except AudioDeviceError:
        return []


def find(wanted: str | None) -> str | None:
    """Return the full name of the device that has `wanted` in its name; None for the default one.

    AudioDeviceError lists the devices if none or several match.
    """
    if wanted is None or wanted == DEFAULT:
        return None
    names = _names()
    if wanted in names:
        return wanted
    meant = [name for name in names if wanted.casefold() in name.casefold()]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise AudioDeviceError(
            f"audio device {wanted!r}: several are meant: {', '.join(meant)}; give more of the name"
        )
    raise AudioDeviceError(f"audio device {wanted!r} is not there; {_listing(names)}")


def _listing(names: list[str]) -> str:
    """Return the devices for an error's line."""
    return f"there is: {', '.join(names)}" if names else "this machine shows no audio device"


def driver_name() -> str:
    """Return the name of the audio driver that SDL will open; "" if that is unknown.

    Only pygame-ce says it. SDL itself does if a library's symbols can be reached from another;
    elsewhere it is the system's own.
    """
    if wanted := os.environ.get("SDL_AUDIODRIVER"):
        return wanted.split(",")[0]
    if own := _OWN_DRIVER.get(sys.platform):
        return own
    with quiet_drivers(), suppress(RuntimeError, AttributeError, OSError):
        sdl2.init_subsystem(sdl2.INIT_AUDIO)
        try:
            ask = ctypes.CDLL(mixer.__file__).SDL_GetCurrentAudioDriver
            ask.restype = ctypes.c_char_p
            return (ask() or b"").decode("ascii")
        finally:
            mixer.quit()
    return ""


def open_mixer(
    device: str | None, *, rate: int, channels: int, buffer: int, voices: int = 1
) -> None:
    """Open pygame's mixer on a device (None: the default one) in float32, with `voices` channels.

    SDL takes its dummy and disk drivers only if SDL_AUDIODRIVER asks for them, so on a machine
    without a sound card this fails, and no session plays without being heard.
    """
    if mixer.get_init():
        raise AudioDeviceError("the audio device is already open in this program")
    name = find(device)
    try:
        with quiet_drivers():
            mixer.init(rate, 32, channels, buffer, devicename=name, allowedchanges=0)
            pygame.display.init()
    except pygame.error as err:
        raise AudioDeviceError(
            f"audio device {device or DEFAULT!r} does not open ({err}); {_listing(names())}"
        ) from err
    mixer.set_num_channels(voices)
    pygame.event.set_blocked(None)
    pygame.event.set_allowed(pygame.AUDIODEVICEREMOVED)


def device_removed() -> bool:
    """Return whether the system has taken the open device away since the last call.

    SDL does not notice: it takes sound at the usual speed, and none of it is heard.
    """
    return any(event.which for event in pygame.event.get(pygame.AUDIODEVICEREMOVED))


def close_mixer() -> None:
    """Close what open_mixer opened. It may block for ever if a sound server hangs."""
    mixer.quit()
    pygame.display.quit()


def _names() -> list[str]:
    """Return SDL's names. The audio system is started for it, and left as it was."""
    started = mixer.get_init() is None
    try:
        with quiet_drivers():
            if started:
                sdl2.init_subsystem(sdl2.INIT_AUDIO)
            return list(sdl_audio.get_audio_device_names(False))
    except RuntimeError as err:  # pygame.error and its _sdl2 twin
        raise AudioDeviceError(f"the system's audio does not start ({err})") from err
    finally:
        if started:
            mixer.quit()
