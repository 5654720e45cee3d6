"""All lights of a room: takes moves and cues, returns messages. Times are session frames."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from soundscape.errors import InvalidValue
from soundscape.lighting.cues import Cues
from soundscape.lighting.dimmer import Dimmer
from soundscape.lighting.fixture import fixture, weight_of
from soundscape.lighting.lamp_dimmer import LampDimmer
from soundscape.lighting.lamp_payload import lamp_payload
from soundscape.lighting.port_scheduler import PortScheduler, taken
from soundscape.lighting.switch import SMALL, Switch, SwitchGap
from soundscape.midi.messages import Message
from soundscape.midi.msc import CueRef
from soundscape.midi.timecode import TimecodeGenerator
from soundscape.scene.models import Room
from soundscape.scene.room import lamps
from soundscape.units import SAMPLE_RATE

CARE_RATE = 0.20
"""The care light may move this much a second."""

TRIM_OVER = 2 * SAMPLE_RATE
"""Frames that soften and lift take, at least."""

_FRAME = attrgetter("frame")


@dataclass(frozen=True, slots=True)
class _Lost:
    """The state of a port when it went away.

    `codes` has the last code that each light received (None: it received none), `notes` the notes
    (channel from 0, note) that were on.
    """

    codes: dict[str, int | None]
    notes: set[tuple[int, int]]


class Rig:
    """The room's lights.

    Call its methods in the order of their frames. A frame before those that `messages` has already
    returned counts as the present frame. `last` has the part of full (0 to 1) that each light was
    last sent by an earlier session. Nothing is sent to a light that was never moved, and no method
    returns it.
    """

    def __init__(self, room: Room, last: Mapping[str, float] | None = None) -> None:
        limits = room.limits
        self._rate = limits.rate
        turn_gap = math.ceil(SAMPLE_RATE / limits.reversals)
        self._lights: dict[str, Dimmer | Switch] = {}
        gap = SwitchGap() if _switches_share_a_gap(room) else None
        for name in room.lights:
            light = fixture(name, room, None if last is None else last.get(name))
            spec = room.lights[name]
            if light.is_switch:
                self._lights[name] = Switch(light, gap or SwitchGap())
            elif spec.mqtt is not None:
                payload = partial(lamp_payload, spec)
                self._lights[name] = LampDimmer(light, payload, limits.rate, turn_gap)
            else:
                self._lights[name] = Dimmer(light, limits.rate, turn_gap)
        ports: dict[str, list[Dimmer | Switch]] = {}
        for one in self._lights.values():
            ports.setdefault(one.fixture.port, []).append(one)
        self._lines = {
            port: PortScheduler(port, lights, _budget(room, port)) for port, lights in ports.items()
        }
        self._cues = Cues(room.cues)
        code = room.timecode
        self._timecode = TimecodeGenerator(code.port, code.rate) if code is not None else None
        self._trim = 1.0
        self._now = 0
        self._ready: list[Message] = []
        self._lost: dict[str, _Lost] = {}

    def move(
        self, frame: int, values: Mapping[str, float], over: int, *, care: bool = False
    ) -> None:
        """Move lights to values (0 to 1) in `over` frames, or in more where the limits need more.

        `care` allows the care light's rate, and the trim does not apply to the values.
        InvalidValue for a light that the room does not have.
        """
        frame = self._advance(frame)
        fades: list[Dimmer] = []
        for name, value in values.items():
            light = self._lights.get(name)
            if light is None:
                raise InvalidValue(f"light '{name}': the room has no such light")
            if isinstance(light, Switch):
                light.go(frame, value)
                continue
            light.base = value / self._trim if care and light.fixture.is_dimmer else value
            fades.append(light)
        self._fade(frame, [(light, over) for light in fades], care=care)

    def assume(self, name: str, level: float) -> None:
        """Take a light to stand at a level (0 to 1). Ignored if the light was moved before."""
        light = self._lights[name]
        if not light.touched:
            light.assume(level)

    def level(self, name: str) -> float:
        """The level (0 to 1) that a light was last sent, or is taken to stand at."""
        light = self._lights[name]
        code = light.sent.last
        return light.fixture.start if code is None else light.fixture.level(code)

    def trim(self, frame: int, factor: float) -> None:
        """Multiply every dimmer's level by `factor` from a frame on. Replaces the trim before."""
        frame = self._advance(frame)
        self._trim = max(1e-6, factor)
        changed = [light for light in self._moved_dimmers() if self._goal(light) != light.target]
        self._fade(frame, [(light, max(TRIM_OVER, light.fade.end - frame)) for light in changed])

    def cue(
        self,
        frame: int,
        name: str,
        number: str | None = None,
        list: str | None = None,  # noqa: A002 - the standard's word
        path: str | None = None,
    ) -> None:
        """Send a cue of the room. InvalidValue for one that the room does not have."""
        self._cues.call(self._advance(frame), name, CueRef(number, list, path))

    def clock(self, frame: int, place: float, pace: float) -> None:
        """Set the place of the plan (frames) at a frame, and its pace: timecode follows them."""
        if self._timecode is not None:
            self._timecode.run(self._advance(frame), place, pace)

    def messages(self, until: int) -> list[Message]:
        """The messages before a frame that were not returned yet, in order."""
        self._advance(until)
        count = bisect_left(self._ready, until, key=_FRAME)
        due, self._ready = self._ready[:count], self._ready[count:]
        return self._reachable(due)

    def values(self, frame: int) -> dict[str, float]:
        """The level (0 to 1) at a frame of each light that was moved. Not for past frames."""
        return {
            name: light.level(max(frame, self._now))
            for name, light in self._lights.items()
            if light.touched
        }

    def sent_parts(self) -> dict[str, float]:
        """The part of full (0 to 1) that each light last received.

        Lights whose port is away have what they received before it went.
        """
        codes = {name: light.sent.last for name, light in self._lights.items()}
        for lost in list(self._lost.values()):
            codes.update(lost.codes)
        return {
            name: code / self._lights[name].fixture.top
            for name, code in codes.items()
            if code is not None
        }

    def targets(self) -> dict[str, float]:
        """The target level (0 to 1) of each light that was moved."""
        return {name: light.target for name, light in self._lights.items() if light.touched}

    def arrivals(self) -> dict[str, int]:
        """The frame at which each dimmer that was moved reaches its target."""
        return {light.fixture.name: light.fade.end for light in self._moved_dimmers()}

    @property
    def resting(self) -> bool:
        """Whether no light has a message left to send, and no lamp is within its last leg."""
        return all(
            light.due is None and not (isinstance(light, LampDimmer) and light.leg_end > self._now)
            for light in self._lights.values()
        )

    def lose(self, frame: int, port: str, arrived: int | None = None) -> None:
        """Note that a port is away: from a frame on, its messages are discarded.

        Messages after the frame `arrived` did not reach it either: they were still on their way.
        """
        frame = self._advance(frame)
        if port in self._lost:
            return
        line = self._lines.get(port)
        last = frame if arrived is None else arrived
        codes = (
            {light.fixture.name: light.sent.up_to(last) for light in line.lights} if line else {}
        )
        self._lost[port] = _Lost(codes, self._cues.sounding(port))

    def restore(self, frame: int, port: str) -> None:
        """Note that a port is back. Its lights start at their last code and fade to the look.

        Cues that it missed are not sent. Notes that it still holds are ended.
        """
        frame = self._advance(frame)
        lost = self._lost.pop(port, None)
        if lost is None:
            return
        self._ready = [message for message in self._ready if message.port != port]
        self._cues.end_notes(frame, port, lost.notes)
        if self._timecode is not None and self._timecode.port == port:
            self._timecode.again(frame)
        if port in self._lines:
            self._lines[port].resend(frame, lost.codes, self._rate)

    def finish(self, frame: int, *, settle: bool = False) -> list[Message]:
        """The last messages: notes end, fades stop where they are, and lights keep their level.

        With `settle` fades go on to their targets. Messages that the limits delay keep their later
        frames.
        """
        frame = self._advance(frame)
        lights = self._ready
        for light in self._lights.values():
            if light.touched and not settle:
                light.stop(frame)
        offs = self._cues.finish(frame)
        ends = taken(self._lines.values(), 2**62)
        self._ready = []
        return self._reachable(heapq.merge(lights, offs, ends, key=_FRAME))

    def _reachable(self, messages: Iterable[Message]) -> list[Message]:
        return [message for message in messages if message.port not in self._lost]

    def _advance(self, until: int) -> int:
        """Make all messages before a frame. Returns the frame, or the present one if later."""
        if until <= self._now:
            return self._now
        # Timecode and cues go first.
        parts = [] if self._timecode is None else [self._timecode.messages(until)]
        parts.append(self._cues.messages(until))
        parts.append(taken(self._lines.values(), until))
        self._ready += heapq.merge(*parts, key=_FRAME)
        self._now = until
        return until

    def _fade(self, frame: int, moves: list[tuple[Dimmer, int]], *, care: bool = False) -> None:
        rate = max(self._rate, CARE_RATE) if care else self._rate
        for port, line in self._lines.items():
            group = [
                (light, self._goal(light), over)
                for light, over in moves
                if light.fixture.port == port
            ]
            if group:
                line.move(frame, group, rate)

    def _goal(self, light: Dimmer) -> float:
        """The level of a light's look with the trim, at least its floor, at most 1."""
        base = light.target if light.base is None else light.base
        level = base * self._trim if light.fixture.is_dimmer else base
        return min(1.0, max(light.fixture.floor, level))

    def _moved_dimmers(self) -> list[Dimmer]:
        return [
            light
            for light in self._lights.values()
            if isinstance(light, Dimmer) and light.base is not None
        ]


def _budget(room: Room, port: str) -> float:
    """The messages a second that a port carries.

    A DMX packet has the values of all lights, and lamps have a budget of their own.
    """
    spec = room.midi.get(port)
    is_dmx = spec is not None and spec.dmx is not None
    return math.inf if is_dmx or port in lamps(room) else room.limits.messages


def _switches_share_a_gap(room: Room) -> bool:
    """Whether the switches together give a tenth of the room's light, and so could flash."""
    weights = [(light.kind == "switch", weight_of(light)) for light in room.lights.values()]
    switched = sum(weight for is_switch, weight in weights if is_switch)
    return switched >= SMALL * sum(weight for _, weight in weights)
