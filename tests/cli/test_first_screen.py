from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from soundscape.cli import run
from soundscape.cli.first_screen import command_line, first_screen

NAMES = ["kap-im", "quiet"]


@pytest.fixture
def typed(small, monkeypatch: pytest.MonkeyPatch):
    """The first screen of the library of tones, with what is typed; its exit code and what ran."""
    monkeypatch.chdir(small.root)
    small.write("scenes/faulty.yaml", "name: [\n")

    def show(*replies: str) -> tuple[int, list[list[str]]]:
        waiting = list(replies)

        def answer(_prompt: str) -> str:
            if not waiting:
                raise EOFError
            return waiting.pop(0)

        ran: list[list[str]] = []

        def note(arguments: Sequence[str]) -> int:
            ran.append(list(arguments))
            return 7

        monkeypatch.setattr("builtins.input", answer)
        return first_screen(note), ran

    return show


def test_scenes_are_listed_with_their_lengths_in_80_columns(typed, capsys) -> None:
    assert typed("") == (0, [])
    shown = capsys.readouterr().out
    assert "2  small       0:50  Tones" in shown
    assert "cannot be read" in shown
    assert "Library" in shown
    assert all(len(line) <= 80 or line.startswith("Library") for line in shown.splitlines())


def test_a_number_and_a_key_run_a_command_and_its_exit_code_counts(typed) -> None:
    assert typed("2r") == (7, [["rehearse", "small"]])
    assert typed(" 2 C ") == (7, [["check", "small"]])


def test_what_stands_for_nothing_is_asked_again(typed, capsys) -> None:
    assert typed("9s", "x", "2", "s", "2p") == (7, [["plan", "small"]])
    assert capsys.readouterr().out.count("Number and key") == 5


def test_the_end_of_the_input_leaves(typed) -> None:
    assert typed() == (0, [])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("1s", ["start", "kap-im"]),
        ("2p", ["plan", "quiet"]),
        ("0s", []),
        ("3s", []),
        ("s", []),
        ("a", ["attach", "--session", "one"]),
        ("2a", []),
        ("99999s", []),
    ],
)
def test_a_reply_stands_for_one_command_or_none(asked: str, expected: list[str]) -> None:
    assert command_line(asked, NAMES, ["one"]) == expected


def test_a_library_of_one_scene_needs_no_number() -> None:
    assert command_line("r", ["only"], []) == ["rehearse", "only"]


def test_an_empty_library_says_what_to_do(desk, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(desk.root)
    monkeypatch.setattr("builtins.input", lambda _prompt: "")
    assert first_screen(lambda _arguments: 1) == 0
    assert "soundscape init" in capsys.readouterr().out


def test_only_a_terminal_sees_it(small, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(small.root)
    monkeypatch.setattr("builtins.input", lambda _prompt: "")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert run([]) == 0
    assert "Usage" in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert run([]) == 0
    assert "small" in capsys.readouterr().out
