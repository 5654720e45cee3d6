"""Opens MIDI inputs, found by a part of the name, and passes on bytes as the driver gives them.

python-rtmidi is used without mido here: mido drops what it cannot read whole, and with it the
message after a broken one. If rtmidi has no wheel, mido's pygame backend gives whole messages.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from soundscape.devices.midi import mido_ports
from soundscape.devices.midi.mido_ports import CLIENT, driver, failures
from soundscape.devices.quiet_stderr import quiet_drivers
from soundscape.errors import MidiPortError
from soundscape.midi.port_names import match_port

try:
    import rtmidi
except ImportError:  # it has no wheel for this Python
    rtmidi = None

Take = Callable[[bytes], None]
"""Called with received bytes, in a thread of the driver."""

_POLL_INTERVAL = 0.003
"""Seconds between two polls of a port whose driver calls no function of ours."""


class InputNames:
    """The names of the MIDI inputs. One client is kept for all polls, except on JACK."""

    def __init__(self) -> None:
        self._client: Any = None

    @property
    def costly(self) -> bool:
        """Whether a poll delays other work (by about 50 ms)."""
        return _on_jack()

    def poll(self, *, afresh: bool) -> list[str]:
        """Return the names; none if the machine has no MIDI. `afresh`: no port is open.

        On JACK a client keeps the names from before its server died, and crashes when it is deleted
        after that, so each poll there uses a client of its own.
        """
        if not _by_rtmidi():
            return mido_ports.input_names(afresh=afresh)
        with quiet_drivers(), suppress(*failures()):
            client = self._client or _new_client()
            names = mido_ports.shown_names(driver().api, list(client.get_ports()))
            if self.costly:
                client.delete()
            else:
                self._client = client
            return names
        return []

    def close(self) -> None:
        """Delete the client."""
        if self._client is not None:
            self._client.delete()
            self._client = None


class InputPort:
    """An open MIDI input."""

    def __init__(self, name: str, close: Callable[[], None]) -> None:
        self.name = name
        self._close: Callable[[], None] | None = close

    def close(self) -> None:
        """Close the port. Not after its driver or device is gone: that may crash the process."""
        close, self._close = self._close, None
        if close is not None:
            close()


def open_input(
    name: str, take: Take, *, virtual: bool = False, everything: bool = False
) -> InputPort:
    """Open the input that has `name` in its name, or a new virtual one of that name.

    SysEx, clock and sensing come only with `everything`. MidiPortError lists the inputs if none or
    several match.
    """
    try:
        if not _by_rtmidi():
            return _open_with_mido(name, take, virtual=virtual)
        with quiet_drivers():
            return _open(name, take, virtual=virtual, everything=everything)
    except failures() as err:
        kind = "virtual MIDI input" if virtual else "MIDI input"
        text = " ".join(str(err).split()) or type(err).__name__
        raise MidiPortError(f"{kind} '{name}' does not open: {text}") from err


def _by_rtmidi() -> bool:
    """Return whether rtmidi is the driver in use; False without any driver."""
    with suppress(MidiPortError):
        return rtmidi is not None and bool(driver().name == mido_ports.RTMIDI)
    return False


def _on_jack() -> bool:
    return _by_rtmidi() and bool(driver().api == "UNIX_JACK")


def _new_client(name: str | None = None) -> Any:
    return rtmidi.MidiIn(getattr(rtmidi, f"API_{driver().api}"), name)


def _open(name: str, take: Take, *, virtual: bool, everything: bool) -> InputPort:
    client = _new_client(CLIENT)
    ignored = not everything
    client.ignore_types(sysex=ignored, timing=ignored, active_sense=ignored)
    end_taking = client.cancel_callback
    if _on_jack():
        # A callback would run in JACK's own cycle and wait there for the interpreter: messages are
        # lost, or the server waits with it. rtmidi's queue takes them without.
        end_taking = _start_taking(lambda: _queued(client), take)
    else:
        client.set_callback(lambda heard, _: take(bytes(heard[0])))
    if virtual:
        client.open_virtual_port(name)
        found = name
    else:
        names = mido_ports.shown_names(driver().api, list(client.get_ports()))
        found = match_port(name, names)
        client.open_port(names.index(found), name="in")

    def close() -> None:
        end_taking()
        client.close_port()
        client.delete()

    return InputPort(found, close)


def _queued(client: Any) -> Iterator[bytes]:
    while (heard := client.get_message()) is not None:
        yield bytes(heard[0])


def _open_with_mido(name: str, take: Take, *, virtual: bool) -> InputPort:
    if virtual:
        raise MidiPortError(f"virtual MIDI input '{name}': this machine's MIDI has none")
    found = match_port(name, mido_ports.input_names())
    backend = driver()
    with mido_ports.calling(backend.name):
        port = backend.open_input(found)
    end_taking = _start_taking(
        lambda: (bytes(message.bytes()) for message in port.iter_pending()), take
    )

    def close() -> None:
        end_taking()
        port.close()

    return InputPort(found, close)


def _start_taking(waiting: Callable[[], Iterable[bytes]], take: Take) -> Callable[[], None]:
    """Start a thread that takes what is waiting. Return a function that ends it."""
    over = threading.Event()

    def poll() -> None:
        while not over.wait(_POLL_INTERVAL):
            for data in waiting():
                take(data)

    thread = threading.Thread(target=poll, daemon=True)
    thread.start()

    def end() -> None:
        over.set()
        thread.join(1.0)

    return end
