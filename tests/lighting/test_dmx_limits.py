"""Whatever is asked of lights over DMX, the packets obey the room's limits, as MIDI does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from flashes import assert_never_flashes
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.dmx.transmission import KEEP_ALIVE, PACKET_GAP, Transmission
from soundscape.library.universe_files import universe_starts
from soundscape.lighting.dmx_light import part_in
from soundscape.lighting.fixture import fixture
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.document import read_room
from soundscape.scene.models import Room

S = 48_000
WRITTEN = b"""
midi: {dimmers: {sacn: {universe: 1, to: 10.0.0.20}}}
lights:
  room: {port: dimmers, address: 12, from: 60%}
  fine: {port: dimmers, address: [14, 13], from: 50%, curve: linear}
  led: {port: dimmers, address: 15, from: 30%, min: 8%, max: 90%}
  amber: {port: dimmers, address: {30: 0% to 100%, 31: 0% to 60%, 32: 25%}, from: 40%}
  warmth: {port: dimmers, address: {20: 100% to 0%, 21: 0% to 100%}, range: 2200K to 4000K}
limits: {messages: 10/s}
care: {set: {warmth: 3000K}}
"""
ROOM = read_room(WRITTEN, "room.yaml").model
SWITCHES = b"""
lights:
  one: {port: dimmers, address: 40, kind: switch}
  two: {port: dimmers, address: 41, kind: switch, weight: 3}
"""
SWITCHED = read_room(WRITTEN.replace(b"\nlights:\n", SWITCHES), "room.yaml").model
NAMES = tuple(SWITCHED.lights)
LATE = PACKET_GAP + 1e-6
"""Seconds by which a packet may be behind its message."""

steps = st.tuples(
    st.one_of(st.integers(0, 3 * S), st.sampled_from([0, 1, 1920, 48_000])),
    st.sampled_from(["move", "move", "care", "trim", "outage"]),
    st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0), min_size=1),
    st.one_of(st.just(0), st.integers(0, 20 * S)),
)
Step = tuple[int, str, dict[str, float], int]


def messages_of(plan: Sequence[Step], room: Room = ROOM) -> list[Message]:
    """What the rig sends while a plan is done; after an outage it goes on from there."""
    rig, now, out = Rig(room), 0, []
    for wait, what, wanted, over in plan:
        values = {name: value for name, value in wanted.items() if name in room.lights}
        now += wait
        out += rig.messages(now)
        if what == "trim":
            rig.trim(now, 0.5 + next(iter(wanted.values())))
        elif what == "outage":
            rig.lose(now, "dimmers", arrived=now)
            now += 2 * S
            out += rig.messages(now)
            rig.restore(now, "dimmers")
        else:
            rig.move(now, values, over, care=what == "care")
    return out + rig.messages(now + 60 * S)


def start_of(room: Room) -> bytes:
    return universe_starts(Path(), room)["dimmers"].frame


def packets_of(messages: Sequence[Message], room: Room = ROOM) -> list[tuple[float, bytes]]:
    """The packets of a process that is never held up, with their times (s)."""
    transmission = Transmission(start_of(room))
    out: list[tuple[float, bytes]] = []

    def send_until(time: float) -> None:
        while (due := transmission.due) is not None and max(due, now) < time:
            at = max(due, now)
            frame = transmission.take(at)
            assert frame is not None
            out.append((at, frame))

    now = 0.0
    for message in messages:
        send_until(message.frame / S)
        now = message.frame / S
        transmission.apply(message.data)
    send_until(now + 3.0)
    return out


@given(plan=st.lists(steps, min_size=1, max_size=10))
@examples(60)
def test_the_packets_keep_to_rate_turns_and_floor(plan: list[Step]) -> None:
    packets = packets_of(messages_of(plan))
    if not packets:
        return  # nothing was moved
    times = [at for at, _ in packets]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(PACKET_GAP - 1e-9 <= gap <= KEEP_ALIVE + 1e-9 for gap in gaps)
    for name, spec in ROOM.lights.items():
        light = fixture(name, ROOM)
        assert spec.address is not None
        codes = [round(part_in(frame, spec.address) * light.top) for _, frame in packets]
        # the first change goes out with the first packet
        assert abs(codes[0] - light.code(light.start)) <= light.step
        least = min(light.code(light.floor), light.code(light.start))
        assert min(codes) >= least - 1
        changed = [True, *(before != after for before, after in pairwise(codes))]
        parts = [
            (at, code / light.top)
            for at, code, new in zip(times, codes, changed, strict=True)
            if new
        ]
        _check_rate(parts, 1.001 / light.top + 0.2 * LATE)
        _check_turns(parts)


def _check_rate(parts: Sequence[tuple[float, float]], hair: float) -> None:
    """No way between two packets is longer than the care light's rate allows."""
    low, high = float("inf"), float("-inf")
    for at, part in parts:
        assert part - 0.2 * at <= low + hair, "rises too fast"
        assert part + 0.2 * at >= high - hair, "falls too fast"
        low, high = min(low, part - 0.2 * at), max(high, part + 0.2 * at)


def _check_turns(parts: Sequence[tuple[float, float]]) -> None:
    heading, turned = 0.0, float("-inf")
    for (_, before), (at, after) in pairwise(parts):
        change = after - before
        if change * heading < 0:
            assert at - turned >= 1.0 - LATE, "turns too soon"
            turned = at
        heading = change or heading


@given(plan=st.lists(steps, min_size=1, max_size=6))
@examples(40)
def test_both_bytes_of_a_light_always_belong_together(plan: list[Step]) -> None:
    messages = messages_of(plan)
    sent = {message.data for message in messages}
    whole = {(data[2], data[5]) for data in sent if data[:2] == b"\x00\x0e"}
    start = start_of(ROOM)
    whole.add((start[13], start[12]))
    assert all((frame[13], frame[12]) in whole for _, frame in packets_of(messages))


@given(plan=st.lists(steps, min_size=1, max_size=6))
@examples(20)
def test_no_budget_of_messages_stretches_a_move(plan: list[Step]) -> None:
    moved = [step for step in plan if step[1] == "move"]
    rig = Rig(ROOM)
    now = 0
    for wait, _, values, over in moved:
        now += wait
        rig.move(now, {name: part for name, part in values.items() if name in ROOM.lights}, over)
    for name, end in rig.arrivals().items():
        assert end <= now + max([over for *_, over in moved], default=0) + 11 * S, name


@given(plan=st.lists(steps, min_size=1, max_size=12))
@examples(60)
def test_the_packets_cannot_flash(plan: list[Step]) -> None:
    """There are never three opposing changes of a tenth of the room's light within a second."""
    fixtures = {name: fixture(name, SWITCHED) for name in SWITCHED.lights}
    whole = sum(light.weight for light in fixtures.values())

    def light_in(frame: bytes) -> float:
        total = 0.0
        for name, light in fixtures.items():
            address = SWITCHED.lights[name].address
            assert address is not None
            total += light.weight * light.level(round(part_in(frame, address) * light.top))
        return total / whole

    course = [(-1, light_in(start_of(SWITCHED)))]
    for at, frame in packets_of(messages_of(plan, SWITCHED), SWITCHED):
        # A packet is behind its message by a gap at most, and so may two be nearer together.
        course.append((round(at * S * (1.0 + LATE)), light_in(frame)))
    assert_never_flashes(course)
