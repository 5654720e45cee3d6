"""Single keys from the terminal, by name. The one place that knows POSIX and Windows apart."""

from __future__ import annotations

import errno
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NAMES = {
    " ": "space",
    "\x1b": "escape",
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
}
SEQUENCES = {
    "[A": "up",
    "[B": "down",
    "[C": "right",
    "[D": "left",
    "[5~": "pageup",
    "[6~": "pagedown",
    "[H": "home",
    "[F": "end",
    "OP": "f1",
    "OQ": "f2",
    "OR": "f3",
    "OS": "f4",
    "[15~": "f5",
    "[17~": "f6",
    "[18~": "f7",
    "[19~": "f8",
    "[20~": "f9",
    "[21~": "f10",
    "[23~": "f11",
    "[24~": "f12",
}
"""What terminals send after Escape (ECMA-48 and xterm's additions)."""


def key_names(text: str) -> list[str]:
    """The keys in what a terminal sent at once: `n`, `space`, `up`, `escape`, …"""
    keys: list[str] = []
    while text:
        for sequence, name in SEQUENCES.items():
            # Terminals in application mode say O where others say [.
            if text.startswith(("\x1b" + sequence, "\x1b" + sequence.replace("[", "O", 1))):
                keys.append(name)
                text = text[len(sequence) + 1 :]
                break
        else:
            keys.append(NAMES.get(text[0], text[0]))
            text = text[1:]
    return keys


if sys.platform == "win32":
    import msvcrt
    import time

    WINDOWS_KEYS = {
        "H": "up",
        "P": "down",
        "K": "left",
        "M": "right",
        "I": "pageup",
        "Q": "pagedown",
    }

    @contextmanager
    def single_keys() -> Iterator[None]:
        """Windows gives single keys as it is."""
        yield

    def read_keys(timeout: float) -> list[str]:
        """The keys pressed within `timeout` seconds."""
        if not msvcrt.kbhit():
            time.sleep(timeout)
        keys = []
        while msvcrt.kbhit():
            char = msvcrt.getwch()
            if char in ("\x00", "\xe0"):
                keys.append(WINDOWS_KEYS.get(msvcrt.getwch(), ""))
            else:
                keys += key_names(char)
        return keys

else:
    import termios
    import tty

    @contextmanager
    def single_keys() -> Iterator[None]:
        """Keys come singly and unechoed while this lasts; the terminal is then as it was."""
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        try:
            tty.setcbreak(terminal)
            yield
        finally:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def read_keys(timeout: float) -> list[str]:
        """The keys pressed within `timeout` seconds. OSError: the terminal is gone."""
        terminal = sys.stdin.fileno()
        if not select.select([terminal], [], [], timeout)[0]:
            return []
        sent = os.read(terminal, 64)
        if not sent:
            raise OSError(errno.EIO, "the terminal is gone")
        return key_names(sent.decode("utf-8", "ignore"))
