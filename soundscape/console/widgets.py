"""The widgets of the screen: the session view, the line for a note, and their layout."""

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
    """Rows of text, made by `rows` for a width and a height. Only changed rows are drawn again."""

    def __init__(self, rows: Callable[[int, int], list[Row]]) -> None:
        super().__init__()
        self._made = rows
        self._rows: list[Row] = []

    def renew(self) -> None:
        """Make the rows again and draw those that have changed."""
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
        """Make the rows for the new size."""
        self.renew()

    def render_line(self, y: int) -> Strip:
        """Return one line, as Textual asks for it."""
        width = self.size.width
        row = self._rows[y] if y < len(self._rows) else Row(())
        return Strip(segments(row.line, width, big=row.big), width)


class ConsoleScreen(Screen[None], inherit_bindings=False):
    """The only screen. It has no key bindings, since `ConsoleApp` handles every key."""


def note_line() -> Input:
    """Return the line for a note. Its cursor does not blink."""
    line = Input(compact=True, select_on_focus=False, max_length=500)
    line.cursor_blink = False
    return line
