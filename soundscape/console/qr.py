"""The QR code that a tablet or phone reads to be paired, drawn with half blocks."""

from __future__ import annotations

import segno

from soundscape.console.keys import Named
from soundscape.console.layout import Row
from soundscape.console.styles import Line, clean, cut
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.units import format_clock
from soundscape.views.snapshot import Snapshot

QUIET = 2
"""Width in modules of the light border. The standard (ISO/IEC 18004) has four; on a dark screen
cameras also read a code with two."""
_BLOCKS = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""By the upper and the lower module, of which the light ones are drawn."""
MARGIN = 2
TURN_ON = marked("the tablet's page is off; in another terminal: soundscape remote")


def qr_lines(url: str) -> list[str]:
    """Return the lines of the code, each two modules high."""
    code = segno.make(url, error="l", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return [
        "".join(_BLOCKS[bool(upper), bool(lower)] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]


def pairing_rows(
    view: Snapshot, url: str, left: float, key: Named, width: int, height: int
) -> list[Row]:
    """Return the screen with the code, and beside it the state of the session.

    `left` is the time in seconds until the code expires.
    """
    drawn = qr_lines(url)
    beside = [
        f"{clean(view.phase).upper()}  {view.texts.state}",
        f"{view.texts.times.left.time} {clean(view.texts.times.left.label)}",
        "",
        _("Read this code with"),
        _("the tablet's camera."),
        _("It pairs one device."),
        _("Valid for {time}").format(time=format_clock(left)),
        "",
        _("{key}: away").format(key=key("remote")),
        _("The keys work as always."),
    ]
    room = width - 2 * MARGIN - len(drawn[0])
    if len(drawn) > height or room < 0:
        size = f"{len(drawn[0]) + 2 * MARGIN} × {len(drawn)}"
        told: list[Line] = [
            ((_("This window is too small for the code."), "strong"),),
            ((_("Make it {size} or larger.").format(size=size), "plain"),),
            ((_("{key}: away").format(key=key("remote")), "dim"),),
        ]
        lines = [*told, *[()] * height][:height]
        return [Row((((" " * MARGIN), "plain"), *line)) for line in lines]
    padded = [*beside, *[""] * len(drawn)]
    rows = [
        Row(
            (
                (" " * MARGIN, "plain"),
                (line, "code"),
                (" " * MARGIN, "plain"),
                (cut(text, max(0, room - MARGIN)), "plain"),
            ),
            big=True,
        )
        for line, text in zip(drawn, padded, strict=False)
    ]
    return [*rows, *[Row(())] * height][:height]
