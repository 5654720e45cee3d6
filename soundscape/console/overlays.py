"""Panels that cover the lower half of the screen for a while: keys, details, how to leave."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from rich.cells import set_cell_size

from soundscape.console.keys import FINAL_KEY, KeyMap, Named
from soundscape.console.styles import Line, Tone, clean, cut
from soundscape.translation import gettext as _
from soundscape.views.snapshot import Texts

COLUMN = 37
"""Width in cells of a column of the list of keys."""
GAP = "  "
KEY = 7
"""Width in cells of the key within its column."""


def keys_panel(keys: KeyMap, width: int) -> tuple[Line, ...]:
    """Return all keys in as many columns as fit, to be read downward."""
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
    """Return the question how to leave."""
    return (
        ((_(" Leave the console? "), "state"),),
        ((f"  {keys.named('leave')}    ", "strong"), (_("leave; the session plays on"), "plain")),
        ((f"  {FINAL_KEY} {FINAL_KEY}  ", "strong"), (_("end it, with the long fade"), "plain")),
        ((_("  any other key: stay"), "dim"),),
    )


def details_panel(texts: Texts, width: int, height: int) -> tuple[Line, ...]:
    """Return the warnings, newest first, and the technical figures, in at most `height` lines."""
    figures: list[Line] = [((cut(line, width), "dim"),) for line in texts.details]
    room = max(1, height - len(figures))
    wrapped = [
        line for text in texts.warnings for line in wrap(clean(text), width, subsequent_indent="  ")
    ]
    shown = wrapped if len(wrapped) <= room else [*wrapped[: room - 1], "…"]
    warnings: list[Line] = [((line, "plain"),) for line in shown or [_("no warnings")]]
    return (*warnings, *figures)


def lost_panel(lines: Sequence[str], key: Named) -> tuple[Line, ...]:
    """Return how to resume a session that broke off."""
    leave = key("leave")
    return (
        ((_(" The session broke off. "), "alarm"),),
        (
            (_("  To take it up again, leave ({key} {key}) and type ").format(key=leave), "plain"),
            ("soundscape recover", "strong"),
            (_(", or:"), "plain"),
        ),
        *(((f"    {clean(line)}", "strong"),) for line in lines),
    )
