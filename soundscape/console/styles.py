"""Lines of the screen: pieces of text, each with a tone, and the tones' colours.

Colour alone carries no meaning: what matters is also a word, a sign or reversed. The colours are
dark and warm, for a dark room; nothing is pure white and nothing blinks. The contrast is at least
4.5 : 1 (WCAG 2.2).
"""

from __future__ import annotations

from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from soundscape.message_text import printable

Tone = Literal["plain", "dim", "strong", "state", "alarm", "code"]
Line = tuple[tuple[str, Tone], ...]
"""One line of the screen."""

GROUND = "#0c0a09"
COLOURS: dict[Tone, str] = {
    "plain": "#cdbb98",
    "dim": "#948a79",
    "strong": "#ecd6a4",
    "state": "#dda24a",
    "alarm": "#e8906c",
    "code": "#b3a88f",
}
_BOLD: frozenset[Tone] = frozenset({"strong", "state", "alarm"})
_REVERSED: frozenset[Tone] = frozenset({"state", "alarm"})

STYLES: dict[Tone, Style] = {
    tone: Style(color=colour, bgcolor=GROUND, bold=tone in _BOLD, reverse=tone in _REVERSED)
    for tone, colour in COLOURS.items()
}
BIG_STYLES: dict[Tone, Style] = {
    tone: Style(color="#dcc592" if tone == "strong" else colour, bgcolor=GROUND)
    for tone, colour in COLOURS.items()
}
"""For large letters. They are drawn with blocks, so neither bold nor reversed, and less bright."""


def clean(text: str) -> str:
    """Return a text of tags or scenes without what moves the cursor, rings, or breaks a line."""
    return printable(text, " ")


def cut(text: str, width: int) -> str:
    """Return a text cut to at most `width` cells, ending in … if something is left out."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 1 else "…"[:width]


def length(line: Line) -> int:
    """Return the number of cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def fit(line: Line, width: int) -> Line:
    """Return a line cut or filled to exactly `width` cells."""
    left = width
    pieces: list[tuple[str, Tone]] = []
    for text, tone in line:
        shown = cut(text, left)
        left -= cell_len(shown)
        pieces.append((shown, tone))
        if shown != text:
            break
    return (*pieces, (" " * left, "plain"))


def spread(left: Line, right: Line, width: int) -> Line:
    """Return a line with a left and a right end. The left one is cut if both do not fit."""
    room = width - length(right)
    if room < 0:
        return fit(right, width)
    return (*fit(left, max(0, room - 1)), (" " if room else "", "plain"), *right)


def segments(line: Line, width: int, *, big: bool = False) -> list[Segment]:
    """Return a line as Rich's segments, with their styles."""
    styles = BIG_STYLES if big else STYLES
    return [Segment(text, styles[tone]) for text, tone in fit(line, width) if text]
