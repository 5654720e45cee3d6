from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import phase, playlist, show, track

from soundscape.command_specs import BOUNCE, COMMANDS, TWICE_WITHIN, presses
from soundscape.console.keys import FINAL_KEY, OUTPUT_FOR, KeyMap, Pressed, default_keys, meanings
from soundscape.scene.control_specs import KEY_ACTS
from soundscape.timeline.commands import Command, parse_command
from soundscape.timeline.conductor import Conductor
from soundscape.views.take_snapshot import take_snapshot

KEYS, MEANINGS = default_keys(), meanings()
MUSIC = playlist("m", track("one", 40))
VIEW = take_snapshot(Conductor(show(phase("peak", 60, MUSIC), phase("return", 60, MUSIC))))


def pressed(*keys: str, state: str = "playing", apart: float = 0.5) -> list[Pressed]:
    made = KeyMap({})
    view = VIEW.model_copy(update={"state": state})
    return [made.press(key, view, n * apart) for n, key in enumerate(keys)]


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("space", Command("duck", on=True)),
        ("n", Command("next")),
        ("b", Command("back")),
        ("u", Command("undo")),
        ("h", Command("hold")),
        ("e", Command("extend", by=300.0)),
        ("d", Command("dose")),
        ("p", Command("pause")),
        ("down", Command("level", by=-1.0)),
        ("k", Command("skip")),
        ("x", Command("swap")),
        ("s", Command("soften")),
        ("g", Command("goto", phase="return")),
        ("l", Command("land", on=True)),
        ("c", Command("care", on=True)),
        ("m", Command("mark")),
        ("escape", Command("mute")),
    ],
)
def test_a_key_is_its_command_at_the_first_press(key: str, command: Command) -> None:
    assert pressed(key) == [Pressed(command)]


@pytest.mark.parametrize(
    ("key", "command"), [("up", Command("level", by=1.0)), ("w", Command("lift"))]
)
def test_what_makes_louder_needs_a_second_press(key: str, command: Command) -> None:
    first, second = pressed(key, key)
    assert first.command is None
    assert first.say == f"press again to {presses()[KEYS[key]][1].confirm}"
    assert first.again
    assert second == Pressed(command)


def test_a_second_press_that_comes_late_is_a_first_one() -> None:
    first, second = pressed("w", "w", apart=TWICE_WITHIN + 0.1)
    assert first == second
    assert second.command is None


def test_another_key_between_forgets_the_first_press() -> None:
    assert pressed("w", "h", "w", apart=0.2)[2].command is None
    assert pressed("w", "up", apart=0.2)[1].command is None
    assert pressed("w", "z", "w", apart=0.2)[2].command is None


def test_after_two_presses_a_third_is_a_first_one_again() -> None:
    assert pressed("up", "up", "up", apart=0.2)[2].command is None


def test_a_key_that_bounces_or_is_held_down_counts_once() -> None:
    assert [p.command for p in pressed("n", "n", "n", "n", apart=BOUNCE / 2)] == [
        Command("next"),
        *[None] * 3,
    ]


def test_the_second_press_of_mute_is_never_lost() -> None:
    assert pressed("escape", "escape", apart=0.05) == [Pressed(Command("mute"))] * 2


def test_hold_and_pause_go_back_where_that_is_what_stands() -> None:
    assert pressed("h", state="held")[0].command == Command("release")
    assert pressed("p", state="paused")[0].command == Command("play")
    assert pressed("p", state="muted")[0].command == Command("play")


def test_an_unknown_key_does_nothing() -> None:
    assert pressed("z", "f7", "ü", "") == [Pressed()] * 4


@pytest.mark.parametrize(
    ("key", "wish"), [("?", "help"), ("t", "note"), ("q", "leave"), ("r", "remote")]
)
def test_what_the_screen_does_by_itself_is_a_wish(key: str, wish: str) -> None:
    assert [(p.command, p.action) for p in pressed(key)] == [(None, wish)]


@pytest.mark.parametrize("state", ["playing", "held", "paused", "muted"])
def test_every_key_makes_a_command_that_there_is_or_a_wish(state: str) -> None:
    for key in KEYS:
        came = pressed(key, key, state=state)[1]
        assert came.action or came.say or (came.command and came.command.do in COMMANDS)


def test_every_act_is_explained_with_its_keys() -> None:
    assert set(KEYS.values()) <= set(MEANINGS)
    keys = KeyMap({"pagedown": "duck"})
    assert ("Space Pagedown", MEANINGS["duck"]) in keys.table()
    assert [text for _, text in keys.table() if text == MEANINGS["stop"]] == []


def test_a_letter_with_the_caps_lock_on_is_the_letter() -> None:
    assert pressed("N")[0].command == Command("next")


# Ending -------------------------------------------------------------------------------------------


def leaving(*keys: str, apart: float = 0.5) -> list[Pressed]:
    made = KeyMap({})
    return [made.press(key, VIEW, n * apart, leaving=True) for n, key in enumerate(keys)]


def test_ending_needs_the_question_and_two_presses() -> None:
    assert pressed(FINAL_KEY, FINAL_KEY) == [Pressed(), Pressed()]
    first, second = leaving(FINAL_KEY, FINAL_KEY)
    assert first == Pressed(say="press again to end the session with its long fade", again=True)
    assert second == Pressed(Command("stop"))


def test_next_in_the_last_phase_needs_a_second_press() -> None:
    keys, last = KeyMap({}), VIEW.model_copy(update={"last_phase": True})
    first, second = (keys.press("n", last, at) for at in (0.0, 1.0))
    assert (first.command, first.again) == (None, True)
    assert "end the session" in first.say
    assert second == Pressed(Command("next"))


@pytest.mark.parametrize("key", [key for key in KEYS if KEYS[key] != "leave"])
def test_any_other_key_in_the_question_how_to_leave_does_nothing(key: str) -> None:
    assert leaving(key) == [Pressed()]


def test_mutes_key_in_the_list_of_keys_does_nothing() -> None:
    keys = KeyMap({})
    assert keys.press("escape", VIEW, 0.0, reading=True) == Pressed()
    assert keys.press("space", VIEW, 1.0, reading=True).command == Command("duck", on=True)


def test_leaving_takes_no_second_guess() -> None:
    assert leaving("q") == [Pressed(action="leave")]


# The lock -----------------------------------------------------------------------------------------


def test_locked_keys_do_nothing_but_mute_and_care() -> None:
    keys = KeyMap({})
    assert keys.press("L", VIEW, 0.0).say.startswith("keys locked")
    for n, key in enumerate(KEYS, start=1):
        came = keys.press(key, VIEW, 10.0 * n)
        if KEYS[key] in ("mute", "care"):
            assert came.command
            assert came.command.do == KEYS[key]
        else:
            assert (came.command, came.action) == (None, None)
            assert "unlock" in came.say
    assert keys.locked


def test_the_lock_opens_at_a_second_press() -> None:
    keys = KeyMap({})
    for at, locked in ((0.0, True), (1.0, True), (1.5, False)):
        keys.press("L", VIEW, at)
        assert keys.locked is locked
    assert keys.press("n", VIEW, 2.0).command == Command("next")


def test_two_presses_far_apart_do_not_unlock() -> None:
    keys = KeyMap({})
    for at in (0.0, 1.0, 1.0 + TWICE_WITHIN + 0.1):
        keys.press("L", VIEW, at)
    assert keys.locked


# The room's own keys ------------------------------------------------------------------------------


def test_a_room_may_give_keys_of_pedals_another_meaning() -> None:
    keys = KeyMap({"PageDown": "duck", "f5": "hold", "n": "skip"})
    assert keys.press("pagedown", VIEW, 0.0).command == Command("duck", on=True)
    assert keys.press("f5", VIEW, 0.0).command == Command("hold")
    assert keys.press("n", VIEW, 0.0).command == Command("skip")
    assert keys.press("h", VIEW, 0.0).command == Command("hold")
    assert keys.named("skip") == "n"


def test_a_remapped_stop_still_needs_a_second_press() -> None:
    keys = KeyMap({"f9": "stop"})
    assert keys.press("f9", VIEW, 0.0).command is None
    assert keys.press("f9", VIEW, 1.0).command == Command("stop")
    assert ("F9", MEANINGS["stop"]) in keys.table()


@pytest.mark.parametrize("do", KEY_ACTS)
def test_whatever_a_room_may_write_comes_to_a_whole_command(do: str) -> None:
    keys = KeyMap({"f1": do})
    keys.press("f1", VIEW, 0.0)
    came = keys.press("f1", VIEW, 1.0)
    assert came.action or came.command or do in ("lock", "output")
    if came.command:
        assert parse_command(came.command.as_json()) == came.command


def test_a_level_that_does_not_say_which_way_goes_down() -> None:
    assert KeyMap({"f1": "level"}).press("f1", VIEW, 0.0).command == Command("level", by=-1.0)


@given(st.lists(st.tuples(st.text(max_size=3) | st.sampled_from(list(KEYS)), st.floats(0, 1e6))))
def test_nothing_but_two_presses_makes_louder_or_ends(presses: list[tuple[str, float]]) -> None:
    keys, before = KeyMap({}), ("", 0.0)
    for key, now in presses:
        came = keys.press(key, VIEW, now)
        if came.command and (came.command.do in ("lift", "stop") or (came.command.by or 0) == 1.0):
            assert before[0].lower() == key.lower()
            assert now - before[1] <= TWICE_WITHIN
        before = (key, now)


# One output ---------------------------------------------------------------------------------------


def at_outputs(*presses: tuple[str, float]) -> list[Pressed]:
    made = KeyMap({})
    view = VIEW.model_copy(update={"outputs": {"headphones": 0.0, "speakers": -6.0}})
    return [made.press(key, view, now) for key, now in presses]


def test_the_keys_of_the_level_work_on_the_chosen_output() -> None:
    first, second, softer, asked, louder = at_outputs(
        ("o", 0.0), ("o", 1.0), ("down", 2.0), ("up", 3.0), ("up", 3.5)
    )
    assert first.say == "headphones at 0 dB: ↓ softer, ↑ ↑ louder; o: next"
    assert second.say.startswith("speakers at -6 dB: ")
    assert softer == Pressed(Command("level", by=-1.0, output="speakers"))
    assert asked == Pressed(say="press again to make speakers louder", again=True)
    assert louder == Pressed(Command("level", by=1.0, output="speakers"))


def test_after_ten_seconds_or_another_key_they_work_on_all_outputs_again() -> None:
    everything = Pressed(Command("level", by=-1.0))
    assert at_outputs(("o", 0.0), ("down", OUTPUT_FOR + 0.1))[-1] == everything
    assert at_outputs(("o", 0.0), ("h", 1.0), ("down", 2.0))[-1] == everything
    chosen = at_outputs(("o", 0.0), ("down", 6.0), ("down", 6.0 + OUTPUT_FOR - 0.1))
    assert chosen[-1].command == Command("level", by=-1.0, output="headphones")


def test_after_the_last_output_come_all_of_them() -> None:
    *_, third, softer = at_outputs(("o", 0.0), ("o", 1.0), ("o", 2.0), ("down", 3.0))
    assert third.say == "all outputs: ↓ softer, ↑ ↑ louder"
    assert softer == Pressed(Command("level", by=-1.0))


def test_a_room_without_outputs_says_so() -> None:
    (only,) = pressed("o")
    assert "names no outputs" in only.say
