"""Large letters and digits, readable from across a room: 7 dots high, drawn with half blocks."""

from __future__ import annotations

import unicodedata

HEIGHT = 7
"""In dots. A cell of the terminal is two dots high and one wide, so a dot is about square."""

_LETTERS = """
A .##. #..# #..# #### #..# #..# #..#
B ###. #..# #..# ###. #..# #..# ###.
C .### #... #... #... #... #... .###
D ###. #..# #..# #..# #..# #..# ###.
E #### #... #... ###. #... #... ####
F #### #... #... ###. #... #... #...
G .### #... #... #.## #..# #..# .###
H #..# #..# #..# #### #..# #..# #..#
I ### .#. .#. .#. .#. .#. ###
J ..## ...# ...# ...# ...# #..# .##.
K #..# #..# #.#. ##.. #.#. #..# #..#
L #... #... #... #... #... #... ####
M #...# ##.## #.#.# #.#.# #...# #...# #...#
N #...# ##..# ##..# #.#.# #..## #..## #...#
O .##. #..# #..# #..# #..# #..# .##.
P ###. #..# #..# ###. #... #... #...
Q .##. #..# #..# #..# #..# #.#. .#.#
R ###. #..# #..# ###. #.#. #..# #..#
S .### #... #... .##. ...# ...# ###.
T ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
U #..# #..# #..# #..# #..# #..# .##.
V #...# #...# #...# #...# .#.#. .#.#. ..#..
W #...# #...# #...# #.#.# #.#.# ##.## #...#
X #...# #...# .#.#. ..#.. .#.#. #...# #...#
Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
Z #### ...# ...# ..#. .#.. #... ####
0 .##. #..# #..# #..# #..# #..# .##.
1 ..#. .##. ..#. ..#. ..#. ..#. .###
2 .##. #..# ...# ..#. .#.. #... ####
3 ###. ...# ...# .##. ...# ...# ###.
4 #..# #..# #..# #### ...# ...# ...#
5 #### #... #... ###. ...# ...# ###.
6 .##. #... #... ###. #..# #..# .##.
7 #### ...# ...# ..#. ..#. .#.. .#..
8 .##. #..# #..# .##. #..# #..# .##.
9 .##. #..# #..# .### ...# ...# .##.
: . . # . # . .
. . . . . . . #
' # # . . . . .
- ... ... ... ### ... ... ...
+ ... ... .#. ### .#. ... ...
/ ...# ...# ..#. ..#. .#.. #... #...
? .##. #..# ...# ..#. ..#. .... ..#.
"""
GLYPHS: dict[str, tuple[str, ...]] = {
    line[0]: tuple(line[1:].split()) for line in _LETTERS.strip().splitlines()
}
GLYPHS[" "] = ("..",) * HEIGHT
GLYPHS["–"] = GLYPHS["—"] = GLYPHS["_"] = GLYPHS["-"]

ACCENTS = {
    "\u0308": "#.#",  # diaeresis
    "\u0301": "..#.",  # acute
    "\u0300": ".#..",  # grave
    "\u0302": ".##.",  # circumflex
    "\u030c": ".##.",  # caron
    "\u030a": ".##.",  # ring
    "\u0303": "####",  # tilde
}
LOWERED = (0, 1, 3, 4, 6)
"""The rows of dots of a letter that remain under an accent."""

_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def big(text: str, scale: int = 1) -> list[str] | None:
    """Return a text as lines of blocks, all equally wide: 4 lines at scale 1, 7 at scale 2.

    Return None if the text has a character without a large form.
    """
    capitals = unicodedata.normalize("NFKC", text).upper()
    letters = [_glyph(mark) for mark in unicodedata.normalize("NFC", capitals)]
    glyphs = [glyph for glyph in letters if glyph is not None]
    if len(glyphs) < len(letters):
        return None
    rows = [".".join(glyph[dot] for glyph in glyphs) for dot in range(HEIGHT)]
    dots = [[mark == "#" for mark in row for _ in range(scale)] for row in rows]
    tall = [row for row in dots for _ in range(scale)]
    if len(tall) % 2:
        tall.append([False] * len(tall[0]))
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(tall[::2], tall[1::2], strict=True)
    ]


def _glyph(letter: str) -> tuple[str, ...] | None:
    """Return a large letter. With an accent the letter is lower, and the accent stands over it."""
    base, *accents = list(unicodedata.normalize("NFD", letter))
    glyph = GLYPHS.get(base)
    over = next((ACCENTS[accent] for accent in accents if accent in ACCENTS), None)
    if glyph is None or over is None:
        return glyph
    width = len(glyph[0])
    return (_over(over, width), "." * width, *(glyph[dot] for dot in LOWERED))


def _over(accent: str, width: int) -> str:
    """Return the row of dots of an accent. A diaeresis has its dots at the two sides."""
    if accent == "#.#":
        return "#" + "." * (width - 2) + "#"
    return accent.ljust(width, ".")[:width]


def lines_of(scale: int) -> int:
    """Return how many lines of the terminal the letters of a scale take."""
    return (HEIGHT * scale + 1) // 2
