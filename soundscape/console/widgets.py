"""What the screen is made of: the face, the line for a note, and how they lie."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from soundscape.console.layout import Row
from soundscape.console.styles import COLOURS, GROUND, segments

CSS = f"""
ConsoleScreen {{ background: {GROUND}; color: {COLOURS["plain"]}; }}
SessionView {{ height: 1fr; background: {GROUND}; }}
Input {{
    dock: bottom; display: none; height: 1; border: none; padding: 0 2;
    background: {GROUND}; color: {COLOURS["strong"]};
}}
Input.open {{ display: block; }}
"""


class SessionView(Widget, can_focus=True):
    """Rows of text, as `rows` gives them for a size. Only those that change are drawn again."""

    def __init__(self, rows: Callable[[int, int], list[Row]]) -> None:
        super().__init__()
        self._made = rows
        self._rows: list[Row] = []

    def renew(self) -> None:
        """Ask for the rows, and draw what is new."""
        width, height = self.size
        before, self._rows = self._rows, self._made(width, height)
        if len(before) != len(self._rows):
            self.refresh()
            return
        changed = [
            Region(0, y, width, 1)
            for y, (old, new) in enumerate(zip(before, self._rows, strict=True))
            if old != new
        ]
        if changed:
            self.refresh(*changed)

    def on_resize(self) -> None:
        """Another size, other rows."""
        self.renew()

    def render_line(self, y: int) -> Strip:
        """One line for Textual."""
        width = self.size.width
        row = self._rows[y] if y < len(self._rows) else Row(())
        return Strip(segments(row.line, width, big=row.big), width)


class ConsoleScreen(Screen[None], inherit_bindings=False):
    """The one screen. It has no key bindings: every key is the console's."""


def note_line() -> Input:
    """The line for a note. Its cursor does not blink."""
    line = Input(compact=True, select_on_focus=False, max_length=500)
    line.cursor_blink = False
    return line
