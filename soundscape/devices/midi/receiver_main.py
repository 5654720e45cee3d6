"""The inside of the control process: it owns the MIDI inputs and says what comes in.

A process of its own, because a driver can hang while it holds the interpreter lock, and because a
busy thread beside the sound would cost it blocks. It reads from its standard input a line of JSON
(the ports), and ends when that is closed. It writes lines of JSON: what came, how each port fares,
and twice a second that it is alive. The names of the ports are looked at once a second; a port that
is gone is gone: drivers say nothing, and closing a dead port can crash. So the process then says so
and ends, and the one who started it starts another.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from queue import Empty, Full, Queue
from typing import Any

from soundscape.devices.midi.input_port import InputNames, InputPort, open_input
from soundscape.errors import MidiPortError
from soundscape.ipc import clock
from soundscape.midi.parser import MidiParser
from soundscape.midi.port_names import PortMatch

BEAT = 0.5
"""Seconds between two signs of life."""

LOOK, COSTLY_LOOK = 1.0, 2.0
"""Seconds between two looks at which ports there are; where one delays what comes in meanwhile."""

HANGING = 10
"""Seconds without a turn of the loop after which the system ends the process."""

BACKLOG = 2000
"""Pieces that may wait to be said; what comes then is lost: nobody waits for it any more."""

Piece = tuple[int, float, bytes]
"""Index of the port, monotonic time (s), what the driver gave."""


class InputSlot:
    """One input of the room: sought until it is there, then listened to."""

    def __init__(self, spec: Mapping[str, Any], take: Callable[[bytes], None]) -> None:
        self.name = str(spec["port"])
        self.virtual = bool(spec["virtual"])
        self.opened: InputPort | None = None
        self._wanted = str(spec["input"])
        self._match = PortMatch(self._wanted, spec.get("nth"), str(spec.get("before", "")))
        only = spec.get("only")
        self._only = None if only is None else {(int(kind), int(number)) for kind, number in only}
        self._take = take
        self._incoming = MidiParser()
        self._said = ""

    def seek(self, names: list[str]) -> dict[str, str] | None:
        """Open it if it is there. How it fares, if that is news."""
        try:
            found = self._wanted if self.virtual else self._match.find(names)
            everything = self._only is None
            self.opened = open_input(found, self._take, virtual=self.virtual, everything=everything)
        except MidiPortError as err:
            return self._news("absent", str(err))
        return self._news("ok", self.opened.name)

    def gone(self, names: list[str]) -> dict[str, str] | None:
        """What to say if it was open and is not there any more."""
        if self.opened is None or self.virtual or self.opened.name in names:
            return None
        return self._news("lost", f"MIDI port '{self.opened.name}' has gone")

    def messages(self, piece: bytes) -> list[bytes]:
        """The messages in a piece that are listened to."""
        return [one for one in self._incoming.feed(piece) if self._hears(one)]

    def _hears(self, message: bytes) -> bool:
        if self._only is None:
            return True
        kind = message[0] & 0xF0
        return len(message) > 1 and (max(kind, 0x90), message[1]) in self._only

    def _news(self, state: str, text: str) -> dict[str, str] | None:
        if text == self._said:
            return None
        self._said = text
        return {"port": self.name, "state": state, "text": text}


def look(ports: list[InputSlot], names: list[str]) -> tuple[list[dict[str, str]], bool]:
    """Seek what is absent. What is news, and whether something is gone: then nothing is touched."""
    gone = [news for port in ports if (news := port.gone(names))]
    if gone:
        return gone, True
    sought = [port.seek(names) for port in ports if port.opened is None]
    return [news for news in sought if news], False


def run(ports: list[InputSlot], inbox: Queue[Piece | None], report: Callable[..., None]) -> bool:
    """Say what comes and how the ports fare. True when told to end, false when one is gone."""
    eye = InputNames()
    beat_at = look_at = clock.now()
    while True:
        now = clock.now()
        if now >= look_at:
            listening = any(port.opened for port in ports)
            news, lost = look(ports, eye.look(afresh=not listening))
            for one in news:
                report(**one)
            if lost:
                return False
            listening = any(port.opened for port in ports)
            look_at = now + (COSTLY_LOOK if listening and eye.costly else LOOK)
        if now >= beat_at:
            report(alive=now)
            _wind_up()
            beat_at = now + BEAT
        try:
            piece = inbox.get(timeout=max(0.0, min(beat_at, look_at) - clock.now()))
        except Empty:
            continue
        if piece is None:
            eye.close()
            return True
        index, at, data = piece
        for message in ports[index].messages(data):
            report(port=ports[index].name, at=at, data=message.hex())


def main() -> None:
    """Run the control process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's, which ends us
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # drivers print there, too
    inbox: Queue[Piece | None] = Queue(BACKLOG)

    def take(index: int, data: bytes) -> None:
        with suppress(Full):
            inbox.put_nowait((index, clock.now(), data))

    specs = json.loads(sys.stdin.buffer.readline())
    ports = [InputSlot(spec, partial(take, index)) for index, spec in enumerate(specs)]
    threading.Thread(target=_wait_for_end, args=(inbox,), daemon=True).start()
    asked = run(ports, inbox, partial(_report, out))
    if not asked:
        os._exit(0)  # the ports are not touched any more
    for port in ports:
        if port.opened is not None:
            port.opened.close()


def _wind_up() -> None:
    """Ask the system to end us if we hang: no thread of ours could, nor could a dead parent."""
    if sys.platform != "win32":
        signal.alarm(HANGING)


def _wait_for_end(inbox: Queue[Piece | None]) -> None:
    """Standard input is closed when the other side is done, or gone."""
    while sys.stdin.buffer.read(4096):
        pass
    inbox.put(None)


def _report(out: int, **facts: object) -> None:
    line = json.dumps(facts).encode("ascii") + b"\n"
    while line:
        line = line[os.write(out, line) :]


if __name__ == "__main__":
    main()
