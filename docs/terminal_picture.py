"""A terminal's text as a picture: `tmux capture-pane -p | python docs/terminal_picture.py > x.svg`.

The last line, the live one, is shown brighter, as the eye finds it.
"""

from __future__ import annotations

import sys
from xml.sax.saxutils import escape

WIDTH, LINE, CHARACTER, MARGIN = 92, 20, 8.43, 18


def picture(text: str) -> str:
    """The SVG of a terminal with this text in it."""
    lines = text.rstrip().splitlines()
    width, height = WIDTH * CHARACTER + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    rows = []
    for number, line in enumerate(lines):
        live = number == len(lines) - 1
        style = 'fill="#e8d9b5" font-weight="bold"' if live else 'fill="#9a958a"'
        y = MARGIN + (number + 0.75) * LINE
        place = f'x="{MARGIN}" y="{y}" xml:space="preserve"'
        rows.append(f"<text {place} {style}>{escape(line)}</text>")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}"',
            '  font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">',
            '<rect width="100%" height="100%" rx="8" fill="#14110f"/>',
            *rows,
            "</svg>",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(picture(sys.stdin.read()) + "\n")
