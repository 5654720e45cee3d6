from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color

from soundscape.console.styles import (
    BIG_STYLES,
    COLOURS,
    GROUND,
    STYLES,
    clean,
    cut,
    fit,
    length,
    spread,
)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", COLOURS)
def test_every_tone_is_readable_and_none_glares(tone: str) -> None:
    for styles in (STYLES, BIG_STYLES):
        colour = styles[tone].color.name
        assert contrast(colour, GROUND) >= 4.5
        assert luminance(colour) < 0.75


def test_nothing_blinks() -> None:
    assert not any(style.blink or style.blink2 for style in STYLES.values())


def test_what_matters_is_told_by_more_than_colour() -> None:
    looks = {tone: (style.bold, style.reverse) for tone, style in STYLES.items()}
    assert looks["state"] == looks["alarm"] == (True, True)
    assert looks["plain"] == (False, False)


def test_nothing_in_a_title_moves_the_cursor_or_rings() -> None:
    assert clean("a\x1b[2Jb\x07c\r\nd") == "a [2Jb c  d"


@given(st.text(max_size=20), st.integers(0, 12))
def test_a_cut_text_is_never_wider_than_there_is_room(text: str, width: int) -> None:
    assert cell_len(cut(clean(text), width)) <= width


@given(st.lists(st.text(max_size=8), max_size=4), st.integers(0, 20))
def test_a_line_is_exactly_as_wide_as_the_screen(texts: list[str], width: int) -> None:
    assert length(fit(tuple((clean(text), "plain") for text in texts), width)) == width


@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 20))
def test_two_ends_of_a_line_fill_it(left: str, right: str, width: int) -> None:
    line = spread(((clean(left), "plain"),), ((clean(right), "dim"),), width)
    assert length(line) == width
