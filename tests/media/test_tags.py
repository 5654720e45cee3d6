"""Gains in tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.media.tags import folded_tags, header_gain, number, q7_8


@pytest.mark.parametrize(
    ("text", "value"),
    [("-6.50 dB", -6.5), ("+3 dB", 3.0), ("0.988", 0.988), (" 1. DB", 1.0), (".5", 0.5)],
)
def test_a_number_is_read_with_or_without_its_unit(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", [None, "", "dB", "loud", "1e5", "nan", "inf dB", "1,5 dB"])
def test_what_is_no_number_is_nothing(text: str | None) -> None:
    assert number(text) is None


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    number(text)
    q7_8(text)


def test_r128_gains_are_in_256ths_of_a_db() -> None:
    assert q7_8("-1280") == -5.0
    assert q7_8("512") == 2.0
    assert q7_8("40000") is None
    assert q7_8("1.5") is None


def test_an_opus_header_tells_its_gain() -> None:
    head = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00"
    assert header_gain(head + (-768).to_bytes(2, "little", signed=True) + b"\0") == -3.0
    assert header_gain(head + b"\0\0\0") is None
    assert header_gain(b"") is None


def test_names_are_folded_and_the_first_place_counts() -> None:
    assert folded_tags({"TITLE": " A ", "Artist": ""}, {"title": "B", "ARTIST": "C"}) == {
        "title": "A",
        "artist": "C",
    }


@pytest.mark.parametrize("text", ["1" * (1 << 18), "1" + " " * (1 << 18)])
def test_a_very_long_text_is_read_in_one_pass(text: str) -> None:
    assert number(f"{text}x") is None
