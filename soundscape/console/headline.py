"""The lines that are read from across the room: the phase, the state, and the three times."""

from __future__ import annotations

from soundscape.console.big_text import big, lines_of
from soundscape.console.layout import Row
from soundscape.console.styles import Line, Tone, clean, fit, spread
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.views.snapshot import Snapshot
from soundscape.views.wording import is_ending

LOST_WORD = marked("NO ANSWER")


def phase_rows(view: Snapshot, width: int, scale: int, *, lost: bool) -> list[Row]:
    """Return the phase in large letters, and beside it the state that must not be overlooked."""
    name = clean(view.phase)
    tone: Tone = "dim" if lost else "strong"
    loud = _(LOST_WORD) if lost else view.texts.large
    for size in range(scale, 0, -1):
        left, right = big(name, size), big(loud, size)
        if left is not None and len(left[0]) <= width:
            if right is None or len(left[0]) + 4 + len(right[0]) > width:
                right = [""] * len(left)
                if loud and size > 1:
                    continue  # smaller letters leave room for the word
            return [
                Row(spread(((one, tone),), ((other, "state"),) if other else (), width), big=True)
                for one, other in zip(left, right, strict=True)
            ]
    spaced = " ".join(name.upper())
    return [Row(()), Row(fit(((spaced, tone),), width)), Row(())]


def time_rows(view: Snapshot, width: int, scale: int, *, lost: bool) -> list[Row]:
    """Return the time in the phase, the time left and the time since the dose, over captions."""
    told = view.texts.times
    times = (
        (view.phase_elapsed, clean(told.passed.label)),
        (view.remaining if is_ending(view) else view.phase_remaining, clean(told.left.label)),
        (view.since_dose, told.dose.label),
    )
    tones: tuple[Tone, ...] = ("dim", "dim", "dim") if lost else ("plain", "strong", "plain")
    for size in range(scale, 0, -1):
        scales = (1, size, 1)  # what is left matters most
        figures = [
            _Figure(time, under, tone, large)
            for (time, under), tone, large in zip(times, tones, scales, strict=True)
        ]
        gap = (width - sum(figure.width for figure in figures)) // 2
        if gap >= 2:
            return _side_by_side(figures, gap, width, lines_of(size))
    small = "   ".join(f"{figure_text(time)} {under}" for time, under in times)
    return [Row(fit(((small, tones[1]),), width))]


def figure_text(seconds: float | None) -> str:
    """Return a time in at most five characters: `12:40`, and from an hour on `1h05`."""
    if seconds is None:
        return "--:--"
    whole = int(max(0.0, seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}h{minutes:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _side_by_side(figures: list[_Figure], gap: int, width: int, tall: int) -> list[Row]:
    """Return figures with their captions, spread over the width."""
    blank: tuple[str, Tone] = (" " * gap, "plain")
    *first, last = figures
    rows = []
    for line in range(tall):
        pieces = [piece for one in first for piece in (one.line(line, tall), blank)]
        rows.append(Row((*pieces, last.line(line, tall)), big=True))
    under = [piece for one in first for piece in one.caption(one.width + gap)]
    return [*rows, Row(fit((*under, (last.under, "plain")), width))]


class _Figure:
    """A time in large digits with its caption, at least as wide as 00:00, so that none moves."""

    def __init__(self, seconds: float | None, under: str, tone: Tone, scale: int) -> None:
        self.under = under
        self._tone: Tone = "dim" if seconds is None else tone
        drawn, usual = big(figure_text(seconds), scale) or [""], big("00:00", scale) or [""]
        self.width = max(len(drawn[0]), len(usual[0]))
        self._lines = [line.ljust(self.width) for line in drawn]

    def line(self, number: int, tall: int) -> tuple[str, Tone]:
        """Return one line of the figure, set at the bottom of a row that is `tall` lines high."""
        own = number - (tall - len(self._lines))
        return (self._lines[own] if own >= 0 else " " * self.width), self._tone

    def caption(self, width: int) -> Line:
        """Return the caption, followed by a blank."""
        return (*fit(((self.under, "plain"),), width - 1), (" ", "plain"))
