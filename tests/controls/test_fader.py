from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape.controls.fader import SETTLE, Fader, fader_db
from soundscape.timeline.commands import Command

AT_ZERO = 118
"""The controller's value that stands for 0 dB."""


class Desk:
    """A fader, and a session that does what it asks for."""

    def __init__(self, level: float = 0.0) -> None:
        self.fader, self.level, self.now, self.most = Fader(), level, 0.0, 3.0
        self.asked: list[Command] = []

    def move(self, *values: int) -> None:
        for value in values:
            self.fader.moved(value, self.now, self.level)
            self.wait(0.0)

    def wait(self, seconds: float = 2 * SETTLE) -> None:
        self.now += seconds
        command = self.fader.follow(self.now, self.level)
        if command is not None:
            assert command.by
            self.asked.append(command)
            self.level = min(self.most, self.level + command.by)


def test_a_fader_covers_the_levels_there_are():
    assert fader_db(0) == -40.0
    assert fader_db(127) == 3.0
    assert abs(fader_db(AT_ZERO)) < 0.2


def test_the_first_touch_far_from_the_level_moves_nothing():
    desk = Desk()
    desk.move(20, 30, 60, 100)
    desk.wait()
    assert desk.asked == []


def test_it_takes_over_where_it_passes_the_level():
    desk = Desk(-10.0)
    desk.move(127, 100)  # -6 dB: not there yet
    assert desk.asked == []
    desk.move(80)  # -13 dB: past it
    desk.wait()
    assert desk.level == -13.0


def test_near_the_level_it_has_it_at_once():
    desk = Desk()
    desk.move(AT_ZERO + 1, AT_ZERO - 6)
    desk.wait()
    assert desk.level == -2.0


def test_its_last_place_is_where_the_level_ends():
    desk = Desk()
    desk.move(AT_ZERO, *range(AT_ZERO, 40, -1))
    assert len(desk.asked) <= 2, "the rest waits until the first has settled"
    for _ in range(3):
        desk.wait()
    assert desk.level == round(fader_db(41))
    assert desk.fader.due() is None


def test_trembling_between_two_steps_moves_nothing():
    desk = Desk()
    desk.move(AT_ZERO)
    for _ in range(20):
        desk.move(AT_ZERO + 1, AT_ZERO - 1)
        desk.wait()
    assert desk.asked == []


def test_a_level_that_someone_else_moved_is_taken_over_anew():
    desk = Desk()
    desk.move(AT_ZERO)
    desk.level = -6.0  # a key
    desk.wait()
    desk.move(AT_ZERO + 2)
    desk.wait()
    assert desk.asked == []
    desk.move(90)
    desk.wait()
    assert desk.level == round(fader_db(90))


def test_what_the_room_limits_is_asked_for_once():
    desk = Desk()
    desk.most = 0.0
    desk.move(AT_ZERO, 127)
    for _ in range(5):
        desk.wait()
    assert [command.by for command in desk.asked] == [3.0]


def test_after_its_port_was_gone_it_takes_over_anew():
    desk = Desk()
    desk.move(AT_ZERO)
    desk.fader.let_go()
    desk.move(10)
    desk.wait()
    assert desk.asked == []


@given(st.lists(st.integers(0, 127), max_size=60), st.floats(-40.0, 3.0))
def test_wherever_it_is_moved_the_level_stays_within_its_range_and_only_the_fader_leads(values, at):
    desk = Desk(at)
    for value in values:
        desk.move(value)
        desk.wait(0.05)
    for _ in range(3):
        desk.wait()
    assert -40.0 <= desk.level <= 3.0
    if desk.asked:
        assert abs(desk.level - fader_db(values[-1])) <= 1.0
    else:
        assert desk.level == at
