from __future__ import annotations

import segno
from played import Played

from soundscape.console.keys import KeyMap
from soundscape.console.qr import QUIET, pairing_rows, qr_lines

URL = f"http://192.168.178.20:40417/pair/{'k' * 43}"
KEY = KeyMap({}).named
UPPER = {"█": 0, "▀": 0, "▄": 1, " ": 1}
LOWER = {"█": 0, "▀": 1, "▄": 0, " ": 1}


def text(width: int, height: int) -> list[str]:
    rows = pairing_rows(Played().view(), URL, 599.5, KEY, width, height)
    assert len(rows) == height
    return ["".join(piece for piece, _ in row.line) for row in rows]


def test_the_lines_are_the_code_with_its_border() -> None:
    drawn = [row for line in qr_lines(URL) for row in
             ([UPPER[mark] for mark in line], [LOWER[mark] for mark in line])]  # fmt: skip
    code = segno.make(URL, error="l", micro=False)
    wanted = [list(row) for row in code.matrix_iter(border=QUIET)]
    assert drawn[: len(wanted)] == wanted


def test_the_code_fits_a_small_terminal_with_the_phase_beside_it() -> None:
    lines = text(80, 24)
    assert all(len(line) <= 80 for line in lines)
    said = "\n".join(lines)
    assert "█" in said
    assert "ARRIVAL  PLAYING" in said
    assert "Valid for 9:59" in said


def test_a_window_too_small_says_what_it_needs() -> None:
    said = "\n".join(text(40, 12))
    assert "too small" in said
    assert "█" not in said
