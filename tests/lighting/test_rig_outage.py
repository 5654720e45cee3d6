"""A port that goes and comes: nothing is kept for it, and the look comes back by a ramp."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from rooms import LIGHTS, make_room

from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import LightSpec

S = 48_000


@pytest.fixture
def rig() -> Rig:
    return Rig(make_room())


def values(messages: Sequence[Message], controller: int = 20) -> list[tuple[float, int]]:
    head = bytes((0xB0, controller))
    return [(m.frame / S, m.data[2]) for m in messages if m.data[:2] == head]


def test_nothing_is_sent_to_a_port_that_is_away_nor_kept_for_it(rig: Rig) -> None:
    rig.move(0, {"room": 0.35}, 10 * S)
    rig.messages(S)
    rig.lose(S, "desk")
    rig.cue(2 * S, "go")
    assert rig.messages(20 * S) == []
    rig.restore(20 * S, "desk")
    assert {m.data[1] for m in rig.messages(60 * S)} == {20}  # no cue of before


def test_the_look_comes_back_from_where_it_was_left_by_a_ramp(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 10 * S)
    left = values(rig.messages(2 * S))[-1][1]
    rig.lose(2 * S, "desk")
    rig.messages(30 * S)
    rig.restore(30 * S, "desk")
    back = values(rig.messages(60 * S))
    assert back[0] == (30.0, left)
    assert [code for _, code in back] == list(range(left, 12, -1))
    ramp = (left - 13) / 127 / 0.1
    assert back[1][0] == pytest.approx(31.0, abs=0.2)  # it stands a second, lest that be a turn
    assert back[-1][0] == pytest.approx(31.0 + ramp, abs=0.2)


def test_what_was_on_its_way_has_not_arrived(rig: Rig) -> None:
    """With a device that is two seconds late, messages are that far ahead of the light."""
    rig.move(0, {"room": 0.1, "star": 0.0}, 5 * S)
    sent = values(rig.messages(4 * S))
    there = [code for at, code in sent if at <= 2.0][-1]
    rig.lose(4 * S, "desk", arrived=2 * S)
    assert rig.sent_parts()["room"] == there / 127
    rig.restore(6 * S, "desk")
    again = rig.messages(7 * S)
    assert values(again) == [(6.0, there)]
    rig.lose(7 * S, "desk", arrived=5 * S)  # and the first word of it has not, either
    rig.restore(8 * S, "desk")
    assert values(rig.messages(8 * S + 1)) == [(8.0, there)]


def test_a_move_under_way_still_arrives_when_it_was_to(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 60 * S)
    rig.messages(10 * S)
    rig.lose(10 * S, "desk")
    rig.restore(20 * S, "desk")
    assert values(rig.messages(100 * S))[-1][0] == pytest.approx(60.0, abs=1.5)
    assert rig.arrivals()["room"] == 60 * S


def test_the_whole_look_is_sent_again_also_what_did_not_move(rig: Rig) -> None:
    rig.move(0, {"room": 0.5, "lamp": 0.5, "star": 1.0, "wall": 0.5}, 0)
    rig.messages(30 * S)
    rig.lose(30 * S, "desk")
    rig.restore(40 * S, "desk")
    again = [m.data.hex() for m in rig.messages(41 * S)]
    assert sorted(again) == ["902840", "90297f", "b01440", "b01540", "b03500"]
    assert rig.messages(80 * S) == []


def test_a_switch_turned_meanwhile_waits_its_ten_seconds(rig: Rig) -> None:
    rig.move(0, {"star": 1.0}, 0)
    rig.messages(20 * S)
    rig.lose(20 * S, "desk")
    rig.move(21 * S, {"star": 0.0}, 0)
    rig.restore(25 * S, "desk")
    sent = [(m.frame / S, m.data.hex()) for m in rig.messages(60 * S)]
    assert sent == [(31.0, "902900")]


def test_a_light_first_moved_while_its_port_is_away_begins_where_it_is_presumed() -> None:
    rig = Rig(make_room(), {"room": 0.5})
    rig.lose(0, "desk")
    rig.move(0, {"room": 0.1}, 2 * S)
    rig.messages(30 * S)
    rig.restore(30 * S, "desk")
    assert values(rig.messages(60 * S))[0] == (30.0, 64)


def test_a_note_that_was_to_end_meanwhile_ends_when_the_port_is_back(rig: Rig) -> None:
    rig.cue(0, "chime")
    rig.messages(100)
    rig.lose(100, "desk")
    rig.cue(2 * S, "chime")
    rig.messages(20 * S)
    rig.restore(20 * S, "desk")
    assert [m.data.hex() for m in rig.messages(60 * S)] == ["8f3c00"]


def test_a_note_that_still_sounds_ends_in_its_time(rig: Rig) -> None:
    rig.cue(0, "chime")
    rig.messages(100)
    rig.lose(100, "desk")
    rig.restore(200, "desk")
    assert [(m.frame, m.data.hex()) for m in rig.messages(S)] == [(9600, "8f3c00")]


def test_going_twice_or_coming_without_having_gone_changes_nothing(rig: Rig) -> None:
    rig.move(0, {"room": 0.5}, 0)
    first = len(rig.messages(10 * S))
    rig.restore(10 * S, "desk")
    rig.lose(10 * S, "unknown")
    rig.restore(10 * S, "unknown")
    assert first
    assert rig.messages(20 * S) == []
    rig.lose(20 * S, "desk")
    rig.move(21 * S, {"room": 0.1}, 0)
    rig.messages(40 * S)
    rig.lose(40 * S, "desk")
    rig.restore(40 * S, "desk")
    assert values(rig.messages(60 * S))[0] == (40.0, 64)


def test_other_ports_play_on() -> None:
    lights = {**LIGHTS, "far": LightSpec(port="other", cc=1)}
    whole, halved = Rig(make_room(lights=lights)), Rig(make_room(lights=lights))
    for rig in (whole, halved):
        rig.move(0, {"room": 0.1, "far": 0.1}, 10 * S)
    halved.lose(0, "desk")
    assert halved.messages(20 * S) == [m for m in whole.messages(20 * S) if m.port == "other"]


def test_at_the_end_a_port_that_is_away_gets_nothing(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 10 * S)
    rig.cue(2 * S - 10, "chime")
    rig.messages(2 * S)
    rig.lose(2 * S, "desk")
    assert rig.finish(3 * S) == []


def test_what_the_lights_were_told_is_known_at_the_end(rig: Rig) -> None:
    assert rig.sent_parts() == {}
    rig.move(0, {"room": 0.1}, 10 * S)
    rig.messages(2 * S)
    level = rig.sent_parts()["room"]
    assert level == pytest.approx(rig.values(2 * S)["room"], abs=0.01)
    rig.lose(2 * S, "desk")
    rig.messages(30 * S)
    assert rig.sent_parts() == {"room": level}


outages = st.lists(st.tuples(st.integers(1, 20 * S), st.integers(1, 20 * S)), max_size=4)
moves = st.lists(
    st.tuples(st.integers(0, 10 * S), st.floats(0.0, 1.0), st.integers(0, 10 * S)), max_size=8
)


@given(moves=moves, outages=outages)
@examples(60)
def test_however_a_port_comes_and_goes_what_it_gets_obeys_rate_and_turns(
    moves: list[tuple[int, float, int]], outages: list[tuple[int, int]]
) -> None:
    rig = Rig(make_room(), {"lamp": 0.5})
    todo: list[tuple[int, int, float | None, int]] = []
    at = 0
    for wait, level, over in moves:
        at += wait
        todo.append((at, 0, level, over))
    at = 0
    for wait, length in outages:
        todo.append((at + wait, 1, None, 0))
        at += wait + length
        todo.append((at, 2, None, 0))
    sent: list[Message] = []
    for frame, what, value, over in sorted(todo, key=lambda one: one[:2]):
        sent += rig.messages(frame)
        if what == 0:
            assert value is not None
            rig.move(frame, {"lamp": value}, over)
        elif what == 1:
            rig.lose(frame, "desk")
        else:
            rig.restore(frame, "desk")
    sent += rig.messages(600 * S)
    codes = levels(sent)
    if moves:
        assert codes[-1][1] == round(rig.targets()["lamp"] * 16383)
    turned, heading = -S, 0
    for (before, one), (after, other) in itertools.pairwise(codes):
        assert abs(other - one) / 16383 <= min(0.02, 0.1 * (after - before) / S) + 2 / 16383
        if (other - one) * heading < 0:
            assert after - turned >= S
            turned = after
        heading = other - one or heading


def levels(messages: Sequence[Message]) -> list[tuple[int, int]]:
    """The 14-bit light's codes, from bytes alone."""
    most, out = 0, []
    for message in messages:
        if message.data[1] == 21:
            most = message.data[2]
        elif message.data[1] == 53:
            out.append((message.frame, most << 7 | message.data[2]))
    return out
