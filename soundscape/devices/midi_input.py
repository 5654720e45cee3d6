"""MIDI inputs: found by a part of the name, opened; bytes as the driver gives them.

python-rtmidi is used without mido here: mido drops what it cannot read whole, and with it the
message after a broken one. Where rtmidi has no wheel, mido's pygame backend gives whole messages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from soundscape.devices import midi
from soundscape.devices.midi import CLIENT, driver, failures, match_port
from soundscape.devices.quiet import quiet_drivers
from soundscape.errors import MidiPortError

try:
    import rtmidi
except ImportError:  # it has no wheel for this Python
    rtmidi = None

Take = Callable[[bytes], None]
"""Called with what came, in a thread of the driver's."""

_LOOK_EVERY = 0.002
"""Seconds between two looks at a port that has no callback (PortMidi, under pygame)."""


class InputNames:
    """The inputs that there are. One client looks, for a new one each time would take 50 ms."""

    def __init__(self) -> None:
        self._eye: Any = None

    def look(self, *, anew: bool = False) -> list[str]:
        """Their names; none where the machine has no MIDI. `anew` by a client of its own.

        After a JACK server has come back, only a new client sees what there is.
        """
        if rtmidi is None:
            return midi.input_names()
        with quiet_drivers(), suppress(MidiPortError, *failures()):
            if self._eye is None or anew:
                self._eye = _client()
            return list(dict.fromkeys(self._eye.get_ports()))
        self._eye = None
        return []


    def close(self) -> None:
        """Look no more."""
        if self._eye is not None:
            self._eye.delete()
            self._eye = None


class InputPort:
    """An open MIDI input."""

    def __init__(self, name: str, close: Callable[[], None]) -> None:
        self.name = name
        self._close: Callable[[], None] | None = close

    def close(self) -> None:
        """Give the port up. Not after its driver or device has gone: that may crash the process."""
        close, self._close = self._close, None
        if close is not None:
            close()


def open_input(
    name: str, take: Take, *, virtual: bool = False, everything: bool = False
) -> InputPort:
    """Open the input of which `name` is a part, or a new virtual one of that name.

    SysEx, clock and sensing come only with `everything`. MidiPortError says what there is when
    nothing or more than one thing matches.
    """
    try:
        with quiet_drivers():
            if rtmidi is None:
                return _open_polled(name, take, virtual=virtual)
            return _open(name, take, virtual=virtual, everything=everything)
    except failures() as err:
        kind = "virtual MIDI input" if virtual else "MIDI input"
        text = " ".join(str(err).split()) or type(err).__name__
        raise MidiPortError(f"{kind} '{name}' does not open: {text}") from err


def _client(name: str | None = None) -> Any:
    return rtmidi.MidiIn(getattr(rtmidi, f"API_{driver().api}"), name)


def _open(name: str, take: Take, *, virtual: bool, everything: bool) -> InputPort:
    client = _client(CLIENT)
    ignored = not everything
    client.ignore_types(sysex=ignored, timing=ignored, active_sense=ignored)
    client.set_callback(lambda heard, _: take(bytes(heard[0])))
    if virtual:
        client.open_virtual_port(name)
        found = name
    else:
        names = client.get_ports()
        found = match_port(name, list(dict.fromkeys(names)))
        client.open_port(names.index(found), name="in")

    def close() -> None:
        client.cancel_callback()
        client.close_port()
        client.delete()

    return InputPort(found, close)


def _open_polled(name: str, take: Take, *, virtual: bool) -> InputPort:
    """An input of a backend that calls nobody: a thread looks."""
    if virtual:
        raise MidiPortError(f"virtual MIDI input '{name}': this machine's MIDI has none")
    backend = driver()
    found = match_port(name, midi.input_names())
    port = backend.open_input(found)
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for message in port.iter_pending():
                take(bytes(message.bytes()))
            time.sleep(_LOOK_EVERY)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()

    def close() -> None:
        over.set()
        thread.join(1.0)
        port.close()

    return InputPort(found, close)
