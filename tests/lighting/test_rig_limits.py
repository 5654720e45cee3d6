"""Whatever is asked of the lights, what goes out obeys the room's limits."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from rooms import LIGHTS, make_room

from soundscape.lighting.fixture import Fixture, fixture
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import LightSpec, Limits, Room

S = 48_000
NAMES = (*LIGHTS, "far", "extra0", "extra1", "extra2")


@dataclass(frozen=True)
class Step:
    """After `wait` frames, a move, trim or cue."""

    wait: int
    what: str
    values: dict[str, float]
    over: int
    factor: float


steps = st.builds(
    Step,
    wait=st.one_of(st.integers(0, 3 * S), st.sampled_from([0, 1, 1920, 48000, 480000])),
    what=st.sampled_from(["move", "move", "move", "care", "trim", "cue"]),
    values=st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0), min_size=1),
    over=st.one_of(st.just(0), st.integers(0, 20 * S)),
    factor=st.sampled_from([0.4, 0.64, 0.8, 1.0, 1.25, 1.5625]),
)
plans = st.lists(steps, max_size=12)
budgets = st.sampled_from([10.0, 40.0, 250.0])
starts = st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0))


def room_of(budget: float) -> Room:
    """The room and more 14-bit lights, with a second port and so many messages a second."""
    lights = {
        **LIGHTS,
        "far": LightSpec(port="other", cc=1),
        **{f"extra{n}": LightSpec(port="desk", cc=(n, n + 32)) for n in range(3)},
    }
    return make_room(lights=lights, limits=Limits(messages=budget))


def perform(
    rig: Rig, plan: Sequence[Step], slices: Sequence[int] = ()
) -> tuple[list[Message], list[tuple[int, Step]]]:
    """Do the plan and let it come to rest; `slices` are frames at which messages are asked for."""
    out: list[Message] = []
    done = []
    now = 0
    cuts = sorted(slices)
    for step in plan:
        while cuts and cuts[0] <= now + step.wait:
            out += rig.messages(cuts.pop(0))
        now += step.wait
        done.append((now, step))
        if step.what == "trim":
            rig.trim(now, step.factor)
        elif step.what == "cue":
            rig.cue(now, "chime")
        else:
            rig.move(now, step.values, step.over, care=step.what == "care")
    for cut in cuts:
        if cut > now:
            out += rig.messages(cut)
    return out + rig.messages(now + 600 * S), done


@dataclass
class Update:
    frame: int
    code: int
    cost: int


def updates(room: Room, messages: Sequence[Message]) -> dict[str, list[Update]]:
    """What each light received, decoded from the bytes alone."""
    heads: dict[tuple[str, bytes], tuple[str, str]] = {}
    for name, light in room.lights.items():
        if isinstance(light.cc, tuple):
            heads[light.port, bytes((0xB0, light.cc[0]))] = (name, "msb")
            heads[light.port, bytes((0xB0, light.cc[1]))] = (name, "lsb")
        elif light.cc is not None:
            heads[light.port, bytes((0xB0, light.cc))] = (name, "whole")
        elif light.note is not None:
            heads[light.port, bytes((0x90, light.note))] = (name, "whole")
    out: dict[str, list[Update]] = defaultdict(list)
    most: dict[str, int] = {}
    for message in messages:
        data = message.data
        if data[0] in {0x9F, 0x8F}:
            continue
        if data[0] == 0xF0:
            assert data[1:6] == bytes((0x7F, 1, 2, 1, 6))
            out["sub"].append(Update(message.frame, data[8] | data[9] << 7, 1))
            continue
        name, part = heads[message.port, data[:2]]
        if part == "msb":
            most[name] = data[2]
            out[name].append(Update(message.frame, -1, 2))
        elif part == "lsb":
            code = most[name] << 7 | data[2]
            if out[name][-1].code == -1:
                assert out[name][-1].frame == message.frame
                out[name][-1].code = code
            else:
                out[name].append(Update(message.frame, code, 1))
        else:
            out[name].append(Update(message.frame, data[2], 1))
    return dict(out)


def allowance(done: Sequence[tuple[int, Step]], name: str) -> Callable[[int], float]:
    """How far the light may have moved by a frame: the integral of its rate."""
    changes = [(0, 0.1)] + [
        (frame, 0.2 if step.what == "care" else 0.1)
        for frame, step in done
        if step.what in {"move", "care"} and name in step.values
    ]

    def by(frame: int) -> float:
        total = 0.0
        for (begin, rate), (end, _) in zip(changes, [*changes[1:], (frame, 0.0)], strict=True):
            total += rate * max(0, min(frame, end) - begin) / S
        return total

    return by


def check_rate(light: Fixture, got: Sequence[Update], by: Callable[[int], float]) -> None:
    low, high = float("inf"), float("-inf")
    for update in got:
        level, free = update.code / light.top, by(update.frame)
        assert level - free <= low + 1.001 / light.top, "rises too fast"
        assert level + free >= high - 1.001 / light.top, "falls too fast"
        low, high = min(low, level - free), max(high, level + free)


def check_turns_and_steps(light: Fixture, got: Sequence[Update]) -> None:
    heading, turned = 0, -S
    for before, after in itertools.pairwise(got):
        change = after.code - before.code
        assert change != 0, "sent though it did not change"
        assert abs(change) <= light.step
        assert after.frame - before.frame >= 1920
        if change * heading < 0:
            assert after.frame - turned >= S
            turned = after.frame
        heading = change


def check_budget(room: Room, got: dict[str, list[Update]]) -> None:
    for port in {light.port for light in room.lights.values()}:
        sent = sorted(
            (update.frame, update.cost)
            for name, some in got.items()
            for update in some
            if room.lights[name].port == port
        )
        first, carried = 0, 0
        for frame, cost in sent:
            carried += cost
            while sent[first][0] <= frame - S:
                carried -= sent[first][1]
                first += 1
            assert carried <= room.limits.messages


@given(plan=plans, budget=budgets, last=starts)
@examples(60)
def test_any_moves_at_any_time_stay_within_the_limits(
    plan: list[Step], budget: float, last: dict[str, float]
) -> None:
    room = room_of(budget)
    rig = Rig(room, last)
    messages, done = perform(rig, plan)
    got = updates(room, messages)
    check_budget(room, got)
    targets = rig.targets()
    assert set(got) == set(targets)
    for name, some in got.items():
        light = fixture(name, room, last.get(name))
        assert some[-1].code == light.code(targets[name]), "the end value is missing"
        if light.is_switch:
            frames = [update.frame for update in some]
            assert all(b - a >= 10 * S for a, b in itertools.pairwise(frames))
            continue
        assert some[0].code == light.code(light.start)
        least = min(light.code(light.floor), light.code(light.start))
        assert all(update.code >= least for update in some)
        check_rate(light, some, allowance(done, name))
        check_turns_and_steps(light, some)


@given(plan=plans, budget=budgets, slices=st.lists(st.integers(0, 40 * S), max_size=20))
@examples(25)
def test_the_messages_do_not_depend_on_how_they_are_asked_for(
    plan: list[Step], budget: float, slices: list[int]
) -> None:
    whole, _ = perform(Rig(room_of(budget)), plan)
    sliced, _ = perform(Rig(room_of(budget)), plan, slices)
    assert sliced == whole
    assert [m.frame for m in whole] == sorted(m.frame for m in whole)


@given(plan=plans, end=st.integers(0, 40 * S))
@examples(60)
def test_every_note_of_a_cue_is_let_go_whenever_it_ends(plan: list[Step], end: int) -> None:
    rig = Rig(room_of(250.0))
    now, messages = 0, []
    for step in plan:
        if now + step.wait > end:
            break
        now += step.wait
        if step.what == "cue":
            rig.cue(now, "wake")
        else:
            rig.move(now, step.values, step.over)
    messages += rig.messages(end) + rig.finish(end)
    sounding: dict[Any, int] = defaultdict(int)
    for message in messages:
        if message.data[0] in {0x9F, 0x8F}:
            sounding[message.data[1]] += 1 if message.data[0] == 0x9F else -1
        assert all(0 <= count <= 1 for count in sounding.values())
    assert not any(sounding.values())
