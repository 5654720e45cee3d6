"""Lights moved by hand, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rooms import make_room

from soundscape.devices import room_outputs
from soundscape.engine import light_test
from soundscape.engine.light_test import LightTest
from soundscape.library.last_lights import LastLights


class Process:
    def __init__(self) -> None:
        self.sent: list[tuple[float, bytes]] = []

    def send(self, batch: list[tuple[float, str, bytes]]) -> None:
        self.sent += [(due, data) for due, _, data in batch]

    def health(self) -> dict[str, str]:
        return {"desk": "ok"}

    def listen(self, listener: Callable[[str, bool], object]) -> None:
        self.turn = listener


class Desk(Process):
    """Stands for the light process, with nobody behind it."""

    lights: object = None

    def __init__(self, _ports: object, lights: object, _universes: object) -> None:
        super().__init__()
        Desk.lights = lights

    def start(self) -> None: ...
    def close(self, _drain: float) -> None: ...
    def wait_ready(self, _timeout: float) -> None: ...


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def bench() -> tuple[LightTest, Process, Time]:
    time, process = Time(), Process()
    return LightTest(make_room(), process, now=time, sleep=time.sleep), process, time  # type: ignore[arg-type]


def test_a_light_goes_where_it_is_wanted_no_faster_than_the_limits(bench):
    hand, process, time = bench
    assert hand.move({"room": 0.3}) == {"room": pytest.approx(0.3, abs=1 / 127)}
    codes = [data[2] for _, data in process.sent]
    assert (codes[0], codes[-1]) == (76, 38)
    assert time.now >= 100.0 + 0.3 / 0.1, "10 % a second"
    assert all(0 <= due - 100.0 <= time.now - 100.0 for due, _ in process.sent)


def test_messages_are_handed_over_before_they_are_due(bench):
    hand, process, time = bench
    late = []
    send = process.send
    process.send = lambda batch: (late.extend(time.now - d for d, _, _ in batch), send(batch))  # type: ignore[method-assign]
    hand.move({"room": 0.5})
    assert max(late[1:]) <= 0.0


def test_a_switch_goes_over_and_back_ten_seconds_apart(bench):
    hand, process, _ = bench
    hand.move({"star": 0.0})
    hand.move({"star": 1.0})
    (first, off), (second, on) = process.sent
    assert (off, on) == (b"\x90\x29\x00", b"\x90\x29\x7f")
    assert second - first >= 10.0


def test_below_the_floor_it_does_not_go(bench):
    hand, _, _ = bench
    assert hand.move({"room": 0.0})["room"] == pytest.approx(0.03, abs=1 / 127)


def test_a_light_goes_on_from_where_it_was_left_and_never_jumps_to_where_it_is_presumed(bench):
    _, process, time = bench
    hand = LightTest(make_room(), process, {"room": 0.1}, now=time, sleep=time.sleep)  # type: ignore[arg-type]
    assert hand.level("room") == 0.1
    hand.move({"room": 0.2})
    codes = [data[2] for _, data in process.sent]
    assert (codes[0], max(codes)) == (13, 25)
    assert hand.sent_parts() == {"room": pytest.approx(0.2, abs=1 / 127)}


def test_what_was_moved_by_hand_is_known_to_the_next_one(monkeypatch, tmp_path):
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    monkeypatch.setattr(room_outputs, "MidiOutputs", Desk)
    for _ in range(2):
        with light_test.open_light_test(make_room(), "") as hand:
            before = hand.level("star")
            hand.move({"star": 0.0})
    assert before == 0.0
    assert LastLights(tmp_path / "state", make_room()).levels == {"star": 0.0}


def test_should_it_break_off_notes_that_are_lights_are_not_let_go(monkeypatch, tmp_path):
    """The light process lets go of notes that are no lights; so it has to know which are."""
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    monkeypatch.setattr(room_outputs, "MidiOutputs", Desk)
    with light_test.open_light_test(make_room(), ""):
        assert Desk.lights == make_room().lights


def test_a_port_that_comes_back_under_a_move_is_told_where_the_light_was_left(bench):
    hand, process, time = bench
    sleep = time.sleep

    def break_off(seconds: float) -> None:
        sleep(seconds)
        if 101.0 <= time.now < 101.0 + seconds:
            process.turn("desk", False)
        if 102.0 <= time.now < 102.0 + seconds:
            process.turn("desk", True)

    hand._run._sleep = break_off
    hand.move({"room": 0.3})
    codes = [(due - 100.0, data[2]) for due, data in process.sent]
    before = [code for due, code in codes if due <= 1.0]
    after = [(due, code) for due, code in codes if due > 1.5]
    assert after[0][1] == pytest.approx(before[-1], abs=1)
    assert after[0][0] == pytest.approx(2.0, abs=0.1)
    assert [code for _, code in after] == list(range(after[0][1], 37, -1))
