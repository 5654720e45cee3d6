from __future__ import annotations

import pytest
from standing import Stand

from soundscape.command_specs import BOUNCE, COMMANDS, TWICE_WITHIN
from soundscape.controls.gestures import Confirmation, Presses, PressResult, confirmation, pressed
from soundscape.timeline.commands import Command


@pytest.mark.parametrize("does", sorted(set(COMMANDS) - {"goto", "note", "level"}))
def test_every_command_that_needs_no_words_has_its_press(does):
    assert pressed(does, Stand()).do == does


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


@pytest.mark.parametrize("act", ["louder", "lift", "stop"])
def test_louder_and_the_end_take_two_presses(act):
    presses = Presses()
    times = (0.0, TWICE_WITHIN, TWICE_WITHIN + 0.2)
    again, done = PressResult.AGAIN, PressResult.DONE
    assert [presses.press(act, Stand(), at) for at in times] == [again, done, again]


def test_next_asks_for_a_second_press_where_it_ends_the_session():
    assert confirmation("next", Stand()) == ""
    assert "end the session" in confirmation("next", Stand(last_phase=True))


@pytest.mark.parametrize(
    ("act", "seen", "command"),
    [
        ("duck", Stand(), Command("duck", on=True)),
        ("duck", Stand(ducked=True), Command("duck", on=False)),
        ("care", Stand(care=True), Command("care", on=False)),
        ("land", Stand("landing"), Command("land", on=False)),
    ],
)
def test_a_press_sets_the_other_than_what_is_shown(act, seen, command):
    assert pressed(act, seen) == command


def test_a_press_within_a_bounce_counts_only_for_mute():
    ignored, done = PressResult.IGNORED, PressResult.DONE
    for act, second in (("hold", ignored), ("mute", done)):
        presses = Presses()
        results = [presses.press(act, Stand(), at) for at in (0.0, BOUNCE / 2)]
        assert results == [done, second]


def test_a_second_press_too_late_is_a_first_one():
    guard = Confirmation()
    times = (0.0, TWICE_WITHIN + 0.1, TWICE_WITHIN + 0.3)
    assert [guard.accepts("stop", at, needed=True) for at in times] == [False, False, True]


def test_another_press_in_between_takes_the_first_back():
    guard = Confirmation()
    asked = [("stop", True), ("duck", False), ("stop", True)]
    assert [guard.accepts(act, 0.0, needed=needed) for act, needed in asked] == [
        *(False, True, False)
    ]
