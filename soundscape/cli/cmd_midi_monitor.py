"""`soundscape midi monitor`: prints incoming messages in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click

from soundscape.cli.options import json_option
from soundscape.devices.midi.inputs import MidiInputs
from soundscape.devices.midi.mido_ports import input_names
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.errors import MidiPortError
from soundscape.ipc import clock
from soundscape.midi.describe import describe
from soundscape.midi.port_names import match_port
from soundscape.midi.timecode import TimecodeReader
from soundscape.scene.models import PortSpec

WAIT = 0.5
STEADY = 1.0
"""Seconds between two lines of a message that never stops: clock, active sensing, timecode."""

_RUNNING = {0xF8, 0xFE}
_QUARTER_FRAME = 0xF1


@contextmanager
def listening(port: str | None) -> Iterator[MidiInputs]:
    """Listen to all inputs, or to the one that `port` names. Raises MidiPortError without any."""
    connected = input_names()
    if not connected:
        raise MidiPortError(
            "no MIDI input is there: connect a pedal, and see `soundscape midi ports`"
        )
    names = connected if port is None else [match_port(port, connected)]
    inputs = MidiInputs({name: PortSpec(input=name) for name in names})
    inputs.start()
    try:
        yield inputs
    finally:
        inputs.close()


@click.command()
@click.argument("port", required=False)
@json_option
def monitor(port: str | None, *, as_json: bool) -> None:
    """Show incoming messages, decoded, until Ctrl-C.

    PORT is a part of the name of an input; without it, all inputs are shown. Clock, active sensing
    and running timecode are shown once a second; with --json every message is a line.

    \b
    Example:
      soundscape midi monitor
      soundscape midi monitor AirTurn --json
    """
    began = clock.now()
    lines = JsonLines() if as_json else Lines()
    with listening(port) as inputs:
        while True:
            report = inputs.take(WAIT)
            if report is not None and (line := lines.of(report, began)) is not None:
                click.echo(line)


class JsonLines:
    """Every message as a line of JSON."""

    def of(self, report: MidiReceived | PortStatus, began: float) -> str | None:
        """Return the line; its `t` is in seconds since `began`."""
        if isinstance(report, PortStatus):
            status = {"port": report.port, "state": report.state, "text": report.text}
            return json.dumps(status, ensure_ascii=False)
        words = describe(report.data)
        at = round(report.at - began, 4)
        received = {"t": at, "port": report.port, "data": report.data.hex(" ")}
        return json.dumps({**received, "message": words}, ensure_ascii=False)


class Lines:
    """Every message in words; a message that never stops is shown once a second."""

    def __init__(self) -> None:
        self._timecodes: dict[str, TimecodeReader] = {}
        self._printed: dict[tuple[str, int], float] = {}

    def of(self, report: MidiReceived | PortStatus, began: float) -> str | None:
        """Return the line; None if it is left out."""
        if isinstance(report, PortStatus):
            return f"{report.port}: " + ("listening" if report.state == "ok" else report.text)
        words = self._words(report)
        if words is None:
            return None
        return f"{report.at - began:8.3f}  {report.port}  {words}  [{_hex(report.data)}]"

    def _words(self, message: MidiReceived) -> str | None:
        kind = message.data[0]
        if kind == _QUARTER_FRAME:
            reader = self._timecodes.setdefault(message.port, TimecodeReader())
            whole = reader.feed(message.data)
            return f"timecode {whole}" if whole and self._again(message) else None
        return describe(message.data) if kind not in _RUNNING or self._again(message) else None

    def _again(self, message: MidiReceived) -> bool:
        """Return whether a second has passed since the last line of such a message."""
        key = message.port, message.data[0]
        if message.at - self._printed.get(key, -STEADY) < STEADY:
            return False
        self._printed[key] = message.at
        return True


def _hex(data: bytes) -> str:
    return data[:24].hex(" ") + (" …" if len(data) > 24 else "")
