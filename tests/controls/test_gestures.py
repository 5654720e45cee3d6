from __future__ import annotations

import pytest
from standing import Stand

from soundscape.controls.gestures import GUARDED, TWICE_WITHIN, Confirmation, pressed
from soundscape.timeline.commands import ARGUMENTS, Command


@pytest.mark.parametrize("does", sorted(set(ARGUMENTS) - {"goto", "note", "level"}))
def test_every_command_that_needs_no_words_has_its_press(does):
    assert pressed(does, Stand()).do == does or does == "release"


@pytest.mark.parametrize(
    ("does", "state", "command"),
    [
        ("hold", "playing", "hold"),
        ("hold", "held", "release"),
        ("pause", "playing", "pause"),
        ("pause", "paused", "play"),
        ("pause", "muted", "play"),
        ("mute", "muted", "mute"),
    ],
)
def test_hold_and_pause_come_back_with_the_next_press(does, state, command):
    assert pressed(does, Stand(state)) == Command(command)


@pytest.mark.parametrize("does", sorted(GUARDED))
def test_louder_and_the_end_take_two_presses(does):
    guard = Confirmation()
    assert [guard.lets(does, at) for at in (0.0, TWICE_WITHIN, TWICE_WITHIN + 0.1)] == [
        False,
        True,
        False,
    ]


def test_a_second_press_too_late_is_a_first_one():
    guard = Confirmation()
    times = (0.0, TWICE_WITHIN + 0.1, TWICE_WITHIN + 0.3)
    assert [guard.lets("stop", at) for at in times] == [False, False, True]


def test_another_press_in_between_takes_the_first_back():
    guard = Confirmation()
    assert [guard.lets(does, 0.0) for does in ("stop", "duck", "stop")] == [False, True, False]
