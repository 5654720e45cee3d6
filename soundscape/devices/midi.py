"""MIDI ports through mido: names, a port by a part of its name, output.

Three facts about the drivers shape this module. Opening, closing and listing belong in one thread.
A port must not be touched after it was closed: rtmidi would crash the process. And a `client_name`
given for a hardware port opens an unconnected virtual one without a word, so only virtual ports get
one.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
from collections.abc import Callable, Sequence
from typing import Any

from mido import Backend, Message

from soundscape.devices.quiet import quiet_drivers
from soundscape.errors import MidiPortError

CLIENT = "Soundscape"
"""The name under which other programs see our virtual ports."""

_RTMIDI_APIS = ("LINUX_ALSA", "MACOSX_CORE", "WINDOWS_MM", "UNIX_JACK")
_ALSA_NUMBERS = re.compile(r"\s+\d+:\d+$")
_FAILURES = (OSError, ValueError, RuntimeError, NotImplementedError, LookupError)
"""What mido and its backends raise; the last for some malformed bytes."""


class OutputPort:
    """An open MIDI output. Not thread-safe; use it where it was opened."""

    def __init__(self, name: str, port: Any) -> None:
        self.name = name
        self._port: Any = port

    def send(self, data: bytes) -> None:
        """Send one complete message. MidiPortError if the driver refuses it or the port is closed.

        A driver may block in here for ever: call it only where nobody waits.
        """
        if self._port is None:
            raise MidiPortError(f"MIDI output '{self.name}' is closed")
        try:
            self._port.send(Message.from_bytes(data))
        except _FAILURES as err:
            raise MidiPortError(f"MIDI output '{self.name}': {_plain(err)}") from err

    def close(self) -> None:
        """Give the port up. Nothing is sent: lights keep their last look."""
        port, self._port = self._port, None
        if port is not None:
            port.close()


def output_names() -> list[str]:
    """The names of the outputs there are; none where the machine has no MIDI."""
    return _names("get_output_names")


def input_names() -> list[str]:
    """The names of the inputs there are; none where the machine has no MIDI."""
    return _names("get_input_names")


def open_output(name: str, *, virtual: bool = False) -> OutputPort:
    """Open the output of which `name` is a part, or a new virtual one of that name.

    MidiPortError says what there is when nothing or more than one thing matches.
    """
    backend = _backend()
    with quiet_drivers():
        try:
            if virtual:
                return OutputPort(name, backend.open_output(name, virtual=True, client_name=CLIENT))
            found = match_port(name, backend.get_output_names())
            return OutputPort(found, backend.open_output(found))
        except _FAILURES as err:
            kind = "virtual MIDI output" if virtual else "MIDI output"
            raise MidiPortError(f"{kind} '{name}' does not open: {_plain(err)}") from err


def match_port(wanted: str, names: Sequence[str]) -> str:
    """The one name that `wanted` is, or is a part of; letter case and ALSA's numbers do not count.

    A whole name beats whole words, and whole words beat a part of one. MidiPortError when nothing
    matches, or more than one.
    """
    text = _bare(wanted)
    word = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    ways: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: _bare(name) == text,
        lambda name: word.search(_bare(name)) is not None,
        lambda name: text in _bare(name),
    )
    for way in ways:
        found = [name for name in names if way(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise MidiPortError(
                f"MIDI port '{wanted}' may be any of {_listed(found)}; give more of its name"
            )
    there = f"there are {_listed(names)}" if names else "this machine has none"
    raise MidiPortError(f"MIDI port '{wanted}' is not there; {there}")


@functools.cache
def _backend() -> Any:
    """The first backend that works, chosen once; MidiPortError while there is none.

    `SOUNDSCAPE_MIDI_BACKEND` names an API (`UNIX_JACK`) where the first is not the right one.
    """
    wanted = os.environ.get("SOUNDSCAPE_MIDI_BACKEND")
    apis = (wanted,) if wanted else _RTMIDI_APIS
    specs = [f"mido.backends.rtmidi/{api}" for api in apis]
    if importlib.util.find_spec("rtmidi") is None:  # it has no wheel for this Python
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        specs = ["mido.backends.pygame"]
    with quiet_drivers():
        for spec in specs:
            try:
                backend = Backend(spec, load=True, use_environ=False)
                backend.get_output_names()
            except (*_FAILURES, ImportError):
                continue
            return backend
    raise MidiPortError("this machine has no MIDI (no driver answers)")


def driver() -> Any:
    """mido's backend that is in use, its API named by `.api`. MidiPortError where there is none."""
    return _backend()


def failures() -> tuple[type[Exception], ...]:
    """What the drivers' libraries raise."""
    if importlib.util.find_spec("rtmidi") is None:
        return _FAILURES
    import rtmidi  # noqa: PLC0415 - only where there is one

    return (*_FAILURES, rtmidi.RtMidiError)


def _names(which: str) -> list[str]:
    try:
        backend = _backend()
        with quiet_drivers():
            return list(dict.fromkeys(getattr(backend, which)()))
    except (MidiPortError, *_FAILURES):
        return []


def _bare(name: str) -> str:
    return _ALSA_NUMBERS.sub("", name).casefold().strip()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _plain(err: BaseException) -> str:
    return " ".join(str(err).split()) or type(err).__name__
