"""The room's pedals, pads and faders in a running session: their commands and their lights.

A thread takes messages from the MIDI inputs, passes them to the control surface, and submits the
commands that result. It wakes for messages and changes, and once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, Queue
from typing import Protocol

from soundscape.command_specs import SessionState
from soundscape.controls.control_surface import ControlSurface
from soundscape.devices.midi.inputs import MidiInputs
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.errors import SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.player_messages import CommandDone, MidiSent
from soundscape.scene.models import Room
from soundscape.timeline.commands import Command
from soundscape.views import fault_texts

POLL_EVERY = 1.0
"""Seconds between two snapshots when nothing comes in and nothing changes."""

STALE = 1.0
"""A message older than this (s) is ignored: a pedal must do nothing long after the foot."""


class SteeredSession(Protocol):
    """The part of `engine.host.host.Host` that the controls need."""

    ports: Mapping[str, str]
    sent: Queue[MidiSent]

    def submit(self, command: Command) -> Future[CommandDone]:
        """Submit a command."""
        ...

    def snapshot(self) -> SessionState:
        """Return the session's state."""
        ...

    def send_midi(self, port: str, data: bytes) -> None:
        """Send a message to a pad at once."""
        ...

    def add_listener(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener` at each change. Return a function that ends this."""
        ...

    def set_control_status(
        self, ports: Mapping[str, str], opened: Mapping[str, str], faults: Sequence[str]
    ) -> None:
        """Set the state of each input, the system's port that it opened, and new faults."""
        ...


class RoomControls:
    """The controls of a room, for one session."""

    def __init__(self, room: Room, session: SteeredSession) -> None:
        self._surface = ControlSurface(room.controls)
        listened = self._surface.addresses()
        ports = {name: spec for name, spec in room.midi.items() if name in listened}
        self._inputs = MidiInputs(ports, listened)
        self._session = session
        self._status = dict.fromkeys(ports, "opening")
        self._opened: dict[str, str] = {}
        self._reached: Mapping[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="controls", daemon=True)

    def start(self) -> None:
        """Start to listen. The ports open meanwhile."""
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
        stop = self._session.add_listener(self._inputs.wake)
        try:
            while not self._over.is_set():
                pause = min(POLL_EVERY, max(0.0, self._surface.due() - clock.now()))
                self._take(self._inputs.take(pause))
                view = self._session.snapshot()
                self._submit(self._surface.poll(clock.now(), view))
                self._show(view)
        finally:
            stop()

    def _take(self, news: MidiReceived | PortStatus | None) -> None:
        self._note_sent()
        if isinstance(news, PortStatus):
            self._note(news)
        elif isinstance(news, MidiReceived) and clock.now() - news.at <= STALE:
            view = self._session.snapshot()
            self._submit(self._surface.receive(news.port, news.data, news.at, view))

    def _submit(self, commands: list[Command]) -> None:
        """Submit commands. The session reports those that it refuses."""
        for command in commands:
            with suppress(SoundscapeError):
                self._session.submit(command)

    def _note_sent(self) -> None:
        with suppress(Empty):
            while True:
                sent = self._session.sent.get_nowait()
                self._surface.sent(sent.due, sent.data)

    def _show(self, view: SessionState) -> None:
        """Light the pads; all those of a port that has come back."""
        reached = self._session.ports
        for port, state in reached.items():
            if port in self._status and state == "ok" != self._reached.get(port):
                self._surface.show_all(port)
        self._reached = reached
        self._send_midi(self._surface.feedback(clock.now(), view))

    def _send_midi(self, messages: list[tuple[str, bytes]]) -> None:
        for port, data in messages:
            self._session.send_midi(port, data)

    def _note(self, status: PortStatus) -> None:
        before = self._status[status.port]
        faults = []
        if status.state != "ok":
            faults.append(fault_texts.went_offline("controls", [status.port], status.text))
            self._surface.lost(status.port)
        elif before not in ("opening", "ok"):
            faults.append(fault_texts.came_back("controls", status.port, status.text))
        if status.state == "ok":
            self._opened[status.port] = status.text
        self._status[status.port] = status.state
        self._session.set_control_status(dict(self._status), dict(self._opened), faults)
