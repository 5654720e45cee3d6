"""The room's pedals, pads and faders in a running session: what they ask for, and their lights.

A thread takes messages from the control process, lets the surface make commands of them, and asks
the session for those. Nobody waits for it. It wakes when something comes in or changes, and once a
second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol

from soundscape.controls.control_surface import ControlSurface
from soundscape.controls.gestures import SessionState
from soundscape.devices.midi.inputs import MidiInputs, MidiReceived, PortStatus
from soundscape.errors import SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.player_messages import CommandDone, MidiSent
from soundscape.scene.models import Room
from soundscape.timeline.commands import Command
from soundscape.views import fault_texts

LOOK = 1.0
"""Seconds between two looks at the session when nothing comes and nothing changes."""

STALE = 1.0
"""A message older than this (s) is let go: a pedal must do nothing long after the foot."""


class SteeredSession(Protocol):
    """What is steered: `engine.host.host.Host`."""

    ports: Mapping[str, str]
    sent: SimpleQueue[MidiSent]

    def ask(self, command: Command) -> Future[CommandDone]:
        """Ask for a command."""
        ...

    def look(self) -> SessionState:
        """How the session stands."""
        ...

    def flash(self, port: str, data: bytes) -> None:
        """Send a message to a pad at once."""
        ...

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call it at each change, until what is returned is called."""
        ...

    def mind_controls(self, ports: Mapping[str, str], news: list[str]) -> None:
        """Take over how the inputs fare."""
        ...


class RoomControls:
    """The controls of a room, for one session."""

    def __init__(self, room: Room, session: SteeredSession) -> None:
        self._surface = ControlSurface(room.controls)
        listened = self._surface.addresses()
        ports = {name: spec for name, spec in room.midi.items() if name in listened}
        self._inputs = MidiInputs(ports, listened)
        self._session = session
        self._fare = dict.fromkeys(ports, "opening")
        self._reached: Mapping[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="controls", daemon=True)

    def start(self) -> None:
        """Listen from now on; the ports open meanwhile."""
        self._inputs.start()
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._over.set()
        self._inputs.wake()
        if self._thread.is_alive():
            self._thread.join(1.0)
        self._inputs.close()

    def _work(self) -> None:
        stop = self._session.listen(self._inputs.wake)
        try:
            while not self._over.is_set():
                pause = min(LOOK, max(0.0, self._surface.due() - clock.now()))
                self._take(self._inputs.take(pause))
                view = self._session.look()
                self._ask(self._surface.poll(clock.now(), view))
                self._show(view)
        finally:
            stop()

    def _take(self, news: MidiReceived | PortStatus | None) -> None:
        self._remember_ours()
        if isinstance(news, PortStatus):
            self._note(news)
        elif isinstance(news, MidiReceived) and clock.now() - news.at <= STALE:
            view = self._session.look()
            self._ask(self._surface.receive(news.port, news.data, news.at, view))

    def _ask(self, commands: list[Command]) -> None:
        """What is refused, the session tells; nobody is there to be answered."""
        for command in commands:
            with suppress(SoundscapeError):
                self._session.ask(command)

    def _remember_ours(self) -> None:
        with suppress(Empty):
            while True:
                sent = self._session.sent.get_nowait()
                self._surface.sent(sent.due, sent.data)

    def _show(self, view: SessionState) -> None:
        """Light the pads; those of a port that has come back, all of them."""
        reached = self._session.ports
        for port, state in reached.items():
            if port in self._fare and state == "ok" != self._reached.get(port):
                self._surface.show_anew(port)
        self._reached = reached
        self._flash(self._surface.feedback(clock.now(), view))

    def _flash(self, messages: list[tuple[str, bytes]]) -> None:
        for port, data in messages:
            self._session.flash(port, data)

    def _note(self, fared: PortStatus) -> None:
        before = self._fare[fared.port]
        news = []
        if fared.state != "ok":
            news.append(fault_texts.went_offline("controls", [fared.port], fared.text))
            self._surface.lost(fared.port)
        elif before not in ("opening", "ok"):
            news.append(fault_texts.came_back("controls", fared.port, fared.text))
        self._fare[fared.port] = fared.state
        self._session.mind_controls(dict(self._fare), news)
