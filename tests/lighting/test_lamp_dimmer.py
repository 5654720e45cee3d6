"""Lamps over MQTT: whatever is asked of them, what they are sent obeys the room's limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.lighting.lamp_dimmer import LONGEST_LEG
from soundscape.lighting.rig import CARE_RATE, Rig
from soundscape.midi.messages import Message
from soundscape.scene.lamp_spec import LampSpec
from soundscape.scene.models import LightSpec, Limits, Room

S = 48_000
STEP = 1 / 255
LAMP = LampSpec(topic="lamps/ceiling/set")


def room_of(limits: Limits | None = None, **more: Any) -> Room:
    light = LightSpec(**{"mqtt": LAMP, "from_": 0.6, **more})
    return Room(lights={"ceiling": light}, limits=limits or Limits())


@dataclass(frozen=True)
class Leg:
    """What a lamp does with a message: it moves evenly from where it is to the level."""

    begin: float
    over: float
    level: float

    @property
    def end(self) -> float:
        return self.begin + self.over


def legs(messages: list[Message]) -> list[Leg]:
    out = []
    for message in messages:
        value = json.loads(message.data)
        level = value.get("brightness", 0) / 255
        out.append(Leg(message.frame / S, value["transition"], level))
    return out


def lamp_levels(sent: list[Leg], start: float) -> list[tuple[float, float, float]]:
    """Each leg's begin, and the lamp's level there and at the end; a new message ends a leg."""
    level, out = start, []
    for number, leg in enumerate(sent):
        following = sent[number + 1] if number + 1 < len(sent) else None
        part = 1.0 if following is None else min(1.0, (following.begin - leg.begin) / leg.over)
        end = level + (leg.level - level) * part
        out.append((leg.begin, level, end))
        level = end
    return out


@dataclass(frozen=True)
class Step:
    """After `wait` frames, a move, a trim, or a loss of the lamp."""

    wait: int
    what: str
    level: float
    over: int
    factor: float


plans = st.lists(
    st.builds(
        Step,
        wait=st.one_of(st.integers(0, 5 * S), st.sampled_from([0, 1, S, 15 * S])),
        what=st.sampled_from(["move", "move", "move", "care", "trim", "outage"]),
        level=st.floats(0.0, 1.0),
        over=st.one_of(st.just(0), st.integers(0, 30 * S)),
        factor=st.sampled_from([0.4, 0.8, 1.0, 1.25]),
    ),
    min_size=1,
    max_size=10,
)
limits = st.builds(
    Limits,
    rate=st.sampled_from([0.1, 0.03, 0.001]),
    reversals=st.sampled_from([1.0, 0.2]),
    floor=st.sampled_from([0.03, 0.1]),
)
lamps = st.fixed_dictionaries(
    {},
    optional={
        "min": st.sampled_from([0.0, 0.08]),
        "max": st.sampled_from([0.7, 1.0]),
        "curve": st.sampled_from(["perceptual", "linear", ((0.0, 0.0), (0.3, 0.05), (1.0, 1.0))]),
    },
)


def perform(rig: Rig, plan: list[Step]) -> tuple[list[Message], bool]:
    """Do the plan and let it come to rest. Whether the care light was on."""
    out: list[Message] = []
    now = 0
    for step in plan:
        now += step.wait
        out += rig.messages(now)
        if step.what == "trim":
            rig.trim(now, step.factor)
        elif step.what == "outage":
            rig.lose(now, "ceiling", now)
            rig.move(now, {"ceiling": step.level}, step.over)
            now += step.over
            rig.messages(now)
            rig.restore(now, "ceiling")
        else:
            rig.move(now, {"ceiling": step.level}, step.over, care=step.what == "care")
    return out + rig.messages(now + 3000 * S), any(step.what == "care" for step in plan)


@given(plan=plans, room_limits=limits, lamp=lamps)
@examples(150)
def test_legs_keep_to_the_rate_the_floor_the_budget_and_end_exactly(
    plan: list[Step], room_limits: Limits, lamp: dict[str, object]
) -> None:
    room = room_of(room_limits, **lamp)
    rig = Rig(room)
    level_of = rig._lights["ceiling"].fixture.level
    messages, cared = perform(rig, plan)
    sent = legs(messages)
    rate = max(room_limits.rate, CARE_RATE) if cared else room_limits.rate
    for one, following in pairwise(sent):
        assert following.begin - one.begin >= 1.0 - 1 / S, "more than one message a second"
    for number, leg in enumerate(sent):
        assert leg.over <= max(LONGEST_LEG, 0.1 + 1 / (0.7 * 255 * room_limits.rate))
        assert level_of(round(leg.level * 255)) >= room_limits.floor - 2 * STEP
        before = sent[number - 1] if number else None
        if before is not None and leg.begin >= before.end - 2 / S:  # nothing of it was cut short
            way = abs(level_of(round(leg.level * 255)) - level_of(round(before.level * 255)))
            rounded = STEP if leg.over in (5.0, 10.0) else 1e-6  # a first leg, from anywhere
            assert way <= rate * leg.over + rounded, "faster than the room allows"
    if sent:
        wanted = rig.targets()["ceiling"]
        assert round(sent[-1].level * 255) == rig._lights["ceiling"].fixture.code(wanted)
    assert rig.resting


@given(plan=plans, reversals=st.sampled_from([1.0, 0.2]))
@examples(100)
def test_a_lamp_turns_no_more_often_than_the_room_allows(
    plan: list[Step], reversals: float
) -> None:
    plan = [step for step in plan if step.what != "outage"]
    messages, _ = perform(Rig(room_of(Limits(reversals=reversals))), plan)
    turns: list[float] = []
    heading = 0
    for begin, before, after in lamp_levels(legs(messages), 0.6):
        if abs(after - before) < STEP:
            continue
        now = 1 if after > before else -1
        if heading and now != heading:
            turns.append(begin)
        heading = now
    assert all(later - earlier >= 1 / reversals - 1e-3 for earlier, later in pairwise(turns))


def test_from_any_level_the_first_leg_is_no_faster_than_the_limit() -> None:
    rig = Rig(room_of())
    rig.move(0, {"ceiling": 0.2}, 5 * S)
    first, *_ = legs(rig.messages(S))
    assert first.over == 10.0


def test_a_fade_is_followed_within_two_steps_once_the_lamp_is_known() -> None:
    rig = Rig(room_of())
    rig.move(0, {"ceiling": 0.6}, 0)
    rig.messages(11 * S)
    rig.move(11 * S, {"ceiling": 0.1}, 60 * S)
    fade = rig._lights["ceiling"].fade  # type: ignore[union-attr]
    for leg in legs(rig.messages(80 * S)):
        assert leg.level == pytest.approx(fade.level(round(leg.end * S)), abs=2 * STEP)


def test_a_move_that_is_broken_off_ends_with_its_leg_and_never_goes_back() -> None:
    rig = Rig(room_of())
    rig.move(0, {"ceiling": 0.6}, 0)
    rig.messages(11 * S)
    rig.move(11 * S, {"ceiling": 0.2}, 10 * S)
    sent = legs(rig.messages(round(14.5 * S)))
    held = legs(rig.finish(round(14.5 * S)))
    assert [leg for leg in held if leg.level > sent[-1].level] == []
    assert held == []


def test_nothing_is_sent_while_nothing_changes() -> None:
    rig = Rig(room_of())
    rig.move(0, {"ceiling": 0.3}, S)
    rig.messages(60 * S)
    rig.move(60 * S, {"ceiling": 0.3}, S)
    assert rig.messages(600 * S) == []


def test_a_lamp_that_was_away_goes_at_once_towards_where_the_show_is_now() -> None:
    rig = Rig(room_of())
    rig.move(0, {"ceiling": 0.6}, 0)
    rig.messages(20 * S)
    rig.lose(20 * S, "ceiling", 20 * S)
    rig.move(20 * S, {"ceiling": 0.1}, 20 * S)
    assert rig.messages(60 * S) == []
    rig.restore(60 * S, "ceiling")
    (leg,) = legs(rig.messages(100 * S))
    assert (leg.begin, leg.over, round(leg.level * 255)) == (60.0, 10.0, 26)


def test_the_care_light_does_not_wait_for_the_leg_of_a_lamp_that_has_just_come_back() -> None:
    rig = Rig(room_of())
    rig.move(0, {"ceiling": 0.1}, 0)
    rig.messages(3 * S)
    rig.move(3 * S, {"ceiling": 0.6}, 0, care=True)
    leg, *_ = legs(rig.messages(4 * S))
    assert (leg.begin, leg.over, round(leg.level * 255)) == (3.0, 5.0, 153)


def test_messages_are_home_assistants_json_and_a_colour_switches_nothing_on() -> None:
    room = Room(
        lights={
            "ceiling": LightSpec(mqtt=LAMP, from_=0.0),
            "warmth": LightSpec(mqtt=LAMP, range=(2000.0, 4000.0)),
            "relay": LightSpec(mqtt=LampSpec(topic="relay/set"), kind="switch", from_=0.0),
        },
        limits=Limits(floor=0.0),
    )
    rig = Rig(room)
    rig.move(0, {"ceiling": 0.4, "warmth": 1.0, "relay": 1.0}, 0)
    first = {one.port: json.loads(one.data) for one in rig.messages(S)}
    assert first == {
        "ceiling": {"state": "ON", "brightness": 102, "transition": 10},
        "warmth": {"color_temp": 250, "transition": 10},
        "relay": {"state": "ON"},
    }
    rig.move(20 * S, {"ceiling": 0.0}, 0)
    assert json.loads(rig.messages(40 * S)[-1].data) == {"state": "OFF", "transition": 1}
