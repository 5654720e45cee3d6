"""One-shot messages: a room's cues, from their names to stamped bytes, and the note-offs owed."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from soundscape.errors import InvalidValue
from soundscape.midi.messages import Message, control, note_off, note_on, program, sysex
from soundscape.midi.msc import CueRef, command, fire, set_control
from soundscape.scene.addresses import Address
from soundscape.scene.cue_rate import PERIOD, PortAddress, places
from soundscape.scene.models import CueMessage, MscTarget
from soundscape.units import SAMPLE_RATE, frames

_TOUCH_PERIOD = round(PERIOD * SAMPLE_RATE)

_Key = tuple[str, int, int]
"""A note: port, channel, number."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A message of a cue that was called, with its bytes."""

    message: CueMessage
    data: tuple[bytes, ...]
    places: tuple[PortAddress, ...]


class TouchLimit:
    """Holds cues back that would reach one address more than twice a second.

    Keeps the frames of the last two touches of each place. Frames never decrease.
    """

    def __init__(self) -> None:
        self._last: dict[PortAddress, deque[int]] = {}

    def earliest(self, frame: int, places: Iterable[PortAddress], count: int = 1) -> int:
        """The first frame from `frame` on at which places may be touched, `count` (1, 2) times."""
        for place in places:
            last = self._last.get(place, ())
            if len(last) >= 3 - count:
                frame = max(frame, last[count - 3] + _TOUCH_PERIOD)
        return frame

    def note(self, frame: int, places: Iterable[PortAddress]) -> None:
        """Record a touch of some places."""
        for place in places:
            self._last.setdefault(place, deque(maxlen=2)).append(frame)


class Cues:
    """The cues under way. Those of one frame leave in the order in which they were called.

    No address is reached more than twice a second: what comes too early waits, and of several
    messages that wait for one address only the last is sent.
    """

    def __init__(self, cues: Mapping[str, tuple[CueMessage, ...]]) -> None:
        self._cues = cues
        self._order = count()
        self._waiting: list[tuple[int, int, _Call]] = []
        self._offs: list[tuple[int, int, _Key]] = []
        self._sounding: dict[_Key, int] = {}  # to the strike whose note-off ends it
        self._limit = TouchLimit()
        self._held: dict[tuple[PortAddress, ...], int] = {}  # to the number of the call that waits

    def call(self, frame: int, name: str, cue: CueRef) -> None:
        """Send a cue's messages from a frame on."""
        if name not in self._cues:
            raise InvalidValue(f"cue '{name}': the room has no such cue")
        for message in self._cues[name]:
            due = frame + frames(message.after)
            call = _Call(message, encode(message, cue), places(message))
            heapq.heappush(self._waiting, (due, next(self._order), call))

    def messages(self, until: int) -> list[Message]:
        """What leaves before a frame, in order; a note struck again is ended first."""
        out: list[Message] = []
        while True:
            on = self._waiting[0][0] if self._waiting else until
            off = self._offs[0][0] if self._offs else until
            if min(on, off) >= until:
                return out
            if off <= on:
                frame, strike, key = heapq.heappop(self._offs)
                if self._sounding.get(key) != strike:
                    continue
                if (earliest := self._limit.earliest(frame, (_place(key),))) > frame:
                    heapq.heappush(self._offs, (earliest, strike, key))
                else:
                    out.append(self._end_note(frame, key))
                continue
            out += self._send(*heapq.heappop(self._waiting))

    def sounding(self, port: str) -> set[tuple[int, int]]:
        """The notes (channel, note) that sound at a port."""
        return {(channel, note) for where, channel, note in self._sounding if where == port}

    def end_notes(self, frame: int, port: str, notes: Iterable[tuple[int, int]]) -> None:
        """End notes (channel, note) that a port was left with, unless they sound again."""
        for channel, note in sorted(notes):
            key = port, channel, note
            if key not in self._sounding:
                self._sounding[key] = next(self._order)
                heapq.heappush(self._offs, (frame, self._sounding[key], key))

    def finish(self, frame: int) -> list[Message]:
        """The note-offs still owed, in order; what was to come is dropped.

        One that would be the third change of its note within a second comes later than `frame`.
        """
        self._waiting, self._offs = [], []
        ends = [
            self._end_note(self._limit.earliest(frame, (_place(key),)), key)
            for key in list(self._sounding)
        ]
        return sorted(ends, key=lambda message: message.frame)

    def _send(self, frame: int, number: int, call: _Call) -> list[Message]:
        """Send a message, or let it wait."""
        if self._held.get(call.places, number) > number:
            return []  # a later one waits for the same address
        key = _note_key(call.message)
        touches = 2 if key in self._sounding else 1
        if (earliest := self._limit.earliest(frame, call.places, touches)) > frame:
            self._held[call.places] = number
            heapq.heappush(self._waiting, (earliest, number, call))
            return []
        self._held.pop(call.places, None)
        out = [] if key is None else self._strike(frame, number, key, call.message.length)
        self._limit.note(frame, call.places)
        return out + [Message(frame, call.message.port, part) for part in call.data]

    def _strike(self, frame: int, strike: int, key: _Key, length: float) -> list[Message]:
        before = [self._end_note(frame, key)] if key in self._sounding else []
        self._sounding[key] = strike
        heapq.heappush(self._offs, (frame + max(1, frames(length)), strike, key))
        return before

    def _end_note(self, frame: int, key: _Key) -> Message:
        del self._sounding[key]
        self._limit.note(frame, (_place(key),))
        port, channel, note = key
        return Message(frame, port, note_off(channel, note))


def _note_key(message: CueMessage) -> _Key | None:
    return None if message.note is None else (message.port, message.channel, message.note)


def _place(key: _Key) -> PortAddress:
    port, channel, note = key
    return port, Address("note", channel, note)


def encode(message: CueMessage, cue: CueRef) -> tuple[bytes, ...]:
    """A cue's message as bytes; InvalidValue says what it lacks."""
    if message.note is not None:
        return (note_on(message.channel, message.note, max(1, message.velocity)),)
    if message.cc is not None:
        value = 127 if message.value is None else message.value
        return (control(message.channel, message.cc, value),)
    if message.program is not None:
        return program(message.channel, message.program, message.bank)
    if message.sysex is not None:
        return (sysex(message.sysex),)
    if message.msc is None:
        raise InvalidValue("needs one of note, cc, program, msc, sysex")
    return (_show_control(message.msc, cue),)


def cue_fault(messages: Iterable[CueMessage], cue: CueRef) -> str | None:
    """Why a cue cannot be sent as it is called, or None: what `check` asks before a session."""
    try:
        for message in messages:
            encode(message, cue)
    except InvalidValue as fault:
        return str(fault)
    return None


def _show_control(target: MscTarget, cue: CueRef) -> bytes:
    name = target.command or "go"
    if name == "set":
        if target.control is None or target.value is None:
            raise InvalidValue("show control set: needs a control and a value")
        return set_control(target.device, target.format, target.control, target.value)
    if name == "fire":
        if target.macro is None:
            raise InvalidValue("show control fire: needs a macro")
        return fire(target.device, target.format, target.macro)
    return command(target.device, target.format, name, cue, target.time)
