"""MIDI ports through mido: their names, and output.

Three facts about the drivers shape this module. Opening, closing and listing belong in one thread.
A closed port must not be touched: rtmidi would crash the process. And a `client_name` given for a
hardware port opens an unconnected virtual one without an error, so only virtual ports get one.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mido import Backend, Message

from soundscape.devices.midi.port_messages import PAIR, is_pair
from soundscape.devices.quiet_stderr import quiet_drivers
from soundscape.errors import MidiPortError
from soundscape.midi.port_names import without_index

CLIENT = "Soundscape"
"""The name under which other programs see our virtual ports."""

PYGAME = "mido.backends.pygame"
RTMIDI = "mido.backends.rtmidi"
WINMM = "WINDOWS_MM"
_RTMIDI_APIS = ("LINUX_ALSA", "MACOSX_CORE", WINMM, "UNIX_JACK")
_FAILURES = (OSError, ValueError, RuntimeError, NotImplementedError, LookupError)
"""The errors of mido and its backends; the last one for some malformed bytes."""

_SEQUENCER = str(Path(__file__).with_name("sequencer.conf"))


class OutputPort:
    """An open MIDI output. Not thread-safe; use it where it was opened."""

    def __init__(self, name: str, port: Any) -> None:
        self.name = name
        self._port: Any = port

    def send(self, data: bytes) -> None:
        """Send one complete message, or the two of a 14-bit pair with nothing between them.

        PortMidi takes both in one call. rtmidi takes one message a call, so the two calls follow
        each other directly. A driver may block here for ever, so call it only in a thread that
        nothing waits for. Raises MidiPortError if the driver refuses a message or the port is
        closed.
        """
        if self._port is None:
            raise MidiPortError(f"MIDI output '{self.name}' is closed")
        try:
            if is_pair(data):
                self._send_pair(data[: PAIR // 2], data[PAIR // 2 :])
            else:
                self._port.send(Message.from_bytes(data))
        except _FAILURES as err:
            raise MidiPortError(f"MIDI output '{self.name}': {_plain(err)}") from err

    def _send_pair(self, most: bytes, least: bytes) -> None:
        both = [Message.from_bytes(most), Message.from_bytes(least)]
        portmidi: Any = getattr(self._port, "_port", None)  # mido's port has no call for several
        if hasattr(portmidi, "write"):
            portmidi.write([[message.bytes(), 0] for message in both])
            return
        for message in both:
            self._port.send(message)

    def close(self) -> None:
        """Close the port. Nothing is sent: lights keep their last look."""
        port, self._port = self._port, None
        if port is not None:
            port.close()


def output_names(*, afresh: bool = False) -> list[str]:
    """Return the names of all outputs; none if the machine has no MIDI. See input_names."""
    return _names("get_output_names", afresh)


def input_names(*, afresh: bool = False) -> list[str]:
    """Return the names of all inputs; none if the machine has no MIDI.

    PortMidi, which pygame uses, makes its list once. It makes a new one (`afresh`) only with all
    ports closed.
    """
    return _names("get_input_names", afresh)


def open_output(name: str, *, virtual: bool = False) -> OutputPort:
    """Open the output of exactly this name, or a new virtual one. Raises MidiPortError."""
    backend = _backend()
    try:
        with calling(backend.name):
            if virtual:
                return OutputPort(name, backend.open_output(name, virtual=True, client_name=CLIENT))
            return OutputPort(name, backend.open_output(_driver_name(backend, name)))
    except _FAILURES as err:
        kind = "virtual MIDI output" if virtual else "MIDI output"
        raise MidiPortError(f"{kind} '{name}' does not open: {_plain(err)}") from err


class OutputNames:
    """The names of the outputs, for many polls in the thread that opens and sends.

    One client of the driver is kept for it, since making one takes 20 to 190 ms, during which
    nothing could be sent.
    """

    def __init__(self) -> None:
        self._client: Any = None

    def now(self, *, afresh: bool) -> list[str]:
        """Return the names; none while no driver answers. `afresh`: no port is open."""
        try:
            backend = _backend()
            if not getattr(backend, "api", None):
                return output_names(afresh=afresh)
            with quiet_drivers():
                return shown_names(str(backend.api), self._ask(str(backend.api)))
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
    """Return the first backend that works, chosen once. Raises MidiPortError if there is none.

    `SOUNDSCAPE_MIDI_BACKEND` names an API of rtmidi (`UNIX_JACK`) or a backend of mido
    (`mido.backends.pygame`) if the first one is not right.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    wanted = os.environ.get("SOUNDSCAPE_MIDI_BACKEND", "")
    if wanted and not wanted.isupper():
        specs = [wanted]
    elif importlib.util.find_spec("rtmidi") is None:  # it has no wheel for this Python
        specs = [PYGAME]
    else:
        specs = [f"{RTMIDI}/{api}" for api in ([wanted] if wanted else _RTMIDI_APIS)]
    for spec in specs:
        try:
            with calling(spec):
                backend = Backend(spec, load=True, use_environ=False)
                backend.get_output_names()
        except (*_FAILURES, ImportError):
            continue
        return backend
    raise MidiPortError("this machine has no MIDI (no driver answers)")


@contextmanager
def calling(backend: str) -> Iterator[None]:
    """Call a backend of mido with its drivers' output off the terminal.

    pygame's wheels for Linux bring their own ALSA, which looks for its configuration where no
    system has one and then finds no port, so it is given one here. PortMidi's errors have no class
    of their own; here they become OSErrors.
    """
    ours = backend == PYGAME and sys.platform == "linux" and "ALSA_CONFIG_PATH" not in os.environ
    if ours:
        os.environ["ALSA_CONFIG_PATH"] = _SEQUENCER
    try:
        with quiet_drivers():
            yield
    except Exception as err:
        if backend == PYGAME:
            raise OSError(_plain(err)) from err
        raise
    finally:
        if ours:
            del os.environ["ALSA_CONFIG_PATH"]


def driver() -> Any:
    """Return mido's backend in use, with its API in `.api`. Raises MidiPortError without one."""
    return _backend()


def failures() -> tuple[type[Exception], ...]:
    """Return the errors that the drivers' libraries raise."""
    if importlib.util.find_spec("rtmidi") is None:
        return _FAILURES
    import rtmidi  # noqa: PLC0415 - only where there is one

    return (*_FAILURES, rtmidi.RtMidiError)


def _names(which: str, afresh: bool) -> list[str]:
    try:
        backend = _backend()
        with calling(backend.name):
            if afresh and backend.name == PYGAME:
                importlib.import_module("pygame.midi").quit()
            found = list(dict.fromkeys(getattr(backend, which)()))
            return shown_names(getattr(backend, "api", None), found)
    except (MidiPortError, *_FAILURES):
        return []


def shown_names(api: str | None, names: list[str]) -> list[str]:
    """Return the ports' names as we use them; those of WinMM without rtmidi's index."""
    return without_index(names) if api == WINMM else names


def _driver_name(backend: Any, name: str) -> str:
    """Return the name by which the driver knows an output now."""
    if getattr(backend, "api", None) != WINMM:
        return name
    names: list[str] = list(dict.fromkeys(backend.get_output_names()))
    return dict(zip(without_index(names), names, strict=True)).get(name, name)


def _plain(err: BaseException) -> str:
    return " ".join(str(err).split()) or type(err).__name__
