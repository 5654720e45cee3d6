"""The progress bar: the phases of a session, its marks, and its present position."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby, pairwise

from rich.cells import set_cell_size

from soundscape.console.styles import Line, Tone, clean, cut
from soundscape.translation import gettext as _
from soundscape.views.snapshot import PhaseView, Snapshot

PASSED, TO_COME, BORDER, MARK = "━", "─", "┃", "◆"

Column = Callable[[float], int]


def progress_lines(view: Snapshot, width: int) -> list[Line]:
    """Return three lines: the phases' names, the bar, and `now` under it."""
    total = max(view.elapsed + view.remaining, 1.0)
    phases = [phase for phase in view.phases if phase.start < total]

    def column(seconds: float) -> int:
        return min(width - 1, max(0, int(seconds / total * width)))

    return [
        _names(phases, column, width),
        _bar(view, phases, column, width),
        _now(view, column, width),
    ]


def _names(phases: list[PhaseView], column: Column, width: int) -> Line:
    """Return each phase's name over its start, cut off before the next phase's name."""
    starts = [column(phase.start) for phase in phases]
    pieces: list[tuple[str, Tone]] = [(" " * (starts[0] if starts else width), "dim")]
    for phase, (start, end) in zip(phases, pairwise([*starts, width]), strict=True):
        room = end - start
        name = cut(clean(phase.name), room - 1) if room > 3 else ""
        pieces.append((set_cell_size(name, room), "strong" if phase.state == "running" else "dim"))
    return tuple(pieces)


def _bar(view: Snapshot, phases: list[PhaseView], column: Column, width: int) -> Line:
    now = column(view.elapsed)
    cells: list[tuple[str, Tone]] = [
        (PASSED, "plain") if cell <= now else (TO_COME, "dim") for cell in range(width)
    ]
    for phase in phases:
        cells[column(phase.start)] = (BORDER, "plain")
    for mark in view.marks:
        cells[column(mark.elapsed)] = (MARK, "strong")
    return tuple(
        ("".join(text for text, _ in same), tone)
        for tone, same in groupby(cells, key=lambda cell: cell[1])
    )


def _now(view: Snapshot, column: Column, width: int) -> Line:
    """Return `▲ now`, and when the session ends, on the side of it that has room."""
    now = column(view.elapsed)
    left = view.texts.silence
    name = _("now")
    fits = now + len(name) + 2 <= width
    word = f"▲ {name}" if fits else f"{name} ▲"
    start = now if fits else max(0, now - len(name) - 1)
    gap = width - start - len(word) - len(left)
    if gap >= 2:
        return ((" " * start, "dim"), (word, "strong"), (" " * gap, "dim"), (left, "dim"))
    if start - len(left) >= 2:
        return ((left.ljust(start), "dim"), (word, "strong"))
    return ((" " * start, "dim"), (word, "strong"))
