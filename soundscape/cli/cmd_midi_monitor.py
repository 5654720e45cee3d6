"""`soundscape midi monitor`: what comes in, in words, as it comes."""

from __future__ import annotations

import json

import rich_click as click

from soundscape.cli.midi_listening import listening
from soundscape.cli.options import json_option
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.ipc import clock
from soundscape.midi.describe import describe
from soundscape.midi.timecode import TimecodeReader

WAIT = 0.5
STEADY = 1.0
"""Seconds between two lines of what never stops: clock, active sensing, running timecode."""

_RUNNING = {0xF8, 0xFE}
_QUARTER_FRAME = 0xF1


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
            news = inputs.take(WAIT)
            if news is not None and (line := lines.of(news, began)) is not None:
                click.echo(line)


class JsonLines:
    """Every message as a line of JSON."""

    def of(self, news: MidiReceived | PortStatus, began: float) -> str | None:
        """The line of what came; `t` counts in seconds from the beginning."""
        if isinstance(news, PortStatus):
            fared = {"port": news.port, "state": news.state, "text": news.text}
            return json.dumps(fared, ensure_ascii=False)
        words = describe(news.data)
        heard = {"t": round(news.at - began, 4), "port": news.port, "data": news.data.hex(" ")}
        return json.dumps({**heard, "message": words}, ensure_ascii=False)


class Lines:
    """Prints messages; those that never stop once a second."""

    def __init__(self) -> None:
        self._timecodes: dict[str, TimecodeReader] = {}
        self._told: dict[tuple[str, int], float] = {}

    def of(self, news: MidiReceived | PortStatus, began: float) -> str | None:
        """The line of what came; None where it is left out."""
        if isinstance(news, PortStatus):
            return f"{news.port}: " + ("listening" if news.state == "ok" else news.text)
        words = self._words(news)
        if words is None:
            return None
        return f"{news.at - began:8.3f}  {news.port}  {words}  [{_hex(news.data)}]"

    def _words(self, heard: MidiReceived) -> str | None:
        kind = heard.data[0]
        if kind == _QUARTER_FRAME:
            reader = self._timecodes.setdefault(heard.port, TimecodeReader())
            whole = reader.feed(heard.data)
            return f"timecode {whole}" if whole and self._again(heard) else None
        return describe(heard.data) if kind not in _RUNNING or self._again(heard) else None

    def _again(self, heard: MidiReceived) -> bool:
        """Whether it is time to tell of something that never stops."""
        key = heard.port, heard.data[0]
        if heard.at - self._told.get(key, -STEADY) < STEADY:
            return False
        self._told[key] = heard.at
        return True


def _hex(data: bytes) -> str:
    return data[:24].hex(" ") + (" …" if len(data) > 24 else "")
