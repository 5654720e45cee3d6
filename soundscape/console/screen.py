"""The screen's lines, as a pure function of the snapshot and the size.

The screen is made of blocks. Each has a rank: if not all fit, those that matter least are left out;
if there is more room, the phase becomes larger and blank lines separate the blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from soundscape.console.headline import LOST_WORD, phase_rows, time_rows
from soundscape.console.keys import Named, act_name, with_keys
from soundscape.console.layout import Block, Row, arranged
from soundscape.console.progress_bar import progress_lines
from soundscape.console.styles import Line, Tone, clean, cut, fit, spread
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.views.snapshot import LayerTexts, Snapshot

MARGIN = 2
LABEL = 9
"""Cells of a line's label, with the blank after it."""
LOCKED = marked("KEYS LOCKED")
_LAYERS = {"music": marked("music"), "ambience": marked("ambience"), "voice": marked("voice")}
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
    """The list of keys, or a question, in the place of what matters less."""
    writing: bool = False
    """Whether the line for a note is open below."""


def session_rows(view: Snapshot, shown: Shown, width: int, height: int) -> list[Row]:
    """Return the screen: `height` rows of `width` cells."""
    inner = max(1, width - 2 * MARGIN)
    scale = 2 if width >= LARGE[0] and height >= LARGE[1] else 1
    rows = arranged(_blocks(view, shown, inner, scale), height)
    margin: tuple[str, Tone] = (" " * MARGIN, "plain")
    return [Row(fit((margin, *row.line), width), row.big) for row in rows]


def waiting_rows(text: str, height: int) -> list[Row]:
    """Return the screen before the first snapshot."""
    line: Line = ((" " * MARGIN, "plain"), (text, "plain"))
    return [Row(line if row == height // 2 else ()) for row in range(height)]


# Blocks -------------------------------------------------------------------------------------------


def _blocks(view: Snapshot, shown: Shown, width: int, scale: int) -> list[Block]:
    spacious = scale > 1
    panel, lost = [Row(line) for line in shown.panel], bool(shown.lost)
    return [
        Block(8, [_head(view, width, lost=lost)]),
        Block(0, phase_rows(view, width, scale, lost=lost), spacing=4),
        Block(1, time_rows(view, width, scale, lost=lost), spacing=3),
        Block(2, [_standing(view, shown, width)], spacing=1),
        Block(4, _trouble(view, width)),
        *(Block(5, [row], spacing=0) for row in _prompts(view, width)),
        Block(3, panel, spacing=2),
        Block(6, _layers(view, width, others=spacious), spacing=5),
        Block(9, [] if spacious or panel else _others(view, width)),
        Block(7, [_level(view, width)], spacing=8 if spacious else 0),
        Block(12, [] if panel and not lost else _marks(view, width, 6 if spacious else 1)),
        Block(11, [] if panel else _warned(view, shown, width)),
        Block(10, [Row(line) for line in progress_lines(view, width)], spacing=6),
        Block(3, [_said(shown, width)], spacing=7),
        Block(13, [] if panel or shown.writing else [_hint(shown, width)]),
    ]


def _head(view: Snapshot, width: int, *, lost: bool) -> Row:
    """Return the line with the scene, and at the right that all is well or does not answer."""
    label = "" if view.label == view.scene else view.label
    named = " · ".join(clean(part) for part in (view.scene, label) if part)
    known = [_("no answer")] if lost else [*view.texts.well, view.texts.remote]
    said = [*known, view.texts.elapsed]
    return Row(spread(((named, "dim"),), (("  ".join(filter(None, said)), "dim"),), width))


def _standing(view: Snapshot, shown: Shown, width: int) -> Row:
    locked: Line = ((f" {_(LOCKED)} ", "state"), ("  ", "plain")) if shown.locked else ()
    if shown.lost:
        was = ", ".join(word.lower() for word in view.texts.standing)
        line: Line = ((f" {_(LOST_WORD)} ", "alarm"), ("  ", "plain"), *locked)
        return Row(fit((*line, (_("last known: {state}").format(state=was), "plain")), width))
    pieces: list[tuple[str, Tone]] = []
    for number, word in enumerate(view.texts.standing):
        if number == 0 and view.state == "playing":
            pieces += [(word, "strong"), ("  ", "plain")]
        else:
            pieces += [(f" {word} ", "state"), ("  ", "plain")]
    return Row(fit((*pieces, *locked, (with_keys(view.texts.hint, shown.key), "plain")), width))


def _prompts(view: Snapshot, width: int) -> list[Row]:
    return [Row(fit((("› ", "dim"), (clean(text), "strong")), width)) for text in view.prompts]


def _layers(view: Snapshot, width: int, *, others: bool) -> list[Row]:
    texts = view.texts.layers
    music = texts.get("music")
    if music is None:
        rows = [_labelled(_("music"), _("none in this phase"), width)]
    else:
        rows = _layer("music", music, width)
    if others:
        for name, layer in texts.items():
            if name != "music":
                rows += _layer(name, layer, width)
    return rows


def _layer(name: str, layer: LayerTexts, width: int) -> list[Row]:
    left: Line = (
        (_label(_(_LAYERS[name])), "dim"),
        (clean(layer.playing), "strong" if name == "music" else "plain"),
    )
    rows = [Row(spread(left, ((layer.left, "plain"),), width))]
    if layer.next:
        coming: Line = ((_label(_("  next")), "dim"), (clean(layer.next), "plain"))
        rows.append(Row(spread(coming, ((layer.next_when, "plain"),), width)))
    return rows


def _others(view: Snapshot, width: int) -> list[Row]:
    """Return ambience and voice in one line."""
    named = [
        f"{_(_LAYERS[name])} {clean(layer.title)}"
        for name, layer in view.layers.items()
        if name != "music"
    ]
    return [_labelled(_("with"), " · ".join(named), width)] if named else []


def _level(view: Snapshot, width: int) -> Row:
    """Return the line with the level, and at the right the lights."""
    right: Line = ((_("lights") + " ", "dim"), (clean(view.texts.lights), "plain"))
    shown = right if view.lights else ()
    level = ", ".join(filter(None, (view.texts.level, view.texts.sound_level)))
    left: Line = ((_label(_("level")), "dim"), (level, "plain"))
    return Row(spread(left, shown, width))


def _trouble(view: Snapshot, width: int) -> list[Row]:
    """Return the line with the present faults, and the counts of earlier ones."""
    texts = view.texts
    if not texts.trouble and not texts.counted:
        return []
    pieces: list[tuple[str, Tone]] = [(_label(_("health")), "dim")]
    for text in texts.trouble:
        pieces += [(f" ! {clean(text)} ", "alarm"), ("  ", "plain")]
    return [Row(fit((*pieces, ("  ".join(texts.counted), "plain")), width))]


def _warned(view: Snapshot, shown: Shown, width: int) -> list[Row]:
    """Return the line with the newest warning, and the number of warnings."""
    texts = view.texts
    if not texts.warnings:
        return []
    left: Line = ((_label(_("warned")), "dim"), (clean(texts.warnings[0]), "plain"))
    right: Line = ((f"{texts.warned}: {shown.key('details')}", "dim"),)
    return [Row(spread(left, right, width))]


def _marks(view: Snapshot, width: int, most: int) -> list[Row]:
    if not view.marks:
        return []
    said = [clean(text) for text in view.texts.marks[:most]]
    more = len(view.marks) - len(said)
    first = said[0] + "  " + _("(and {number} before)").format(number=more) if more else said[0]
    return [_labelled(name, text, width) for name, text in
            zip([_("marks"), *[""] * len(said)], [first, *said[1:]], strict=False)]  # fmt: skip


def _said(shown: Shown, width: int) -> Row:
    if shown.lost and not shown.said:
        return Row(fit(((f"! {clean(shown.lost)}", "alarm"),), width))
    text = clean(with_keys(shown.said, shown.key))
    if shown.wrong:
        return Row(fit(((f"! {text}", "alarm"),), width))
    return Row(fit(((text, "strong"),), width))


def _hint(shown: Shown, width: int) -> Row:
    """Return the line with the keys that matter most, as many as fit."""
    acts = ["duck", "hold", "extend", "next", "pause", "mute", "help", "leave"]
    for left_out in ("", "extend", "pause", "next", "hold"):
        acts = [act for act in acts if act != left_out]
        said = "  ".join(f"{shown.key(act)} {act_name(act)}" for act in acts)
        if cell_len(said) <= width:
            break
    return Row(fit(((said, "dim"),), width))


def _labelled(label: str, text: str, width: int) -> Row:
    return Row(fit(((_label(label), "dim"), (text, "plain")), width))


def _label(text: str) -> str:
    return set_cell_size(cut(text, LABEL - 1), LABEL)
