"""MIDI timecode: the session's place in its scene, for desks and recorders that follow it.

The time is the place in the planned scene: the planned start of the running phase plus the elapsed
part of it. So it stops in a hold or a pause, jumps with `next` and `goto`, and runs slower through
a phase that was extended. While it runs, quarter frames are sent at even intervals, eight of them
in two frames. A full frame, which holds the whole time, is sent at each start, jump and stop.
Between two phases without a jump the quarter frames continue without a full frame, because a
receiver takes a full frame for a jump.
Source: MIDI Time Code (MMA RP-004/RP-008), in the MIDI 1.0 Detailed Specification.
"""

from __future__ import annotations

import math
from fractions import Fraction

from soundscape.midi.messages import Message, sysex
from soundscape.units import SAMPLE_RATE

Time = tuple[int, int, int, int]
"""Hours, minutes, seconds, frames."""

_CODES = {24.0: 0, 25.0: 1, 29.97: 2, 30.0: 3}
_RATES = ("24", "25", "29.97 drop", "30")
_NTSC = Fraction(30_000, 1001)

FASTEST = 2.0
"""The highest pace at which quarter frames are sent. A shortened phase may run faster; then a full
frame is sent once a second, because receivers cannot follow such quarter frames."""


def time_of(number: int, rate: float) -> Time:
    """The time of a frame. `number` counts frames from midnight and wraps after 24 hours.

    At 29.97 (drop frame) each minute skips its first two frame numbers, but each tenth minute does
    not.
    """
    whole = round(rate)
    if rate == 29.97:
        tens, rest = divmod(number, 17_982)
        number += 18 * tens + 2 * max(0, (rest - 2) // 1798)
    seconds, frame = divmod(number, whole)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return hours % 24, minute, second, frame


def full_frame(time: Time, rate: float) -> bytes:
    """The SysEx message with a whole time, for all devices."""
    hour, minute, second, frame = time
    return sysex((0x7F, 0x7F, 0x01, 0x01, _CODES[rate] << 5 | hour, minute, second, frame))


def quarter_frame(piece: int, time: Time, rate: float) -> bytes:
    """Piece 0 to 7 of a time: frames, seconds, minutes, hours; the low four bits come first."""
    hour, minute, second, frame = time
    value = (frame, second, minute, _CODES[rate] << 5 | hour)[piece // 2]
    return bytes((0xF1, piece << 4 | (value >> 4 if piece % 2 else value & 0x0F)))


def format_timecode(hours: int, minutes: int, seconds: int, frames: int) -> str:
    """A timecode in words; bits 5 and 6 of the hours are its rate."""
    rate = _RATES[hours >> 5 & 3]
    return f"{hours & 31:02}:{minutes:02}:{seconds:02}:{frames:02} ({rate})"


_SAME_PLACE = SAMPLE_RATE / 1000
"""Audio frames by which two equal places may differ: more than the error of rounded lengths."""


class TimecodeGenerator:
    """The timecode of a session. Frames count in the session, places (in frames) in its plan."""

    def __init__(self, port: str, rate: float) -> None:
        self.port = port
        self._rate = rate
        exact = _NTSC if rate == 29.97 else Fraction(round(rate))
        self._length = SAMPLE_RATE / exact
        self._quarter = float(self._length / 4)
        self._since = 0
        self._place = 0.0
        self._pace = 0.0
        self._next = 0  # the quarter frame, counted from place 0, or the second
        self._ready: list[Message] = []

    def run(self, frame: int, place: float, pace: float) -> None:
        """From a frame on, start at a place and advance `pace` places a frame; 0 stops it."""
        flows = all(0.0 < one <= FASTEST for one in (self._pace, pace))
        if flows and abs(self._place_at(frame) - place) < _SAME_PLACE:
            self._ready = self._until(frame)
            self._since, self._place, self._pace = frame, place, pace
        else:
            self._begin(frame, place, pace)

    def again(self, frame: int) -> None:
        """Send a full frame, since the port was away."""
        self._begin(frame, self._place_at(frame), self._pace)

    def messages(self, until: int) -> list[Message]:
        """The messages before a frame, in order."""
        due, self._ready = self._until(until), []
        return due

    def _begin(self, frame: int, place: float, pace: float) -> None:
        """Send a full frame and continue from its place."""
        self._ready = [message for message in self._until(frame) if message.frame < frame]
        self._since, self._place, self._pace = frame, place, pace
        self._ready.append(self._whole(frame))
        if pace > FASTEST:
            self._next = 1
        else:  # a run of eight begins with an even frame
            self._next = 8 * math.ceil(place / (8 * self._quarter) - 1e-9)

    def _place_at(self, frame: int) -> float:
        return self._place + self._pace * (frame - self._since)

    def _until(self, until: int) -> list[Message]:
        out = self._ready
        while self._pace > 0.0 and (frame := self._due()) < until:
            if self._pace > FASTEST:
                out.append(self._whole(frame))
            else:
                piece = self._next % 8
                time = time_of(self._next // 8 * 2, self._rate)
                out.append(Message(frame, self.port, quarter_frame(piece, time, self._rate)))
            self._next += 1
        return out

    def _due(self) -> int:
        if self._pace > FASTEST:
            return self._since + self._next * SAMPLE_RATE
        ahead = (self._next * self._quarter - self._place) / self._pace
        return self._since + max(0, math.ceil(ahead - 1e-6))

    def _whole(self, frame: int) -> Message:
        number = math.floor(self._place_at(frame) / float(self._length) + 1e-9)
        return Message(frame, self.port, full_frame(time_of(number, self._rate), self._rate))


class TimecodeReader:
    """Assembles quarter frames: eight of them, in order, are a time."""

    def __init__(self) -> None:
        self._pieces: list[int] = []

    def feed(self, data: bytes) -> str | None:
        """The timecode that a quarter frame completes, running forward, in words."""
        piece, value = data[1] >> 4, data[1] & 0x0F
        if piece != len(self._pieces):
            self._pieces.clear()
            if piece:
                return None
        self._pieces.append(value)
        if len(self._pieces) < 8:
            return None
        low_high, self._pieces = self._pieces, []
        frames, seconds, minutes, hours = (
            low | high << 4 for low, high in zip(low_high[::2], low_high[1::2], strict=True)
        )
        return format_timecode(hours, minutes, seconds, frames)
