"""MIDI ports through mido: their names, and output.

Three facts about the drivers shape this module. Opening, closing and listing belong in one thread.
A port must not be touched after it was closed: rtmidi would crash the process. And a `client_name`
given for a hardware port opens an unconnected virtual one without a word, so only virtual ports get
one.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from typing import Any

from mido import Backend, Message

from soundscape.devices.quiet import quiet_drivers
from soundscape.errors import MidiPortError

CLIENT = "Soundscape"
"""The name under which other programs see our virtual ports."""

PYGAME = "mido.backends.pygame"
_RTMIDI_APIS = ("LINUX_ALSA", "MACOSX_CORE", "WINDOWS_MM", "UNIX_JACK")
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
    """Open the output of exactly this name, or a new virtual one. Raises MidiPortError."""
    backend = _backend()
    with quiet_drivers():
        try:
            if virtual:
                return OutputPort(name, backend.open_output(name, virtual=True, client_name=CLIENT))
            return OutputPort(name, backend.open_output(name))
        except _FAILURES as err:
            kind = "virtual MIDI output" if virtual else "MIDI output"
            raise MidiPortError(f"{kind} '{name}' does not open: {_plain(err)}") from err


class OutputNames:
    """The outputs there are, looked at again and again, in the thread that opens and sends.

    One client of the driver's is kept for it: to make one takes it 20 to 190 ms, during which
    nothing could be sent.
    """

    def __init__(self) -> None:
        self._client: Any = None

    def now(self, *, afresh: bool) -> list[str]:
        """The names; none while no driver answers. `afresh`: no port is open.

        PortMidi, beneath pygame, makes its list once, and a new one only with all ports closed.
        """
        try:
            backend = _backend()
            with quiet_drivers():
                if getattr(backend, "api", None):
                    return list(self._ask(str(backend.api)))
                if afresh and backend.name == PYGAME:
                    importlib.import_module("pygame.midi").quit()
                return list(backend.get_output_names())
        except (MidiPortError, *_FAILURES):
            self._client = None
            return []

    def _ask(self, api: str) -> list[str]:
        if self._client is None:
            rtmidi = importlib.import_module("rtmidi")
            self._client = rtmidi.MidiOut(rtapi=getattr(rtmidi, f"API_{api}"))
        names: list[str] = self._client.get_ports()
        return names


@functools.cache
def _backend() -> Any:
    """The first backend that works, chosen once; MidiPortError while there is none.

    `SOUNDSCAPE_MIDI_BACKEND` names an API of rtmidi's (`UNIX_JACK`) or a module of mido's kind
    (`mido.backends.pygame`) where the first is not the right one.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    wanted = os.environ.get("SOUNDSCAPE_MIDI_BACKEND", "")
    if wanted and not wanted.isupper():
        specs = [wanted]
    elif importlib.util.find_spec("rtmidi") is None:  # it has no wheel for this Python
        specs = [PYGAME]
    else:
        specs = [f"mido.backends.rtmidi/{api}" for api in ([wanted] if wanted else _RTMIDI_APIS)]
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


def _plain(err: BaseException) -> str:
    return " ".join(str(err).split()) or type(err).__name__
