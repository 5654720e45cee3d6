from __future__ import annotations

import pytest
from rooms import make_room

from soundscape.errors import InvalidValue
from soundscape.lighting.curve import lightness
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import LightSpec, Limits

S = 48_000


@pytest.fixture
def rig() -> Rig:
    return Rig(make_room())


def of(messages: list[Message], controller: int) -> list[tuple[float, int]]:
    """Seconds and values of a control change on channel 1."""
    head = bytes((0xB0, controller))
    return [(m.frame / S, m.data[2]) for m in messages if m.data[:2] == head]


def notes(messages: list[Message], note: int) -> list[tuple[float, int]]:
    head = bytes((0x90, note))
    return [(m.frame / S, m.data[2]) for m in messages if m.data[:2] == head]


def test_the_first_message_is_the_level_the_light_is_presumed_at(rig: Rig) -> None:
    rig.move(0, {"room": 0.35}, 10 * S)
    assert of(rig.messages(20 * S), 20)[0] == (0.0, 76)  # 60 %


def test_the_last_sessions_level_is_where_a_light_starts() -> None:
    rig = Rig(make_room(), {"room": 0.1})
    rig.move(0, {"room": 0.35}, 10 * S)
    assert of(rig.messages(20 * S), 20)[0] == (0.0, 13)


def test_a_move_ends_on_time_at_its_value(rig: Rig) -> None:
    rig.move(S, {"room": 0.35}, 10 * S)
    when, value = of(rig.messages(30 * S), 20)[-1]
    assert value == 44
    assert 10.5 < when <= 11.0  # the code of 35 % is reached a little before 35 % is
    assert rig.values(11 * S + 1) == {"room": pytest.approx(0.35)}


def test_a_fade_looks_even(rig: Rig) -> None:
    rig.move(0, {"lamp": 0.05}, 60 * S)
    rig.messages(30 * S)
    middle = (lightness(0.6) + lightness(0.05)) / 2
    assert lightness(rig.values(30 * S)["lamp"]) == pytest.approx(middle, abs=0.05)


def test_messages_come_only_when_the_code_changes(rig: Rig) -> None:
    rig.move(0, {"room": 0.35}, 60 * S)
    values = [value for _, value in of(rig.messages(100 * S), 20)]
    assert values == list(range(76, 43, -1))


def test_a_limit_stretches_a_move(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 0)
    when, value = of(rig.messages(30 * S), 20)[-1]
    assert value == 13
    assert when == pytest.approx(5.0, abs=0.1)


def test_the_care_light_may_move_twice_as_fast() -> None:
    rig = Rig(make_room(), {"room": 0.05})
    rig.move(0, {"room": 0.6}, 3 * S, care=True)
    when, value = of(rig.messages(30 * S), 20)[-1]
    assert value == 76
    assert 2.9 < when <= 3.01


def test_nothing_goes_below_the_floor(rig: Rig) -> None:
    rig.move(0, {"room": 0.0, "warmth": 0.0}, 10 * S)
    messages = rig.messages(60 * S)
    assert of(messages, 20)[-1][1] == 4  # 3 % of 127
    assert of(messages, 22)[-1][1] == 0  # a colour has no floor


def test_a_move_taken_over_goes_on_from_where_it_is(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 20 * S)
    first = of(rig.messages(10 * S), 20)[-1][1]
    rig.move(10 * S, {"room": 0.6}, 20 * S)
    values = [value for _, value in of(rig.messages(60 * S), 20)]
    assert values == list(range(first + 1, 77)) or values == list(range(first, 77))


def test_a_turn_too_soon_after_the_last_waits_where_it_is(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 0)
    rig.move(1 * S, {"room": 0.6}, 0)  # the first turn: at once
    rig.move(int(1.3 * S), {"room": 0.1}, 0)  # waits till a second after it
    messages = of(rig.messages(3 * S), 20)
    still = [when for when, _ in messages if 1.35 < when < 2.0]
    assert still == []
    falling = [when for when, _ in messages if when >= 2.0]
    assert falling[0] < 2.3


def test_a_switch_goes_on_and_off_at_most_once_in_ten_seconds(rig: Rig) -> None:
    rig.move(0, {"star": 1.0}, 0)
    rig.move(1 * S, {"star": 0.0}, 0)
    assert notes(rig.messages(30 * S), 41) == [(0.0, 127), (10.0, 0)]


def test_a_switch_change_that_is_no_longer_wanted_is_dropped(rig: Rig) -> None:
    rig.move(0, {"star": 1.0}, 0)
    rig.move(1 * S, {"star": 0.0}, 0)
    rig.move(2 * S, {"star": 1.0}, 0)
    assert notes(rig.messages(30 * S), 41) == [(0.0, 127)]


def test_soften_and_lift_multiply_dimmers_and_leave_colours_and_switches(rig: Rig) -> None:
    rig.move(0, {"room": 0.5, "warmth": 0.5, "star": 1.0}, 0)
    rig.messages(10 * S)
    rig.trim(10 * S, 0.8)
    assert rig.targets() == {
        "room": pytest.approx(0.4), "warmth": pytest.approx(0.5), "star": 1.0,
    }  # fmt: skip
    rig.trim(12 * S, 1.0)
    assert rig.targets()["room"] == pytest.approx(0.5)


def test_a_trim_holds_for_later_moves_and_never_passes_full(rig: Rig) -> None:
    rig.trim(0, 1.5)
    rig.move(0, {"room": 0.5}, 0)
    assert rig.targets()["room"] == pytest.approx(0.75)
    rig.move(S, {"room": 0.9}, 0)
    assert rig.targets()["room"] == 1.0


def test_a_trim_in_a_fade_keeps_the_fades_time(rig: Rig) -> None:
    rig.move(0, {"room": 0.1}, 60 * S)
    rig.trim(30 * S, 0.8)
    assert rig.targets()["room"] == pytest.approx(0.08)
    assert rig.arrivals()["room"] == 60 * S


def test_the_care_light_is_as_bright_as_it_says_whatever_the_trim(rig: Rig) -> None:
    rig.trim(0, 0.5)
    rig.move(0, {"room": 0.6, "warmth": 0.4}, 0, care=True)
    assert rig.targets() == pytest.approx({"room": 0.6, "warmth": 0.4})
    rig.trim(S, 0.25)  # softened while it is on
    assert rig.targets()["room"] == pytest.approx(0.3)


def test_a_cue_goes_before_the_moves_of_its_frame(rig: Rig) -> None:
    rig.move(0, {"room": 0.35}, 0)
    rig.cue(0, "preset")
    assert [m.data.hex() for m in rig.messages(1)] == ["b00000", "b02000", "c003", "b0144c"]


def test_a_light_that_is_never_moved_is_left_alone(rig: Rig) -> None:
    rig.trim(0, 0.5)
    rig.move(0, {"room": 0.35}, 0)
    messages = rig.messages(60 * S) + rig.finish(60 * S)
    assert {m.data[1] for m in messages} == {20}
    assert set(rig.values(60 * S)) == {"room"}


def test_commands_of_the_past_count_as_now(rig: Rig) -> None:
    rig.messages(10 * S)
    rig.move(5 * S, {"room": 0.35}, 0)
    rig.cue(5 * S, "raw")
    assert [m.frame for m in rig.messages(10 * S + 1)] == [10 * S, 10 * S]


def test_commands_ahead_of_time_wait(rig: Rig) -> None:
    rig.cue(5 * S, "raw")
    rig.cue(6 * S, "raw")
    assert rig.messages(5 * S) == []
    assert [m.frame for m in rig.messages(6 * S)] == [5 * S]


def test_the_end_leaves_the_look_as_it_is(rig: Rig) -> None:
    rig.move(0, {"room": 0.1, "star": 1.0}, 20 * S)
    rig.move(1 * S, {"star": 0.0}, 0)
    rig.cue(10 * S - 10, "chime")
    before = of(rig.messages(10 * S), 20)[-1][1]
    last = rig.finish(10 * S)
    assert [m.data.hex() for m in last if m.data[0] != 0xB0] == ["8f3c00"]
    assert all(abs(value - before) <= 1 for _, value in of(last, 20))
    assert rig.messages(100 * S) == []


def test_the_end_still_sends_end_values() -> None:
    rig = Rig(make_room(), {"room": 0.5, "lamp": 0.5})
    rig.move(0, {"room": 0.52, "lamp": 0.52}, 20_000)
    sent = rig.messages(20_000) + rig.finish(20_000)
    assert of(sent, 20)[-1][1] == 66
    assert (of(sent, 21)[-1][1] << 7) + of(sent, 53)[-1][1] == 8519  # 52 % of 16383


def test_lights_of_one_port_take_turns() -> None:
    lights = {f"l{n}": LightSpec(port="desk", cc=(n, n + 32)) for n in range(20)}
    rig = Rig(make_room(lights=lights, limits=Limits(messages=100.0)), dict.fromkeys(lights, 0.5))
    rig.move(0, dict.fromkeys(lights, 0.1), 8 * S)
    messages = rig.messages(8 * S)
    counts = [len(of(messages, n + 32)) for n in range(20)]
    assert max(counts) - min(counts) <= 1
    assert min(counts) >= 19  # 8 s · 100 messages, pairs, 20 lights


@pytest.mark.parametrize("name", ["nothing"])
def test_an_unknown_light_is_refused(rig: Rig, name: str) -> None:
    with pytest.raises(InvalidValue, match="no such light"):
        rig.move(0, {name: 0.5}, 0)
