"""The library in use is named wherever a scene is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "command",
    [("plan", "small"), ("scenes",), ("check", "--offline", "small")],
)
def test_the_library_in_use_is_named(small, command) -> None:
    done = small.run(*command)
    assert str(small.root) in done.out


@pytest.mark.parametrize(
    "command",
    [
        ("render", "small", "-o", "out.wav", "--to", "2s"),
        ("audition", "drone", "--for", "2s", "-o", "out.wav"),
        ("audition", "drone", "--for", "2s", "--output", "null"),
    ],
)
def test_a_command_that_makes_sound_names_the_library_on_one_line_of_stderr(small, command) -> None:
    done = small.run(*command)
    assert done.code == 0
    assert done.lines == [f"Library {small.root}"]
    assert str(small.root) not in done.out


def test_with_json_nothing_but_the_result_is_printed(small) -> None:
    done = small.run("audition", "drone", "--for", "2s", "-o", "out.wav", "--json")
    assert done.json["file"] == "out.wav"
    assert done.err == ""
