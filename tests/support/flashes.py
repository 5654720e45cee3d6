"""Rooms drawn at random, and whether what they send can flash: decoded from the bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from soundscape.lighting.fixture import Fixture, fixture
from soundscape.midi.messages import Message
from soundscape.scene.dmx_spec import SacnSpec
from soundscape.scene.models import CueMessage, LightSpec, Limits, MscTarget, PortSpec, Room

S = 48_000
PORTS = ("a", "b")
UNIVERSE = PortSpec(sacn=SacnSpec(universe=1, to="10.0.0.20"))
MEASURED = ((0.0, 0.0), (0.08, 0.0), (0.2, 0.3), (0.5, 0.35), (1.0, 1.0))


@st.composite
def lights(draw: st.DrawFn, number: int) -> LightSpec:
    way: dict[str, object] = draw(
        st.sampled_from(
            [
                {"cc": 32 + number},
                {"cc": (number, number + 32)},
                {"note": number},
                {"msc": MscTarget(device=1, control=number)},
                {"msc": MscTarget(device=1, control=number, scale="14-bit")},
                {"address": 1 + number},
                {"address": (21 + number, 41 + number)},
                {"address": ((61 + number, 0.0, 1.0), (81 + number, 0.1, 0.6))},
            ]
        )
    )
    more: dict[str, Any] = {"weight": draw(st.sampled_from([None, 0.0, 0.1, 1.0, 5.0]))}
    kind = draw(st.sampled_from(["dimmer", "dimmer", "led", "curve", "colour", "switch", "switch"]))
    if kind == "led":
        more |= {"min": 0.08, "max": draw(st.sampled_from([0.5, 0.9]))}
    elif kind == "curve":
        more["curve"] = MEASURED
    elif kind == "colour":
        more["range"] = (2200.0, 4000.0)
    elif kind == "switch":
        way = {"cc": 80 + number} if "cc" in way else {"note": number}
        way = {"address": 101 + number} if draw(st.booleans()) else way
        more["kind"] = "switch"
    port = "dimmers" if "address" in way else draw(st.sampled_from(PORTS))
    return LightSpec(port=port, channel=1, **way, **more)


messages_of_cues = st.builds(
    lambda port, after, what: CueMessage(port=port, channel=2, after=after, **what),
    port=st.sampled_from(PORTS),
    after=st.one_of(st.floats(0.0, 3.0), st.sampled_from([0.0, 0.05, 0.5, 1.0])),
    what=st.sampled_from(
        [
            {"cc": 30, "value": 0},
            {"cc": 30, "value": 127},
            {"note": 60, "length": 0.05},
            {"note": 60, "length": 1.5},
            {"program": 1},
            {"program": 2, "bank": 3},
            {"sysex": (0x7D, 1)},
            {"msc": MscTarget(command="go")},
            {"msc": MscTarget(command="all-off")},
        ]
    ),
)


@st.composite
def rooms(draw: st.DrawFn) -> Room:
    many = draw(st.integers(1, 8))
    cues = draw(st.lists(st.lists(messages_of_cues, min_size=1, max_size=8), max_size=3))
    return Room(
        midi={**{port: PortSpec(output=port) for port in PORTS}, "dimmers": UNIVERSE},
        lights={f"light{n}": draw(lights(n)) for n in range(many)},
        limits=Limits(messages=draw(st.sampled_from([10.0, 40.0, 250.0, 1000.0]))),
        cues={f"cue{n}": tuple(cue) for n, cue in enumerate(cues)},
    )


def address_of(message: Message) -> tuple[str, bytes]:
    """What a message is for: a note whatever its velocity, a controller, a channel's programs …"""
    data = message.data
    if message.port == "dimmers":
        return message.port, data[:2]
    if data[0] == 0xF0:
        # SET goes to a control, other show control to a kind of device, the rest to a maker
        return message.port, data[1:8] if data[5:6] == b"\x06" else data[4:5] + b"\0" + data[1:2]
    kind = 0x90 if data[0] & 0xF0 in {0x80, 0x90} else data[0] & 0xF0
    number = data[1:2] if kind != 0xC0 else b""
    return message.port, bytes((kind | data[0] & 0x0F,)) + number


def code_of(fixture_: Fixture, light: LightSpec, data: bytes, before: int) -> int:
    """The code that a light has after a message."""
    if light.address is not None:
        return data[2] << 8 | data[5] if fixture_.top == 65535 else data[2]
    if data[0] == 0xF0:
        return data[8] | data[9] << 7
    if isinstance(light.cc, tuple):
        if data[1] == light.cc[0]:
            return data[2] << 7 | before & 0x7F
        return before & ~0x7F | data[2]
    return data[2] if fixture_.top == 127 else data[2] << 7


def light_of_the_room(room: Room, messages: Iterable[Message]) -> list[tuple[int, float]]:
    """The room's light (0 to 1) from each frame at which it changes on; the first before any."""
    fixtures = {name: fixture(name, room) for name in room.lights}
    owners: dict[tuple[str, bytes], str] = {}
    for name, light in fixtures.items():
        for code in (0, light.top):
            for data in light.encode(code, None):
                owners[address_of(Message(0, light.port, data))] = name
    whole = sum(light.weight for light in fixtures.values()) or 1.0
    codes = {name: light.code(light.start) for name, light in fixtures.items()}
    parts = {name: light.weight * light.start / whole for name, light in fixtures.items()}
    course = [(-1, sum(parts.values()))]
    for message in messages:
        owner = owners.get(address_of(message))
        if owner is None:
            continue
        name, light = owner, fixtures[owner]
        codes[name] = code_of(light, room.lights[name], message.data, codes[name])
        parts[name] = light.weight * light.level(codes[name]) / whole
        if course[-1][0] == message.frame:
            course.pop()  # the halves of a pair are one
        course.append((message.frame, sum(parts.values())))
    return course


def opposing(values: Sequence[float]) -> int:
    """How many opposing changes of a tenth or more there are in a row of values."""
    most = 0
    for sign in (1, -1):
        count, turn = 0, values[0]
        rising = sign > 0
        for value in values:
            step = value - turn if rising else turn - value
            if (count and step < 0) or (not count and step <= 0):
                # it goes on the way of the last change (or away from the first): follow it
                turn = value
            elif step >= 0.1 - 1e-9:
                count, turn, rising = count + 1, value, not rising
        most = max(most, count)
    return most


def assert_never_flashes(course: Sequence[tuple[int, float]]) -> None:
    frames = [frame for frame, _ in course]
    values = [value for _, value in course]
    travelled = [0.0]
    for before, after in pairwise(values):
        travelled.append(travelled[-1] + abs(after - before))
    for first in range(1, len(course)):
        last = bisect_right(frames, frames[first] + S)
        if travelled[last - 1] - travelled[first - 1] < 0.3 - 1e-9:
            continue  # too little for three
        assert opposing(values[first - 1 : last]) < 3, f"flashes at {frames[first]}"


def assert_cues_are_calm(messages: Iterable[Message]) -> None:
    touched: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for message in messages:
        channel = message.data[0] & 0x0F
        if message.port == "dimmers":
            continue
        is_cue = message.data[0] != 0xF0 and channel == 1
        is_cue = is_cue or (message.data[0] == 0xF0 and message.data[5:6] != b"\x06")
        if is_cue:
            touched[address_of(message)].append(message.frame)
    for frames in touched.values():
        frames.sort()
        assert all(c - a >= S for a, c in zip(frames, frames[2:], strict=False))


def cases(count: int) -> settings:
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
