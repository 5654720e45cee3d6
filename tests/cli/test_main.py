"""The command line's frame: help, exit codes, what goes to stderr."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
import rich_click as click

from soundscape import __version__
from soundscape.cli import COMMANDS, DISCLAIMER, run, set_encoding, soundscape
from soundscape.cli.lazy_group import LazyCommand
from soundscape.cli.options import library_option
from soundscape.errors import FileProblems, LibraryError, Problem


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], int]:
    """Run a command that raises; the exit code."""

    def fail_with(error: BaseException) -> int:
        @click.command()
        def scenes() -> None:
            raise error

        monkeypatch.setattr(soundscape, "load", lambda name: scenes)
        return run(["scenes"])

    return fail_with


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_shows_every_command_and_the_disclaimer(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert DISCLAIMER in shown
    assert all(entry.name in shown for entry in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"soundscape {__version__}\n"


@pytest.mark.parametrize("arguments", [["nope"], ["--nope"], ["audio", "nope"], ["schema", "song"]])
def test_wrong_usage_is_2_and_nothing_on_stdout(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Usage" in err


def test_an_error_is_1_and_its_one_line_on_stderr(
    failing: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(LibraryError("no scene [kap]; there is: quiet")) == 1
    assert capsys.readouterr() == ("", "no scene [kap]; there is: quiet\n")


def test_faulty_files_are_1_and_a_line_for_each_problem(
    failing: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [Problem("x.yaml", 9, 3, "b"), Problem("x.yaml", 2, 1, "a")]
    assert failing(FileProblems(problems)) == 1
    assert capsys.readouterr().err == "x.yaml:2:1: a\nx.yaml:9:3: b\n"


def test_ctrl_c_is_130(failing: Callable[[BaseException], int]) -> None:
    assert failing(KeyboardInterrupt()) == 130


def test_a_fault_of_our_own_is_one_plain_line(
    failing: Callable[[BaseException], int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SOUNDSCAPE_DEBUG", raising=False)
    assert failing(ZeroDivisionError("division\nby zero")) == 1
    err = capsys.readouterr().err
    assert err.startswith("internal fault (ZeroDivisionError: division by zero); please report")
    assert err.count("\n") == 1


def test_a_traceback_comes_only_when_asked_for(
    failing: Callable[[BaseException], int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_DEBUG", "1")
    assert failing(ZeroDivisionError("division by zero")) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_command_may_end_with_a_code_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    @click.pass_context
    def check(ctx: click.Context) -> None:
        ctx.exit(1)

    monkeypatch.setattr(soundscape, "load", lambda name: check)
    assert run(["check"]) == 1


def test_a_library_is_given_before_or_after_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    @click.command()
    @library_option
    def scenes(library: str | None) -> None:
        seen.append(library)

    monkeypatch.setattr(soundscape, "load", lambda name: scenes)
    run(["scenes"])
    run(["--library", "a", "scenes"])
    run(["scenes", "--library", "b"])
    run(["--library", "a", "scenes", "--library", "b"])
    assert seen == [None, "a", "b", "b"]


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_each_command_has_an_example_and_the_summary_of_the_list(entry: LazyCommand) -> None:
    command = soundscape.load(entry.name)
    commands = [command, *getattr(command, "commands", {}).values()]
    assert command.get_short_help_str(limit=200) == entry.summary
    for each in commands:
        assert each.help is not None
        assert "Example" in each.help, f"{each.name} has no example"


def test_help_loads_no_sound_no_arrays_and_no_midi() -> None:
    code = (
        "import sys\nfrom soundscape.cli import run\nrun(['--help'])\n"
        "heavy = {'numpy', 'pygame', 'av', 'mido', 'pydantic', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_no_color_is_obeyed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    run(["--help"])
    coloured = [part for part in capsys.readouterr().out.split("\x1b[")[1:] if part[0] in "34"]
    assert coloured == []


def test_the_module_is_the_command_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "soundscape", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"soundscape {__version__}\n"


def test_a_full_disk_behind_the_output_is_one_plain_line(
    failing: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(OSError(errno.ENOSPC, "No space left on device")) == 1
    assert capsys.readouterr().err == "the output cannot be written (No space left on device)\n"


def test_a_terminal_that_cannot_show_a_character_shows_another() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "soundscape", "start", "--help"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "100"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b"")


def test_what_is_piped_is_utf_8_whatever_the_systems_code_page() -> None:
    raw = io.BytesIO()
    piped = io.TextIOWrapper(raw, encoding="cp1252")
    set_encoding(piped)
    piped.write("“Ω”")
    piped.flush()
    assert raw.getvalue().decode("utf-8") == "“Ω”"


def test_a_terminal_that_lacks_a_sign_shows_a_question_mark() -> None:
    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    raw = Terminal()
    terminal = io.TextIOWrapper(raw, encoding="cp1252")
    set_encoding(terminal)
    terminal.write("é Ω")
    terminal.flush()
    assert raw.getvalue() == b"\xe9 ?"
