"""A port's lights taking turns: evenly spread, never more than the port may carry.

Each message reserves the port for a spacing, and the light that has been due longest goes first; so
a light that fades fast cannot crowd out a slow one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

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
        self.spacing = spacing(budget, max(light.fixture.weight for light in lights))
        self._free = 0

    def move(self, frame: int, moves: Sequence[tuple[Dimmer, float, int]], rate: float) -> None:
        """Start fades (light, target, frames), stretched until the port can carry them smoothly."""
        ways = [light.plan(frame, target, over, rate) for light, target, over in moves]
        movers = {id(light) for light, _, _ in moves}
        others = [
            (light.fixture, light.glide.speed)
            for light in self.lights
            if isinstance(light, Dimmer) and id(light) not in movers and light.moving(frame)
        ]
        share = fair_share(
            [(light.fixture, way.speed) for (light, _, _), way in zip(moves, ways, strict=True)]
            + others,
            self._budget,
        )
        for (light, target, over), way in zip(moves, ways, strict=True):
            most = share * light.fixture.step / light.fixture.top
            slowed = way.speed > most
            light.follow(frame, light.plan(frame, target, over, most) if slowed else way, rate)

    def resend(self, frame: int, codes: Mapping[str, int | None], rate: float) -> None:
        """Every light that has been moved says anew where it was, and goes on from there.

        `codes`: what each was last told. The ways then take the time that is left of them, or what
        the limits make of it.
        """
        fades = []
        for light in self.lights:
            if not light.touched:
                continue
            light.resend(frame, codes[light.fixture.name])
            if isinstance(light, Dimmer):
                fades.append((light, light.target, max(0, light.glide.end - frame)))
        self.move(frame, fades, rate)

    def messages(self, until: int) -> list[Message]:
        """What leaves before a frame, in order."""
        out: list[Message] = []
        while True:
            waiting = [light for light in self.lights if light.due is not None]
            if not waiting:
                return out
            light = min(waiting, key=_due)
            frame = max(_due(light), self._free)
            if frame >= until:
                return out
            data = light.update(frame)
            if data:
                self._free = frame + len(data) * self.spacing
            out += [Message(frame, self.port, message) for message in data]


def spacing(budget: float, weight: int) -> int:
    """Frames that a message keeps the port for, so that no second carries more than `budget`.

    The last update of any second may be a pair, half of which is paid for in the next one; one
    message a second is left free for that.
    """
    spare = budget if weight == 1 else max(budget - 1.0, budget / 2.0)
    return math.ceil(SAMPLE_RATE / spare)


def fair_share(demands: Sequence[tuple[Fixture, float]], budget: float) -> float:
    """The updates a second that every light can count on, given lights and their speeds (per s).

    Lights that need less leave the rest to the others (max-min fairness).
    """
    wants = sorted((min(UPDATES, speed * light.top), light.weight) for light, speed in demands)
    weight = sum(weight for _, weight in wants)
    left = budget
    for want, cost in wants:
        if want * weight > left:
            return left / weight
        left -= want * cost
        weight -= cost
    return UPDATES


def _due(light: Dimmer | Switch) -> int:
    return light.due if light.due is not None else 0
