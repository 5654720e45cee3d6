"""The architecture as a picture: `python docs/architecture_picture.py` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

TARGET = Path(__file__).resolve().parent / "architecture.svg"
WIDTH, HEIGHT = 960, 690
FONT = "DejaVu Sans, Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Box:
    """A process, or a group of packages: where it is, its name, and what it does."""

    x: int
    y: int
    width: int
    height: int
    name: str
    lines: tuple[str, ...]
    fill: str = "#eef3f8"


PROCESSES = (
    Box(
        20,
        50,
        190,
        92,
        "console · verbs · page",
        ("show what the host says,", "send commands; may close", "at any time"),
    ),
    Box(
        300,
        50,
        250,
        128,
        "host",
        (
            "HTTP on loopback, journal, meters,",
            "health; a mirror of the conductor",
            "makes every text",
            "(engine/host, remote, journal)",
        ),
        "#e6efe4",
    ),
    Box(
        640,
        50,
        300,
        128,
        "player",
        (
            "conductor → mixer → pygame;",
            "conductor → lights;",
            "decodes ahead; no files, no HTTP,",
            "no logging in the render thread",
        ),
        "#f6e9dc",
    ),
    Box(20, 230, 190, 74, "MIDI inputs", ("pedals, pads, faders", "(devices/midi)")),
    Box(
        340,
        230,
        250,
        74,
        "standby player",
        ("loaded, silent, two seconds behind;", "takes over within a second"),
        "#f6e9dc",
    ),
    Box(
        640,
        230,
        300,
        74,
        "MIDI outputs",
        ("owns the ports; may hang or crash", "without touching the sound"),
    ),
    Box(300, 340, 290, 56, "background scan", ("measures files while the session plays",)),
)
ARROWS = (
    ((210, 80), (300, 80), "HTTP, events"),
    ((550, 90), (640, 90), "commands"),
    ((640, 140), (550, 140), "done, faults"),
    ((790, 178), (790, 230), "messages, each with its time"),
    ((210, 267), (300, 165), "presses"),
    ((450, 178), (450, 230), "what the player did"),
    ((315, 178), (315, 340), ""),
)
DATA = (
    Box(20, 470, 160, 76, "scene/", ("YAML text → models,", "every problem collected"), "#f3eef8"),
    Box(
        210,
        470,
        160,
        76,
        "library/ · media/",
        ("files found, measured,", "resolved: a Show"),
        "#f3eef8",
    ),
    Box(400, 470, 160, 76, "timeline/", ("conductor: commands", "in, directives out"), "#f3eef8"),
    Box(590, 440, 160, 62, "mixer/ · dsp/", ("gains for each frame",), "#f3eef8"),
    Box(590, 520, 160, 62, "lighting/ · midi/", ("limits, then bytes",), "#f3eef8"),
    Box(780, 440, 160, 62, "sound", ("device, file, null",), "#fff"),
    Box(780, 520, 160, 62, "messages", ("port, or a .mid file",), "#fff"),
)
DATA_ARROWS = (
    ((180, 508), (210, 508), ""),
    ((370, 508), (400, 508), ""),
    ((560, 495), (590, 471), ""),
    ((560, 521), (590, 551), ""),
    ((750, 471), (780, 471), ""),
    ((750, 551), (780, 551), ""),
)
NOTE = (
    "plan, render, rehearse, the live player, the host's mirror and the standby run the same "
    "function: timeline/conductor.py."
)
NOTE_2 = (
    "scene/, timeline/, mixer/, dsp/, lighting/ and midi/ are pure: no thread, device, file or "
    "clock of their own."
)


def picture() -> str:
    """The SVG."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="{FONT}" font-size="12.5">'
        ),
        "<title>The processes of a session, and the way of the data</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        (
            '<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" '
            'orient="auto"><path d="M0 0 9 4 0 8z" fill="#44566c"/></marker></defs>'
        ),
        _text(20, 30, "The processes of a session", 16),
        *map(_box, PROCESSES),
        *map(_arrow, ARROWS),
        _text(20, 430, "The way of the data", 16),
        *map(_box, DATA),
        *map(_arrow, DATA_ARROWS),
        _text(20, 630, NOTE, 12.5),
        _text(20, 652, NOTE_2, 12.5),
    ]
    return "\n".join([*parts, "</svg>", ""])


def _text(x: float, y: float, text: str, size: float, anchor: str = "start") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="#1d2733" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _box(box: Box) -> str:
    drawn = [
        (
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6" '
            f'fill="{box.fill}" stroke="#8496aa"/>'
        ),
        (
            f'<text x="{box.x + 10}" y="{box.y + 21}" font-weight="bold" fill="#1d2733">'
            f"{escape(box.name)}</text>"
        ),
    ]
    drawn += [
        _text(box.x + 10, box.y + 41 + 18 * number, line, 12)
        for number, line in enumerate(box.lines)
    ]
    return "\n".join(drawn)


def _arrow(arrow: tuple[tuple[int, int], tuple[int, int], str]) -> str:
    (x1, y1), (x2, y2), said = arrow
    line = (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#44566c" stroke-width="1.4" '
        'marker-end="url(#head)"/>'
    )
    if not said:
        return line
    if x1 == x2:
        return line + _text(x1 + 8, (y1 + y2) / 2 + 4, said, 11)
    return line + _text((x1 + x2) / 2, min(y1, y2) - 6, said, 11, "middle")


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")
