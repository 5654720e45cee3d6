"""A port's lights taking turns: evenly spread, never more than the port may carry.

Each message reserves the port for a spacing, and the light that has been due longest goes first; so
a light that fades fast cannot crowd out a slow one.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence

from soundscape.lighting.dimmer import UPDATE_GAP, Dimmer
from soundscape.lighting.fixture import Fixture
from soundscape.lighting.switch import Switch
from soundscape.midi.messages import Message
from soundscape.units import SAMPLE_RATE

UPDATES = SAMPLE_RATE / UPDATE_GAP
"""Updates a second that a light can have."""


class PortScheduler:
    """The lights of one port, and the `budget` of messages a second that they share."""

    def __init__(self, port: str, lights: Sequence[Dimmer | Switch], budget: float) -> None:
        self.port = port
        self.lights = tuple(lights)
        self._budget = budget
        self.spacing = spacing(budget, max(light.fixture.cost for light in lights))
        self._free = 0

    def move(self, frame: int, moves: Sequence[tuple[Dimmer, float, int]], rate: float) -> None:
        """Start fades (light, target, frames), stretched until the port can carry them smoothly."""
        ways = [light.plan(frame, target, over, rate) for light, target, over in moves]
        movers = {id(light) for light, _, _ in moves}
        others = [
            (light.fixture, light.fade.speed)
            for light in self.lights
            if isinstance(light, Dimmer) and id(light) not in movers and light.moving(frame)
        ]
        share = fair_share(
            [(light.fixture, way.speed) for (light, _, _), way in zip(moves, ways, strict=True)]
            + others,
            self._budget,
        )
        for (light, target, over), way in zip(moves, ways, strict=True):
            most = share * light.fixture.step / light.fixture.codes
            slowed = way.speed > most
            light.follow(frame, light.plan(frame, target, over, most) if slowed else way, rate)

    def resend(self, frame: int, codes: Mapping[str, int | None], rate: float) -> None:
        """Every light that has been moved sends again where it was, and goes on from there.

        `codes`: what each was sent last. The ways then take the time that is left of them, or what
        the limits make of it.
        """
        fades = []
        for light in self.lights:
            if not light.touched:
                continue
            light.resend(frame, codes[light.fixture.name])
            if isinstance(light, Dimmer):
                fades.append((light, light.target, max(0, light.fade.end - frame)))
        self.move(frame, fades, rate)

    def next(self) -> int | None:
        """The frame of the next update; None while no light has anything to send."""
        due = min((light.due for light in self.lights if light.due is not None), default=None)
        return None if due is None else max(due, self._free)

    def take(self) -> list[Message]:
        """Give the next update. None comes where its light has to wait after all."""
        light = min((light for light in self.lights if light.due is not None), key=_due)
        frame = max(_due(light), self._free)
        data = light.update(frame)
        if data:
            self._free = frame + len(data) * self.spacing
        return [Message(frame, self.port, message) for message in data]


def spacing(budget: float, cost: int) -> int:
    """Frames that a message keeps the port for, so that no second carries more than `budget`.

    The last update of any second may be a pair, half of which is paid for in the next one; one
    message a second is left free for that.
    """
    spare = budget if cost == 1 else max(budget - 1.0, budget / 2.0)
    return math.ceil(SAMPLE_RATE / spare)


def taken(schedulers: Iterable[PortScheduler], until: int) -> list[Message]:
    """What the lights of all ports send before a frame, in order.

    Update by update over all ports, since switches of different ports wait for each other.
    """
    queue = [
        (frame, place, one)
        for place, one in enumerate(schedulers)
        if (frame := one.next()) is not None
    ]
    heapq.heapify(queue)
    out: list[Message] = []
    while queue and queue[0][0] < until:
        _, place, one = queue[0]
        out += one.take()
        if (frame := one.next()) is None:
            heapq.heappop(queue)
        else:
            heapq.heapreplace(queue, (frame, place, one))
    return out


def fair_share(demands: Sequence[tuple[Fixture, float]], budget: float) -> float:
    """The updates a second that every light can count on, given lights and their speeds (per s).

    Lights that need less leave the rest to the others (max-min fairness).
    """
    wants = sorted((min(UPDATES, speed * light.codes), light.cost) for light, speed in demands)
    cost = sum(cost for _, cost in wants)
    left = budget
    for want, own in wants:
        if want * cost > left:
            return left / cost
        left -= want * own
        cost -= own
    return UPDATES


def _due(light: Dimmer | Switch) -> int:
    return light.due if light.due is not None else 0
