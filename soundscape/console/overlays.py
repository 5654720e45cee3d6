"""What lies over the lower half of the screen for a while: the keys, the question how to leave."""

from __future__ import annotations

from rich.cells import set_cell_size

from soundscape.console.keys import FINAL_KEY, KeyMap
from soundscape.console.styles import Line, Tone, cut

COLUMN = 37
"""Cells of a column of keys."""
GAP = "  "
KEY = 7
"""Cells of the key in it."""


def keys_panel(keys: KeyMap, width: int) -> tuple[Line, ...]:
    """All keys, in as many columns as there is room for, read downward."""
    table = keys.table()
    columns = max(1, (width + len(GAP)) // (COLUMN + len(GAP)))
    rows = -(-len(table) // columns)
    lines = []
    for row in range(rows):
        pieces: list[tuple[str, Tone]] = []
        for key, meaning in table[row::rows]:
            pieces += [
                (set_cell_size(cut(key, KEY - 1), KEY), "strong"),
                (set_cell_size(cut(meaning, COLUMN - KEY), COLUMN - KEY), "plain"),
                (GAP, "plain"),
            ]
        lines.append(tuple(pieces))
    return tuple(lines)


def leaving_panel(keys: KeyMap) -> tuple[Line, ...]:
    """The question how to leave."""
    return (
        ((" Leave the console? ", "state"),),
        ((f"  {keys.named('leave')}    ", "strong"), ("leave; the session plays on", "plain")),
        ((f"  {FINAL_KEY} {FINAL_KEY}  ", "strong"), ("end it, with the long fade", "plain")),
        (("  any other key: stay", "dim"),),
    )
