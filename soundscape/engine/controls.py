"""The room's pedals, pads and faders in a running session: what they ask for, and their lights.

A thread takes messages from the control process, lets the surface make commands of them, and hands
those to whoever runs the session. Nobody waits for it, and it waits for nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Protocol

from soundscape.engine.light import Batch
from soundscape.engine.midi_inputs import Fared, Heard, MidiInputs
from soundscape.scene.models import PortSpec, Room
from soundscape.timeline.commands import Command
from soundscape.timeline.press import Standing
from soundscape.timeline.surface import Surface

LOOK = 0.1
"""Seconds between two looks at the session, for the pads' lights."""

STALE = 1.0
"""A message older than this (s) is let go: a pedal must do nothing long after the foot."""


class Outputs(Protocol):
    """Where messages to pads go: the light process."""

    def send(self, batch: Batch) -> None:
        """Take messages over; never waits."""
        ...

    def health(self) -> dict[str, str]:
        """How each port fares."""
        ...


def with_feedback(room: Room) -> dict[str, PortSpec]:
    """The outputs of a room, and one more for each input whose pads are to be lit.

    It goes by the input's own name: a device has both under one name.
    """
    ports = {name: spec for name, spec in room.midi.items() if spec.output is not None}
    for control in room.controls:
        spec = room.midi.get(control.port)
        if control.feedback and spec is not None and spec.input is not None:
            ports[control.port] = PortSpec(output=spec.input, virtual=spec.virtual)
    return ports


class Controls:
    """The controls of a room. `ask` takes a command, `view` says how the session stands."""

    def __init__(
        self,
        room: Room,
        ask: Callable[[Command], None],
        view: Callable[[], Standing],
        outputs: Outputs | None = None,
    ) -> None:
        self._surface = Surface(room.controls)
        listened = self._surface.addresses()
        ports = {name: spec for name, spec in room.midi.items() if name in listened}
        self._inputs = MidiInputs(ports, listened)
        self._ask = ask
        self._view = view
        self._outputs = outputs
        self._ours: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        self._health = dict.fromkeys(ports, "opening")
        self._faults: list[str] = []
        self._known = threading.Lock()
        self._reached: dict[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="controls", daemon=True)

    def start(self) -> None:
        """Listen from now on; the ports open meanwhile."""
        self._inputs.start()
        self._thread.start()

    def sent(self, batch: Batch) -> None:
        """Tell of messages to the lights: should they come back, they are no commands."""
        for due, _, data in batch:
            self._ours.put((due, data))

    def health(self) -> Mapping[str, str]:
        """How each input fares: `ok`, `absent`, `failed: …`, or `opening` at first."""
        with self._known:
            return dict(self._health)

    def faults(self) -> list[str]:
        """What went wrong since the last call, or right again: one plain line each, told once."""
        with self._known:
            told, self._faults = self._faults, []
        return told

    def close(self) -> None:
        """Darken the pads and stop listening."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        self._inputs.close()

    def _work(self) -> None:
        while not self._over.is_set():
            pause = min(LOOK, max(0.0, self._surface.due() - time.monotonic()))
            news = self._inputs.take(pause)
            self._remember_ours()
            if isinstance(news, Fared):
                self._note(news)
            elif isinstance(news, Heard):
                self._hear(news)
            for command in self._surface.poll(time.monotonic(), self._view()):
                self._ask(command)
            self._show()
        self._send(self._surface.dark())

    def _hear(self, heard: Heard) -> None:
        if time.monotonic() - heard.at > STALE:
            return
        for command in self._surface.receive(heard.port, heard.data, heard.at, self._view()):
            self._ask(command)

    def _remember_ours(self) -> None:
        while True:
            try:
                due, data = self._ours.get_nowait()
            except Empty:
                return
            self._surface.sent(due, data)

    def _show(self) -> None:
        """Light the pads; those of a port that has come back, all of them."""
        if self._outputs is None:
            return
        reached = self._outputs.health()
        for port, state in reached.items():
            if port in self._health and state == "ok" != self._reached.get(port):
                self._surface.show_anew(port)
        self._reached = reached
        self._send(self._surface.feedback(time.monotonic(), self._view()))

    def _send(self, messages: list[tuple[str, bytes]]) -> None:
        if messages and self._outputs is not None:
            now = time.monotonic()
            self._outputs.send([(now, port, data) for port, data in messages])

    def _note(self, fared: Fared) -> None:
        with self._known:
            before = self._health[fared.port]
            text = f"failed: {fared.text}" if fared.state == "failed" else fared.state
            self._health[fared.port] = text
            if fared.state != "ok":
                self._faults.append(f"controls offline: {fared.port}: {fared.text}")
            elif before not in ("opening", "ok"):
                self._faults.append(f"controls: {fared.port} is there: {fared.text}")
        if fared.state != "ok":
            self._surface.lost(fared.port)
