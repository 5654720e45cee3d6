from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.console.big_text import GLYPHS, HEIGHT, big, lines_of


def test_every_letter_is_as_high_as_the_others_and_of_one_width() -> None:
    for mark, rows in GLYPHS.items():
        assert len(rows) == HEIGHT, mark
        assert len({len(row) for row in rows}) == 1, mark


def test_there_is_every_letter_and_every_figure() -> None:
    assert set(string.ascii_uppercase + string.digits + ":") <= set(GLYPHS)


def test_no_two_letters_look_alike() -> None:
    letters = [GLYPHS[mark] for mark in string.ascii_uppercase]
    assert len(set(letters)) == len(letters)


def test_figures_are_of_one_width_so_that_a_running_time_stands_still() -> None:
    assert {len(GLYPHS[figure][0]) for figure in string.digits} == {4}


def test_it_is_drawn_by_half_blocks() -> None:
    assert big("I1") == ["▀█▀  ▄█ ", " █    █ ", " █    █ ", "▀▀▀  ▀▀▀"]


def test_small_letters_are_large() -> None:
    assert big("größe") == big("GRÖSSE")


@pytest.mark.parametrize("letter", "ÄÖÜËÏÉÈÊÅÑŠ")
def test_an_accent_stands_over_its_letter(letter: str) -> None:
    base = unicodedata.normalize("NFD", letter)[0]
    drawn, bare = big(letter), big(base)
    assert drawn is not None
    assert bare is not None
    assert drawn != bare
    assert [len(line) for line in drawn] == [len(line) for line in bare]
    assert big(unicodedata.normalize("NFD", letter)) == drawn


def test_umlauts_are_drawn() -> None:
    assert big("ÄÖÜ") == ["▀  ▀ ▀  ▀ ▀  ▀", "▄▀▀▄ ▄▀▀▄ █  █", "█▀▀█ █  █ █  █", "▀  ▀  ▀▀   ▀▀ "]


def test_accents_below_a_letter_are_left_out() -> None:
    assert big("ç") == big("C")


def test_what_there_are_no_letters_of_is_not_drawn() -> None:
    assert big("покой") is None


@given(st.text(alphabet=sorted(GLYPHS), max_size=12), st.sampled_from([1, 2]))
def test_all_lines_are_of_one_width(text: str, scale: int) -> None:
    lines = big(text, scale)
    assert lines is not None
    assert len(lines) == lines_of(scale)
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("phase", ["arrival", "onset", "peak", "return", "rest", "integration"])
def test_the_usual_phases_fit_a_small_terminal(phase: str) -> None:
    lines = big(phase)
    assert lines is not None
    assert len(lines[0]) <= 76
