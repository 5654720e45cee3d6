"""Texts as they may stand in a message or on a screen, and words that were nearly right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from unicodedata import category

LISTED = 4
"""Names that a line of text has room for."""
_UNFIT = frozenset({"Cc", "Cs"})


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the known word that was probably meant, if any; `likeness` is difflib's cutoff."""
    close = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return close[0] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean '…'?)` for a near miss, else nothing."""
    near = nearest(word, known)
    return f" (did you mean '{near}'?)" if near else ""


def quoted(value: object) -> str:
    """A value as it may stand in a message: short, on one line, nothing a terminal would obey."""
    if value is None:
        return "nothing"
    text = f"'{str(value).lower() if isinstance(value, bool) else value}'"
    text = printable(text[:60])
    return text if len(text) <= 40 else f"{text[:38]}…'"


def printable(text: str, instead: str = "�") -> str:
    """A text that a terminal only shows: nothing in it moves the cursor, rings, breaks the line or
    turns the direction of writing. Each such character becomes `instead`.
    """
    return "".join(mark if mark.isprintable() else instead for mark in text)


def shown(text: str) -> str:
    """A text that any screen can show and any encoding carry.

    Control characters, and the lone surrogates that Python makes of bytes it cannot read (a file's
    name, an argument), become �.
    """
    if text.isprintable():  # nearly always, and a library has a hundred thousand names
        return text
    return "".join("�" if category(mark) in _UNFIT else mark for mark in text)


def one_line(text: str) -> str:
    """The same on one line, white space closed up."""
    return shown(" ".join(text.split()))


def listed(names: Sequence[str]) -> str:
    """Names for a line: all of a few, else the first and how many more."""
    if len(names) <= LISTED:
        return ", ".join(names)
    return f"{', '.join(names[: LISTED - 1])} and {len(names) - LISTED + 1} more"
