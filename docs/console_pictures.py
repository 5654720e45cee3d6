"""Pictures of the console: `python docs/console_pictures.py FOLDER` writes an SVG for each state.

The session in them is a real conductor without sound; the screen is the real one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from played import Played  # noqa: E402
from rich.segment import Segment  # noqa: E402
from shows import phase, playlist, show, track  # noqa: E402
from station_rooms import StationRooms  # noqa: E402

from soundscape.console.app import ConsoleApp  # noqa: E402
from soundscape.console.rooms_app import RoomsApp  # noqa: E402
from soundscape.console.styles import COLOURS, GROUND  # noqa: E402
from soundscape.timeline.show import Prompt  # noqa: E402
from soundscape.units import At  # noqa: E402
from soundscape.views.snapshot import Health, MeterView, Remote  # noqa: E402

CELL, LINE, MARGIN = 9.0, 19.0, 12.0
METER = MeterView(momentary=-21.4, short_term=-21.2)
BLOCKS = {"█": (0, LINE), "▀": (0, LINE / 2), "▄": (LINE / 2, LINE / 2)}
"""Where the blocks are in their cell, and how high: drawn, not written, so that no font gaps."""


def picture(rows: list[list[Segment]], width: int) -> str:
    """The SVG of a terminal with these rows in it."""
    across, down = width * CELL + 2 * MARGIN, len(rows) * LINE + 2 * MARGIN
    drawn = [mark for y, row in enumerate(rows) for mark in _row(row, MARGIN + y * LINE)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:g} {down:g}" '
        f'width="{across:g}" height="{down:g}" font-size="15" '
        'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">'
    )
    ground = f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>'
    return "\n".join([head, ground, *drawn, "</svg>"])


def _row(row: list[Segment], y: float) -> list[str]:
    marks, x = [], MARGIN
    for segment in row:
        style, wide = segment.style, segment.cell_length * CELL
        colour = style.color.name if style and style.color else COLOURS["plain"]
        if style and style.reverse:
            marks.append(
                f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{LINE:g}" fill="{colour}"/>'
            )
            colour = GROUND
        marks += _blocks(segment.text, x, y, colour)
        marks += _text(segment, x, y, colour)
        x += wide
    return marks


def _blocks(text: str, x: float, y: float, colour: str) -> list[str]:
    path, start = [], 0
    while start < len(text):
        end = start + 1
        if text[start] in BLOCKS:
            while end < len(text) and text[end] == text[start]:
                end += 1
            top, high = BLOCKS[text[start]]
            wide = (end - start) * CELL
            path.append(f"M{x + start * CELL:g} {y + top:g}h{wide:g}v{high:g}h-{wide:g}z")
        start = end
    return [f'<path fill="{colour}" d="{"".join(path)}"/>'] if path else []


def _text(segment: Segment, x: float, y: float, colour: str) -> list[str]:
    text = "".join(" " if mark in BLOCKS else mark for mark in segment.text)
    if not text.strip():
        return []
    bold = ' font-weight="bold"' if segment.style and segment.style.bold else ""
    before = len(text) - len(text.lstrip())
    text = text.strip()
    wide = len(text) * CELL
    place = f'x="{x + before * CELL:g}" y="{y + 0.76 * LINE:g}" textLength="{wide:g}"'
    return [f'<text {place} xml:space="preserve" fill="{colour}"{bold}>{escape(text)}</text>']


# States -------------------------------------------------------------------------------------------


def waiting() -> Played:
    """The phase is over; the dose is not given yet."""
    room = Played(label="amber", meter=MeterView(momentary=-26.3, short_term=-26.2))
    room.advance(930)
    return room


def peak(**beside: object) -> Played:
    """In the middle of it."""
    room = Played(label="amber", meter=METER, **beside)
    room.advance(840)
    room.do({"do": "dose"})
    room.advance(480)
    room.do({"do": "note", "text": "breath slows"})
    room.advance(700)
    return room


def held() -> Played:
    """Held and ducked."""
    room = peak()
    room.do({"do": "duck"})
    return room


def warned() -> Played:
    """With warnings from the start."""
    room = peak()
    room.warn("room.yaml:12:3: port desk is not there")
    room.warn("playlists/peak.yaml:4:5: music/undertow.flac is missing; left out")
    return room


def umlaut() -> Played:
    """A scene in German."""
    music = playlist("m", track("Stille", 900))
    say = (Prompt(At(), "Maske, Kopfhörer."), Prompt(At(), "Absicht."))
    room = Played(show(phase("Einführung", 900, music, prompts=say), phase("Höhe", 900, music)))
    room.advance(300)
    return room


STATES: dict[str, tuple[Callable[[], Played], tuple[str, ...]]] = {
    "waiting": (waiting, ()),
    "peak": (peak, ()),
    "held": (held, ("h",)),
    "keys": (peak, ("?",)),
    "leaving": (peak, ("q",)),
    "muted": (peak, ("escape",)),
    "trouble": (lambda: peak(health=Health(lights="lights offline: desk", underruns=2)), ("k",)),
    "details": (warned, ("i",)),
    "umlaut": (umlaut, ()),
    "code": (lambda: peak(remote=Remote(on=True, url="http://192.168.178.20:40417")), ("r",)),
    "note": (peak, ("t", *"asks for water")),
}


async def screen(
    app: ConsoleApp | RoomsApp, presses: tuple[str, ...], size: tuple[int, int]
) -> str:
    """The console in a state, or the station's screen."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.1)
        for key in presses:
            await pilot.press("space" if key == " " else key)
        await pilot.pause(0.4)
        strips = app.screen._compositor.render_strips()  # noqa: SLF001 - as Textual's own screenshot does
        return picture([list(strip) for strip in strips], size[0])


def main(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (made, presses) in STATES.items():
        for size in ((80, 24), (120, 40)):
            drawn = asyncio.run(screen(ConsoleApp(made(), {}), presses, size))
            (folder / f"console-{name}-{size[0]}.svg").write_text(drawn, encoding="utf-8")
    drawn = asyncio.run(screen(RoomsApp(StationRooms()), ("down", "n"), (104, 18)))
    (folder / "rooms.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
