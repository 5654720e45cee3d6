"""What every command has in common: help with an example, and 2 for wrong usage."""

from __future__ import annotations

import pytest

from soundscape.cli import run

COMMANDS = (
    ("start",),
    ("rehearse",),
    ("scenes",),
    ("check",),
    ("plan",),
    ("render",),
    ("schema",),
    ("audio",),
    ("audio", "devices"),
    ("audio", "test"),
    ("midi",),
    ("midi", "ports"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_an_example(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert f"soundscape {' '.join(command)}" in out.partition("Example")[2]
    assert err == ""
    assert "\a" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["start"],
        ["rehearse"],
        ["plan"],
        ["render"],
        ["render", "small"],
        ["start", "small", "other"],
        ["plan", "small", "--nope"],
        ["plan", "small", "--seed", "seven"],
        ["plan", "small", "--seed"],
        ["render", "small", "-o", "x.wav", "--bits", "12"],
        ["render", "small", "-o", "x.wav", "--from", "12 parsecs"],
        ["render", "small", "-o", "x.wav", "--to", "-5s"],
        ["render", "small", "-o", "x.wav", "--to", "0"],
        ["scenes", "small"],
        ["check", "--json=yes"],
        ["rehearse", "small", "--in", "never"],
        ["start", "small", "--at", "nowhere"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_says_how_on_stderr_alone(small, arguments: list[str]) -> None:
    done = small.run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage" in done.err or done.err.startswith("Error: Option")
    assert list(small.root.parent.glob("x.wav*")) == []


@pytest.mark.parametrize("command", ["start", "rehearse", "plan", "render", "check"])
def test_a_library_that_is_none_is_one_line(command: str, tmp_path, capsys) -> None:
    scene = ["small", *(["-o", "x.wav"] if command == "render" else [])]
    assert run([command, "--library", str(tmp_path / "none"), *scene]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("--library: there is no folder ")
    assert err.count("\n") == 1
