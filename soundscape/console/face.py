"""The screen's lines, as a pure function of the snapshot and the size.

What there is to see stands in blocks. Each has a rank: where there is not room for all, those that
matter least are left out; where there is more, the phase becomes larger and blocks stand apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.console import words
from soundscape.console.big import big, lines_of
from soundscape.console.course import course
from soundscape.console.ink import Line, Tone, clean, fit, length, spread
from soundscape.console.words import Named, clock
from soundscape.timeline.snapshot import LayerView, Snapshot

MARGIN = 2
LEAST_FIGURE = 18
"""Cells that a figure takes at least where its caption needs them."""
LARGE = (100, 34)
"""The size from which the letters double."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen shows besides the session itself."""

    key: Named
    said: str = ""
    wrong: bool = False
    """Whether what is said is a refusal or a warning."""
    locked: bool = False
    lost: str = ""
    """Why the session does not answer."""
    panel: tuple[Line, ...] = ()
    """The keys, or a question: they take the place of what matters less."""
    writing: bool = False
    """Whether the line for a note is open below."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the screen; `big` is drawn by blocks."""

    line: Line
    big: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    rank: int
    rows: list[Row]
    air: int = 0
    """Whose turn it is to have a line of air before it; 0: none is welcome."""


def face(view: Snapshot, shown: Shown, width: int, height: int) -> list[Row]:
    """The screen: `height` rows of `width` cells."""
    inner = max(1, width - 2 * MARGIN)
    scale = 2 if (width, height) >= LARGE and height >= LARGE[1] else 1
    blocks = _blocks(view, shown, inner, scale)
    kept = _those_that_fit(blocks, height)
    rows = _laid_out(kept, height)
    margin: tuple[str, Tone] = (" " * MARGIN, "plain")
    return [Row(fit((margin, *row.line), width), row.big) for row in rows]


def waiting_face(text: str, height: int) -> list[Row]:
    """The screen before the session is known."""
    line: Line = ((" " * MARGIN, "plain"), (text, "plain"))
    return [Row(line if row == height // 2 else ()) for row in range(height)]


# Layout -------------------------------------------------------------------------------------------


def _those_that_fit(blocks: list[_Block], height: int) -> list[_Block]:
    left, kept = height, []
    for block in sorted(blocks, key=lambda block: block.rank):
        if len(block.rows) <= left:
            kept.append(block)
            left -= len(block.rows)
    return [block for block in blocks if any(block is one for one in kept)]


def _laid_out(blocks: list[_Block], height: int) -> list[Row]:
    """Air goes where it is welcome, twice round; what is left goes before the last block."""
    spare = height - sum(len(block.rows) for block in blocks)
    airs = [0] * len(blocks)
    welcome = sorted(
        (n for n, block in enumerate(blocks) if block.air and n), key=lambda n: blocks[n].air
    )
    for n in [*welcome, *welcome]:
        if spare > 0:
            airs[n] += 1
            spare -= 1
    if welcome:
        airs[max(welcome)] += spare
    empty = Row(())
    rows = [
        row
        for air, block in zip(airs, blocks, strict=True)
        for row in [*[empty] * air, *block.rows]
    ]
    return [*rows, *[empty] * height][:height]


# Blocks -------------------------------------------------------------------------------------------


def _blocks(view: Snapshot, shown: Shown, width: int, scale: int) -> list[_Block]:
    spacious = scale > 1
    panel = [Row(line) for line in shown.panel]
    blocks = [
        _Block(8, [_head(view, width)]),
        _Block(0, _phase(view, shown, width, scale), air=3),
        _Block(1, _times(view, shown, width, scale), air=4),
        _Block(2, [_standing(view, shown, width)], air=1),
        _Block(4, _trouble(view, width)),
        _Block(5, _prompt(view, width)),
        _Block(4, panel, air=2),
        _Block(6, _layers(view, width, others=spacious), air=5),
        _Block(9, [] if spacious or panel else _others(view, width)),
        _Block(7, [_level(view, width)], air=8 if spacious else 0),
        _Block(12, [] if panel else _marks(view, width, 6 if spacious else 1)),
        _Block(10, [Row(line) for line in course(view, width)], air=6),
        _Block(3, [_said(shown, width)], air=7),
        _Block(11, [] if panel or shown.writing else [_hint(shown, width)]),
    ]
    return [block for block in blocks if block.rows]


def _head(view: Snapshot, width: int) -> Row:
    """What is played, and that all is well."""
    named = " · ".join(clean(part) for part in (view.scene, view.label) if part)
    well, _ = words.health(view.health)
    said = [*well, *(["tablet on"] if view.remote.on else []), f"session {clock(view.elapsed)}"]
    return Row(spread(((named, "dim"),), (("  ".join(said), "dim"),), width))


def _phase(view: Snapshot, shown: Shown, width: int, scale: int) -> list[Row]:
    """The phase in large letters, and beside it the word that must not be forgotten."""
    name = clean(view.phase)
    tone: Tone = "dim" if shown.lost else "strong"
    loud = "NO ANSWER" if shown.lost else words.loud_word(view)
    for size in range(scale, 0, -1):
        left, right = big(name, size), big(loud, size)
        if left is not None and len(left[0]) <= width:
            if right is None or len(left[0]) + 4 + len(right[0]) > width:
                right = [""] * len(left)
                if loud and size > 1:
                    continue  # rather smaller, with the word
            return [
                Row(spread(((one, tone),), ((other, "state"),) if other else (), width), big=True)
                for one, other in zip(left, right, strict=True)
            ]
    spaced = " ".join(name.upper())
    return [Row(()), Row(fit(((spaced, tone),), width)), Row(())]


def _times(view: Snapshot, shown: Shown, width: int, scale: int) -> list[Row]:
    """In the phase, left of it, since the dose: large figures over what they are."""
    tone: Tone = "dim" if shown.lost else "strong"
    over = view.state in ("ending", "ended")
    dosed = view.since_dose is not None
    dose = clock(view.since_dose or 0.0) if dosed else "--:--"
    left = clock(view.remaining if over else view.phase_remaining)
    figures = [
        _Figure(
            clock(view.phase_elapsed), f"in {clean(view.phase)}", "dim" if shown.lost else "plain"
        ),
        _Figure(left, "to silence" if over else _left(view), tone, scale),
        _Figure(
            dose,
            "T+ since the dose" if dosed else "T+ no dose yet",
            "plain" if dosed and not shown.lost else "dim",
        ),
    ]
    return _side_by_side(figures, width, lines_of(scale))


def _side_by_side(figures: list[_Figure], width: int, tall: int) -> list[Row]:
    """Figures with their captions, spread over the line; in small where they are too wide."""
    spare = width - sum(figure.width for figure in figures)
    gap = spare // (len(figures) - 1)
    if gap < 2:
        small = "   ".join(f"{figure.text} {figure.under}" for figure in figures)
        return [Row(fit(((small, "strong"),), width))]
    blank: tuple[str, Tone] = (" " * gap, "plain")
    *first, last = figures
    rows = []
    for line in range(tall):
        pieces = [piece for one in first for piece in (one.line(line, tall), blank)]
        rows.append(Row((*pieces, last.line(line, tall)), big=True))
    under = [piece for one in first for piece in one.caption(one.width + gap)]
    return [*rows, Row(fit((*under, (last.under, "plain")), width))]


class _Figure:
    """A time in large figures, and what it is."""

    def __init__(self, text: str, under: str, tone: Tone, scale: int = 1) -> None:
        self.text, self.under, self.tone = text, under, tone
        drawn = big(text, scale) or [text]
        self.width = max(len(drawn[0]), min(len(under), LEAST_FIGURE))
        self._lines = [line.rjust(self.width) for line in drawn]

    def line(self, number: int, tall: int) -> tuple[str, Tone]:
        """One line of it, standing on the ground of a row so many lines tall."""
        own = number - (tall - len(self._lines))
        return (self._lines[own] if own >= 0 else " " * self.width), self.tone

    def caption(self, width: int) -> Line:
        """What it is, with a blank after it."""
        return (*fit(((self.under, "plain"),), width - 1), (" ", "plain"))


def _left(view: Snapshot) -> str:
    after = view.phases[words.running(view) + 1 :]
    return f"left, then {clean(after[0].name)}" if after else "left"


def _standing(view: Snapshot, shown: Shown, width: int) -> Row:
    pieces: list[tuple[str, Tone]] = []
    for word in words.standing(view, locked=shown.locked, lost=bool(shown.lost)):
        tone: Tone = "alarm" if word == "NO ANSWER" else "state"
        if word == "PLAYING":
            tone = "strong"
        pieces += [(f" {word} " if tone != "strong" else word, tone), ("  ", "plain")]
    pieces.append((words.what_now(view, shown.key), "plain"))
    return Row(fit(tuple(pieces), width))


def _prompt(view: Snapshot, width: int) -> list[Row]:
    if not view.prompt:
        return []
    return [Row(fit((("› ", "dim"), (clean(view.prompt), "strong")), width))]


def _layers(view: Snapshot, width: int, *, others: bool) -> list[Row]:
    music = view.layers.get("music")
    if music is None:
        rows = [_labelled("music", "none in this phase", width)]
    else:
        rows = _layer("music", music, width)
    if others:
        for name, layer in view.layers.items():
            if name != "music":
                rows += _layer(name, layer, width)
    return rows


def _layer(name: str, layer: LayerView, width: int) -> list[Row]:
    left: Line = (
        (_label(name), "dim"),
        (clean(words.playing(layer)), "strong" if name == "music" else "plain"),
    )
    rows = [Row(spread(left, ((f"{clock(layer.remaining)} left", "plain"),), width))]
    if after := words.coming(layer):
        rows.append(_labelled("  next", clean(after), width))
    return rows


def _others(view: Snapshot, width: int) -> list[Row]:
    """Ambience and voice in one line."""
    named = [
        f"{name} {clean(layer.title)}" for name, layer in view.layers.items() if name != "music"
    ]
    return [_labelled("with", " · ".join(named), width)] if named else []


def _level(view: Snapshot, width: int) -> Row:
    """How loud, and at the right the lights."""
    right: Line = (("lights ", "dim"), (clean(words.lights(view)), "plain"))
    shown = right if view.lights else ()
    left: Line = ((_label("level"), "dim"), (words.level(view), "plain"))
    if length(left) + length(shown) >= width:
        left = ((_label("level"), "dim"), (words.level(view, brief=True), "plain"))
    return Row(spread(left, shown, width))


def _trouble(view: Snapshot, width: int) -> list[Row]:
    """What is not well, and how often something was not."""
    _, ill = words.health(view.health)
    counted = words.counted(view.health)
    if not ill and not counted:
        return []
    pieces: list[tuple[str, Tone]] = [(_label("health"), "dim")]
    for text in ill:
        pieces += [(f" ! {clean(text)} ", "alarm"), ("  ", "plain")]
    return [Row(fit((*pieces, ("  ".join(counted), "plain")), width))]


def _marks(view: Snapshot, width: int, most: int) -> list[Row]:
    if not view.marks:
        return []
    said = [clean(text) for text in words.marks(view, most)]
    more = len(view.marks) - len(said)
    first = f"{said[0]}  (and {more} before)" if more else said[0]
    return [_labelled(name, text, width) for name, text in
            zip(["marks", *[""] * len(said)], [first, *said[1:]], strict=False)]  # fmt: skip


def _said(shown: Shown, width: int) -> Row:
    if shown.lost:
        return Row(fit(((f"! {clean(shown.lost)}", "alarm"),), width))
    text = clean(shown.said)
    if shown.wrong:
        return Row(fit(((f"! {text}", "alarm"),), width))
    return Row(fit(((text, "strong"),), width))


def _hint(shown: Shown, width: int) -> Row:
    keys = ("duck", "hold", "extend", "next", "pause", "mute", "help", "leave")
    said = "  ".join(f"{shown.key(act)} {act}" for act in keys)
    return Row(fit(((said, "dim"),), width))


def _labelled(label: str, text: str, width: int) -> Row:
    return Row(fit(((_label(label), "dim"), (text, "plain")), width))


def _label(text: str) -> str:
    return f"{text:<9}"
