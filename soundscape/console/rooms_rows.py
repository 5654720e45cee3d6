"""The lines of the screen with all rooms, as a pure function of the rooms and the size."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from soundscape.console.layout import Row
from soundscape.console.styles import Line, Tone, clean, cut, fit, spread
from soundscape.remote.mqtt.room_row import RoomAct, RoomRow
from soundscape.translation import gettext as _
from soundscape.translation import marked, ngettext

MARGIN = 2
TIMES = (8, 10)
"""Cells of what is left of the phase, and of T+."""
GAP = 1
LEAVE = marked("q leave")
NONE_YET = marked("no room has said anything yet")
KEYS = marked("↓ ↑ another room")


@dataclass(frozen=True, slots=True)
class RoomsShown:
    """What the screen shows beside the rooms: the one that is chosen, an answer, a trouble."""

    chosen: str = ""
    said: str = ""
    wrong: bool = False
    trouble: str = ""


def rooms_rows(rooms: list[RoomRow], shown: RoomsShown, width: int, height: int) -> list[Row]:
    """Return the screen: `height` rows of `width` cells."""
    inner = max(1, width - 2 * MARGIN)
    chosen = next((row for row in rooms if row.room == shown.chosen), None)
    foot = [
        Row(()),
        *([_line([(chosen.name, "strong")], inner)] if chosen else []),
        *(Row(fit(line, inner)) for line in _act_lines(chosen.acts if chosen else [], inner)),
        Row(()),
        _line(
            [
                (
                    f"! {shown.said}" if shown.wrong else shown.said,
                    "alarm" if shown.wrong else "strong",
                )
            ],
            inner,
        )
        if shown.said
        else Row(()),
        _line([(f"{_(KEYS)}   {_(LEAVE)}", "dim")], inner),
    ]
    head = [_head(rooms, inner)]
    if shown.trouble:
        head.append(_line([(f" ! {shown.trouble} ", "alarm")], inner))
    head += [Row(()), _titles(_columns(rooms, inner), inner)]
    space = max(1, height - len(head) - len(foot))
    body = _body(rooms, shown, inner, space)
    body += [Row(())] * (space - len(body))
    margin: tuple[str, Tone] = (" " * MARGIN, "plain")
    rows = [Row(fit((margin, *row.line), width)) for row in [*head, *body, *foot]]
    return [*rows, *[Row(())] * height][:height]


def _head(rooms: list[RoomRow], width: int) -> Row:
    here = sum(row.presence == "here" for row in rooms)
    many = ngettext("{number} room", "{number} rooms", len(rooms)).format(number=len(rooms))
    playing = ngettext("{number} session", "{number} sessions", here).format(number=here)
    lost = sum(row.presence == "lost" for row in rooms)
    right: Line = ((_("{number} lost").format(number=lost), "alarm"),) if lost else ()
    return Row(spread(((f"{many} · {playing}", "dim"),), right, width))


def _body(rooms: list[RoomRow], shown: RoomsShown, width: int, space: int) -> list[Row]:
    """Return the rooms that fit, with the chosen one among them; spread out where there is room."""
    if not rooms:
        return [_line([(_(NONE_YET), "plain")], width)]
    old = bool(shown.trouble)
    columns = _columns(rooms, width)
    lines = [_room(row, columns, width, chosen=row.room == shown.chosen, old=old) for row in rooms]
    if 2 * len(lines) <= space:
        return [row for line in lines for row in (line, Row(()))]
    at = next((number for number, row in enumerate(rooms) if row.room == shown.chosen), 0)
    first = max(0, min(at - space // 2, len(lines) - space))
    seen = lines[first : first + space]
    if first + space < len(lines):
        more = len(lines) - first - space + 1
        seen[-1] = _line([("  " + _("and {number} more").format(number=more), "dim")], width)
    return seen


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of the columns that depend on the width and on the rooms' names."""

    name: int
    phase: int
    state: int


def _columns(rooms: list[RoomRow], width: int) -> _Columns:
    rest = max(30, width - sum(TIMES) - 5 * GAP)
    longest = max((cell_len(row.name) + 3 for row in rooms), default=0)
    name = min(rest * 36 // 100, max(longest, 10))
    return _Columns(name, (rest - name) * 34 // 100, (rest - name) * 37 // 100)


def _titles(columns: _Columns, width: int) -> Row:
    cells = (
        ("  " + _("room"), columns.name),
        (_("phase"), columns.phase),
        (_("left"), TIMES[0]),
        ("T+", TIMES[1]),
        (_("state"), columns.state),
    )
    titles = "".join(_cell(text, size) for text, size in cells) + _("health")
    return _line([(titles, "dim")], width)


def _room(row: RoomRow, columns: _Columns, width: int, *, chosen: bool, old: bool) -> Row:
    lost = row.presence == "lost"
    plain: Tone = "dim" if old or row.presence != "here" else "plain"
    strong: Tone = "dim" if old or row.presence == "idle" else "strong"
    words: list[tuple[str, Tone]] = []
    for number, word in enumerate(row.standing):
        loud = number == 0 and lost
        stands = row.presence == "here" and not (number == 0 and row.quiet)
        tone: Tone = "alarm" if loud else "state" if stands and not old else plain
        if tone in ("alarm", "state"):
            words += [(f" {word} ", tone), (" ", "plain")]
        else:
            words.append((f"{word} ", tone))
    trouble: list[tuple[str, Tone]] = [(row.since, "plain")] if row.since else []
    for part in row.trouble:
        trouble += [(f" ! {part} ", "dim" if old or lost else "alarm"), (" ", "plain")]
    if not trouble and row.presence == "here":
        trouble = [(row.title or "ok", "dim")]
    line: Line = (
        (_cell(("› " if chosen else "  ") + clean(row.name), columns.name), strong),
        (_cell(clean(row.phase), columns.phase), plain),
        (_cell(row.left, TIMES[0]), plain if lost else strong),
        (_cell(row.dose, TIMES[1]), plain),
        *fit(tuple(words), columns.state),
        (" " * GAP, "plain"),
        *trouble,
    )
    return Row(fit(line, width))


def _act_lines(acts: list[RoomAct], width: int) -> list[Line]:
    """Return what may be asked of the chosen room, on two lines at most."""
    lines: list[list[tuple[str, Tone]]] = [[]]
    used = 0
    for act in acts:
        twice = _(" (twice)") if act.confirm else ""
        text = f"{act.label}{twice}   "
        size = len(act.key) + 1 + len(text)
        if used + size > width and lines[-1]:
            lines.append([])
            used = 0
        used += size
        lines[-1] += [(f"{act.key} ", "state"), (f" {text}", "plain")]
    return [tuple(line) for line in lines[:2]]


def _cell(text: str, size: int) -> str:
    return set_cell_size(cut(text, size - 1), size) + " " * GAP if size > 1 else ""


def _line(pieces: list[tuple[str, Tone]], width: int) -> Row:
    return Row(fit(tuple((clean(text), tone) for text, tone in pieces), width))
