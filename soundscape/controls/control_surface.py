"""Pedals, pads and faders: messages in, commands and the pads' lights out. Time is an argument.

A press is a note that begins, a controller that rises past the middle, or a program change. What a
contact's bounce adds is no press. A fader moves the level, and only from where the level is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from soundscape.command_specs import BOUNCE, COMMANDS, SessionState
from soundscape.controls.echo_filter import EchoFilter
from soundscape.controls.fader import Fader
from soundscape.controls.gestures import Confirmation, confirmation, pressed
from soundscape.midi.messages import control as control_change
from soundscape.midi.messages import note_off, note_on
from soundscape.scene.control_specs import Control
from soundscape.timeline.commands import Command

_HAIR = 1e-9
"""What the sums of times are off by."""

REBOUND = 0.04
"""Seconds after a release in which a press is its bounce. Shorter: two quick presses are two."""

PRESSED, RELEASED = 64, 32
"""A controller from 64 up is on (MIDI 1.0, switches); to be off again it has to fall well below."""

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0x80, 0x90, 0xB0, 0xC0

Address = tuple[int, int]
"""A kind of message (note on, control change, program change), and its number."""


class ControlSurface:
    """All controls of a room. Data are whole messages; times are seconds and never go back."""

    def __init__(self, controls: Iterable[Control]) -> None:
        self._bound = [_Bound(control) for control in controls]
        self._by_port: dict[tuple[str, Address], list[_Bound]] = {}
        for bound in self._bound:
            self._by_port.setdefault((bound.control.port, bound.address), []).append(bound)
        self._known = {address for _, address in self._by_port}
        self._confirmation = Confirmation()
        self._echoes = EchoFilter()

    def addresses(self) -> dict[str, set[Address]]:
        """For each port what is listened to; note-offs come with their notes."""
        found: dict[str, set[Address]] = {}
        for port, address in self._by_port:
            found.setdefault(port, set()).add(address)
        return found

    def receive(self, port: str, data: bytes, at: float, view: SessionState) -> list[Command]:
        """The commands that a message asks for. What is not bound, or an echo, asks for none."""
        about = address(data)
        bounds = self._by_port.get((port, about), ()) if about else ()
        fitting = [bound for bound in bounds if bound.hears(data)]
        if not fitting or self._echoes.has(at, data):
            return []
        commands = []
        for bound in fitting:
            bound.channel = (data[0] & 0x0F) + 1
            if bound.fader is not None:
                bound.fader.moved(data[2], at, view.level_db)
                asked = bound.fader.follow(at, view.level_db)
            elif bound.control.while_ == "held":
                asked = bound.hold(data, view)
            else:
                asked = self._press(bound, data, at, view)
            commands += [asked] if asked else []
        return commands

    def poll(self, now: float, view: SessionState) -> list[Command]:
        """The commands that are due without a message: a fader's last way, after the one before."""
        faders = [bound.fader for bound in self._bound if bound.fader is not None]
        asked = [fader.follow(now, view.level_db) for fader in faders]
        return [command for command in asked if command is not None]

    def due(self) -> float:
        """When to poll next; infinity while nothing is on its way."""
        faders = [bound.fader.due() for bound in self._bound if bound.fader is not None]
        return min((due for due in faders if due is not None), default=math.inf)

    def sent(self, due: float, data: bytes) -> None:
        """A message of ours goes out at a moment: should it come back, it is no command."""
        if address(data) in self._known:
            self._echoes.sent(due, data)

    def feedback(self, now: float, view: SessionState) -> list[tuple[str, bytes]]:
        """What lights the pads whose state began, and darkens those whose state is over."""
        messages = [
            (bound.control.port, data)
            for bound in self._bound
            if bound.lasts is not None and (data := bound.show(bound.lasts.holds(view)))
        ]
        for _, data in messages:
            self._echoes.sent(now, data)
        return messages

    def darkened(self) -> list[tuple[str, bytes]]:
        """What darkens all pads that may be lit: the session is over."""
        return [
            (bound.control.port, data)
            for bound in self._bound
            if bound.lasts is not None and (data := bound.show(False))
        ]

    def lost(self, port: str) -> None:
        """An input went away: the positions of its faders and switches are unknown from here on."""
        for bound in self._of(port):
            bound.forget()

    def show_all(self, port: str) -> None:
        """Nothing is known any more of what the pads of a port show."""
        for bound in self._of(port):
            bound.shown = None

    def _of(self, port: str) -> list[_Bound]:
        return [bound for bound in self._bound if bound.control.port == port]

    def _press(self, bound: _Bound, data: bytes, at: float, view: SessionState) -> Command | None:
        control = bound.control
        if not bound.press(data, at):
            return None
        needed = bool(confirmation(control.do, view))
        if not self._confirmation.accepts(control.do, at, needed=needed):
            return None
        given = {"phase": control.phase, "text": control.text}
        return pressed(control.do, view, {k: v for k, v in given.items() if v is not None})


class _Bound:
    """A control with what is known of it: pressed, lit, where its fader is."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.address = _bound_address(control)
        self.fader = Fader() if control.do == "level" else None
        shows = control.feedback and self.address[0] != PROGRAM
        self.lasts = COMMANDS[control.do].lasts if shows else None
        self.channel = control.channel or 1
        self.shown: bool | None = None
        self._on = False
        self._holds = False  # its press began a state that lasts while it is held
        self._pressed_at = self._released_at = -math.inf

    def hears(self, data: bytes) -> bool:
        """Whether a message with its address comes on its channel."""
        return self.control.channel in (None, (data[0] & 0x0F) + 1)

    def press(self, data: bytes, at: float) -> bool:
        """Whether a message is a fresh press."""
        kind, was_on = data[0] & 0xF0, self._on
        if kind == CONTROL:
            self._on = data[2] >= (RELEASED if was_on else PRESSED)
            begins = self._on and not was_on
        else:
            self._on = begins = kind == PROGRAM or (kind == NOTE_ON and data[2] > 0)
        if begins:
            since, after = at - self._pressed_at + _HAIR, at - self._released_at + _HAIR
            bounce = since < BOUNCE or after < REBOUND
            self._pressed_at = at
            return not bounce
        if was_on and not self._on:
            self._released_at = at
        return False

    def hold(self, data: bytes, view: SessionState) -> Command | None:
        """Begin the state with the press, and end it when it is let go.

        What another control began goes on. A bounce is no harm: the state comes and goes slowly.
        """
        if data[0] & 0xF0 == CONTROL:
            self._on = data[2] >= (RELEASED if self._on else PRESSED)
        else:
            self._on = data[0] & 0xF0 == NOTE_ON and data[2] > 0
        do, lasts = self.control.do, COMMANDS[self.control.do].lasts
        if self._on and not self._holds and lasts is not None and not lasts.holds(view):
            self._holds = True
            return Command(do, on=True)
        if not self._on and self._holds:
            self._holds = False
            return Command(do, on=False)
        return None

    def show(self, on: bool) -> bytes | None:
        """The message that shows a state; None if it is shown already."""
        if on == self.shown:
            return None
        self.shown = on
        kind, number = self.address
        if kind == CONTROL:
            return control_change(self.channel, number, 127 if on else 0)
        return note_on(self.channel, number, 127) if on else note_off(self.channel, number)

    def forget(self) -> None:
        """Where it is, is not known any more."""
        self._on = False
        if self.fader is not None:
            self.fader.let_go()


def _bound_address(control: Control) -> Address:
    if control.note is not None:
        return NOTE_ON, control.note
    if control.cc is not None:
        return CONTROL, control.cc
    return PROGRAM, (control.program or 1) - 1


def address(data: bytes) -> Address | None:
    """What a message is about, a note-off being about its note; None if no control sends it."""
    kind = data[0] & 0xF0 if data else 0
    if kind in (NOTE_OFF, NOTE_ON, CONTROL) and len(data) == 3:
        return NOTE_ON if kind == NOTE_OFF else kind, data[1]
    return (PROGRAM, data[1]) if kind == PROGRAM and len(data) == 2 else None
