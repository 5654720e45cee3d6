from __future__ import annotations

import pytest
from shows import phase, playlist, show, track

from soundscape.cli.keys import GUARDED, KEYS, MEANINGS, TWICE_WITHIN, Keys, Pressed
from soundscape.timeline.commands import ARGUMENTS, Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.snapshot import snapshot

MUSIC = playlist("m", track("one", 40))
VIEW = snapshot(Conductor(show(phase("peak", 60, MUSIC), phase("return", 60, MUSIC))))


def pressed(*keys: str, state: str = "playing", apart: float = 0.5) -> list[Pressed]:
    made = Keys({})
    view = VIEW.model_copy(update={"state": state})
    return [made.press(key, view, n * apart) for n, key in enumerate(keys)]


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("space", Command("duck")),
        ("n", Command("next")),
        ("h", Command("hold")),
        ("e", Command("extend", by=300.0)),
        ("d", Command("dose")),
        ("p", Command("pause")),
        ("down", Command("level", by=-1.0)),
        ("k", Command("skip")),
        ("x", Command("swap")),
        ("s", Command("soften")),
        ("g", Command("goto", phase="return")),
        ("l", Command("land")),
        ("c", Command("care")),
        ("m", Command("mark")),
        ("escape", Command("mute")),
    ],
)
def test_a_key_is_its_command_at_the_first_press(key: str, command: Command) -> None:
    assert pressed(key) == [Pressed(command)]


@pytest.mark.parametrize(
    ("key", "command"),
    [("q", Command("stop")), ("up", Command("level", by=1.0)), ("w", Command("lift"))],
)
def test_what_ends_or_makes_louder_needs_a_second_press(key: str, command: Command) -> None:
    first, second = pressed(key, key)
    assert first.command is None
    assert first.say == f"press again to {GUARDED[KEYS[key]]}"
    assert second == Pressed(command)


def test_a_second_press_that_comes_late_is_a_first_one() -> None:
    first, second = pressed("q", "q", apart=TWICE_WITHIN + 0.1)
    assert first == second
    assert second.command is None


def test_another_key_between_forgets_the_first_press() -> None:
    assert pressed("q", "h", "q", apart=0.1)[2].command is None
    assert pressed("q", "up", apart=0.1)[1].command is None


def test_after_two_presses_a_third_is_a_first_one_again() -> None:
    assert pressed("up", "up", "up", apart=0.1)[2].command is None


def test_hold_and_pause_go_back_where_that_is_what_stands() -> None:
    assert pressed("h", state="held")[0].command == Command("release")
    assert pressed("p", state="paused")[0].command == Command("play")
    assert pressed("p", state="muted")[0].command == Command("play")


def test_an_unknown_key_does_nothing() -> None:
    assert pressed("z", "f7", "ü", "") == [Pressed()] * 4


def test_help_is_asked_for_by_its_key() -> None:
    assert pressed("?") == [Pressed(help=True)]


@pytest.mark.parametrize("state", ["playing", "held", "paused", "muted"])
def test_every_key_makes_a_command_that_there_is(state: str) -> None:
    commands = [pressed(key, key, state=state)[1].command for key in KEYS if key != "?"]
    assert all(command is not None and command.do in ARGUMENTS for command in commands)


def test_every_key_is_explained() -> None:
    explained = " ".join(key for key, _ in MEANINGS)
    names = {"up": "↑", "down": "↓", "escape": "Esc"}
    assert [key for key in KEYS if key != "?" and names.get(key, key) not in explained] == []


def test_a_room_may_give_keys_of_pedals_another_meaning() -> None:
    keys = Keys({"PageDown": "duck", "f5": "hold", "n": "skip"})
    assert keys.press("pagedown", VIEW, 0.0).command == Command("duck")
    assert keys.press("f5", VIEW, 0.0).command == Command("hold")
    assert keys.press("n", VIEW, 0.0).command == Command("skip")
    assert keys.press("h", VIEW, 0.0).command == Command("hold")


def test_a_remapped_stop_still_needs_a_second_press() -> None:
    keys = Keys({"f9": "stop"})
    assert keys.press("f9", VIEW, 0.0).command is None
    assert keys.press("f9", VIEW, 1.0).command == Command("stop")
