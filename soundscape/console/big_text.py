"""Large letters and figures, readable from across a room: 7 dots high, drawn by half blocks."""

from __future__ import annotations

import unicodedata

HEIGHT = 7
"""Dots. Each cell of the terminal is two dots high and one wide, so dots are about square."""

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

_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def big(text: str, scale: int = 1) -> list[str] | None:
    """Text as lines of blocks, all of one width: 4 lines at scale 1, 7 at scale 2.

    Accents are left out. None where the text has letters that there are no large ones of.
    """
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").upper())
    letters = [mark for mark in bare if not unicodedata.combining(mark)]
    if any(mark not in GLYPHS for mark in letters):
        return None
    rows = [".".join(GLYPHS[mark][dot] for mark in letters) for dot in range(HEIGHT)]
    dots = [[mark == "#" for mark in row for _ in range(scale)] for row in rows]
    tall = [row for row in dots for _ in range(scale)]
    if len(tall) % 2:
        tall.append([False] * len(tall[0]))
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(tall[::2], tall[1::2], strict=True)
    ]


def lines_of(scale: int) -> int:
    """How many lines letters of a scale take."""
    return (HEIGHT * scale + 1) // 2
