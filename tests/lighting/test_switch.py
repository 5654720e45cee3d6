"""Switches share one gap, so that many of them cannot flash in turn."""

from __future__ import annotations

import itertools

from soundscape.lighting.fixture import fixture
from soundscape.lighting.rig import Rig
from soundscape.lighting.switch import SWITCH_GAP, TOGETHER, Switch, SwitchGap
from soundscape.scene.models import LightSpec, PortSpec, Room

S = 48_000


def room(count: int, weight: float = 1.0, **dimmers: LightSpec) -> Room:
    switches = {
        f"s{n}": LightSpec(port=f"p{n % 2}", note=n, kind="switch", weight=weight)
        for n in range(count)
    }
    ports = {name: PortSpec(output=name) for name in ("p0", "p1")}
    return Room(midi=ports, lights={**switches, **dimmers})


def changes(rig: Rig, until: int) -> list[tuple[int, bool]]:
    return [(message.frame, message.data[2] > 0) for message in rig.messages(until)]


def test_a_switch_is_where_it_is_taken_to_be_until_it_is_sent_somewhere() -> None:
    one = room(1)
    lamp = Switch(fixture("s0", one, 1.0), SwitchGap())
    assert (lamp.level(0), lamp.touched) == (1.0, False)
    lamp.go(0, 0.0)
    assert (lamp.level(0), lamp.touched) == (1.0, True)  # nothing was sent yet
    assert lamp.update(0) == (b"\x90\x00\x00",)
    assert (lamp.level(0), lamp.touched, lamp.due) == (0.0, True, None)
    lamp.go(1, 0.0)
    assert lamp.due is None


def test_twenty_switches_that_would_flip_in_turn_wait_for_each_other() -> None:
    rig = Rig(room(20))
    for n in range(20):
        rig.move(n * S // 20, {f"s{n}": float(n % 2)}, 0)
    got = changes(rig, 500 * S)
    assert len(got) == 20
    for (before, was), (after, now) in itertools.pairwise(got):
        assert was == now or after - before >= SWITCH_GAP - TOGETHER


def test_a_look_switches_all_that_go_one_way_together() -> None:
    rig = Rig(room(20))
    rig.move(0, {f"s{n}": 1.0 for n in range(20)}, 0)
    frames = [frame for frame, _ in changes(rig, 60 * S)]
    assert len(frames) == 20
    assert max(frames) <= TOGETHER


def test_the_gap_counts_from_the_first_of_those_that_go_together() -> None:
    rig = Rig(room(4))
    moves = {"s0": (0, 1.0), "s1": (S // 5, 1.0), "s2": (2 * S // 5, 1.0), "s3": (S // 2, 0.0)}
    for name, (frame, target) in moves.items():
        rig.move(frame, {name: target}, 0)
    assert [frame for frame, _ in changes(rig, 60 * S)] == [0, S // 5, SWITCH_GAP, 2 * SWITCH_GAP]


def test_of_a_look_that_goes_both_ways_one_way_waits() -> None:
    rig = Rig(room(2))
    rig.move(0, {"s0": 1.0, "s1": 0.0}, 0)
    assert changes(rig, 60 * S) == [(0, True), (SWITCH_GAP, False)]


def test_a_switch_that_comes_after_the_others_waits_for_the_gap() -> None:
    rig = Rig(room(2))
    rig.move(0, {"s0": 1.0}, 0)
    rig.move(S, {"s1": 1.0}, 0)
    assert changes(rig, 60 * S) == [(0, True), (SWITCH_GAP, True)]


def test_switches_that_make_less_than_a_tenth_of_the_light_do_not_wait_for_each_other() -> None:
    wall = LightSpec(port="p0", cc=1)
    rig = Rig(room(9, weight=0.01, wall=wall))
    for n in range(9):
        rig.move(n * S, {f"s{n}": float(n % 2)}, 0)
    assert [frame for frame, _ in changes(rig, 60 * S)] == [n * S for n in range(9)]


def test_the_order_over_ports_does_not_depend_on_how_messages_are_asked_for() -> None:
    whole, sliced = Rig(room(4)), Rig(room(4))
    got = []
    for rig in (whole, sliced):
        rig.move(0, {"s0": 1.0}, 0)
        rig.move(50, {"s1": 0.0}, 0)
        rig.move(100, {"s2": 1.0, "s3": 0.0}, 0)
    for at in range(0, 60 * S, 7777):
        got += sliced.messages(at)
    assert got + sliced.messages(60 * S) == whole.messages(60 * S)
