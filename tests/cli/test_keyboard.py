from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.cli import keyboard
from soundscape.cli.keyboard import SEQUENCES, key_names

posix = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ("n", ["n"]),
        (" ", ["space"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b[A", ["up"]),
        ("\x1bOA", ["up"]),
        ("\x1b[5~\x1b[6~", ["pageup", "pagedown"]),
        ("\x1b[A\x1b[Aq", ["up", "up", "q"]),
        ("\x1bOP\x1b[15~\x1b[24~", ["f1", "f5", "f12"]),
        ("\r\n\t\x7f", ["enter", "enter", "tab", "backspace"]),
        ("Q", ["Q"]),
        ("ü", ["ü"]),
        ("", []),
    ],
)
def test_keys_have_names(sent: str, names: list[str]) -> None:
    assert key_names(sent) == names


@given(st.lists(st.sampled_from(list(SEQUENCES))))
def test_sequences_that_come_together_are_told_apart(sent: list[str]) -> None:
    text = "".join("\x1b" + sequence for sequence in sent)
    assert key_names(text) == [SEQUENCES[sequence] for sequence in sent]


@given(st.text())
def test_any_text_is_some_keys(text: str) -> None:
    assert len(key_names(text)) <= len(text)


@posix
def test_a_terminal_gives_single_keys_and_is_then_as_it_was(monkeypatch) -> None:
    import pty  # noqa: PLC0415
    import termios  # noqa: PLC0415

    ours, theirs = pty.openpty()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: theirs))
    before = termios.tcgetattr(theirs)
    with keyboard.single_keys():
        flags = termios.tcgetattr(theirs)[3]
        assert not flags & (termios.ICANON | termios.ECHO)
        assert flags & termios.ISIG
        os.write(ours, b"h\x1b[B")
        assert keyboard.read_keys(5.0) == ["h", "down"]
        assert keyboard.read_keys(0.0) == []
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


@posix
def test_the_terminal_is_as_it_was_after_an_error_too(monkeypatch) -> None:
    import pty  # noqa: PLC0415
    import termios  # noqa: PLC0415

    ours, theirs = pty.openpty()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: theirs))
    before = termios.tcgetattr(theirs)
    with pytest.raises(ZeroDivisionError), keyboard.single_keys():
        raise ZeroDivisionError
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


@posix
def test_a_terminal_that_is_gone_is_an_error_and_not_asked_without_end(monkeypatch) -> None:
    import pty  # noqa: PLC0415

    ours, theirs = pty.openpty()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: theirs))
    os.close(ours)
    with pytest.raises(OSError, match=r"gone|Input/output"):
        keyboard.read_keys(0.0)
    os.close(theirs)
