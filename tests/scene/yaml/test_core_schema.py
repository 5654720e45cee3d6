"""YAML 1.2 core: what a plain scalar means."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.scene.yaml.core_schema import resolve


@pytest.mark.parametrize(
    "text",
    ["on", "off", "yes", "no", "Yes", "1:30", "1:05:30", "2026-01-01", "1_000", "0b1", "y", "<<",
     "=", "1.2.3", "-", ".", "e3", "0x", "0o8", "NULL ", "tRue", "9" * 5000],
)  # fmt: skip
def test_it_is_text(text):
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-6", -6),
        ("+6", 6),
        ("007", 7),
        ("0x7D", 0x7D),
        ("0o17", 15),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
    ],
)
def test_it_is_a_value(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_not_a_number_is_a_float():
    assert math.isnan(resolve(".NaN"))


@given(st.text("0123456789.+-eExoinfa_~", max_size=150))
def test_any_scalar_has_a_value(text):
    resolve(text)
