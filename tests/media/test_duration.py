"""Lengths by header and by packets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import FORMATS, encode, tone

from soundscape.media.duration import _itunes_samples, counted_samples, header_samples
from soundscape.media.open import open_sound

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", FORMATS)
def test_the_header_tells_the_samples_exactly(tmp_path: Path, name: str) -> None:
    rate = FORMATS[name].rate
    path = FORMATS[name].write(tmp_path / "a", tone(1.37, rate))
    container, stream = open_sound(str(path))
    assert header_samples(container, stream, rate) == round(1.37 * rate)
    container.close()


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.aac", {"codec": "aac"}), ("a.mp3", {"container_options": {"write_xing": "0"}})],
)
def test_where_the_header_tells_nothing_packets_are_counted(
    tmp_path: Path, name: str, options: dict[str, object]
) -> None:
    path = encode(tmp_path / name, tone(2.0, 44_100), 44_100, **options)
    container, stream = open_sound(str(path))
    assert header_samples(container, stream, 44_100) is None
    counted = counted_samples(container, stream, 44_100)
    container.close()
    container, stream = open_sound(str(path))
    assert counted == sum(frame.samples for frame in container.decode(stream))
    container.close()


def test_coarse_times_never_promise_more_than_there_is(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mka", tone(2.0, 44_100), 44_100, codec="libmp3lame")
    container, stream = open_sound(str(path))
    counted = counted_samples(container, stream, 44_100)
    container.close()
    assert 1.8 * 44_100 < counted <= 2.0 * 44_100


def test_itunes_tells_the_samples_in_its_note() -> None:
    note = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000 00000000 00000000"
    assert _itunes_samples(note) == 0x3F31F6


@given(st.text())
def test_any_other_note_tells_nothing_or_a_number(note: str) -> None:
    assert (_itunes_samples(note) or 1) > 0


@pytest.mark.parametrize("samples", ["F" * 16, "F" * 300])
def test_a_count_in_itunes_note_that_no_file_has_is_ignored(tmp_path: Path, samples: str) -> None:
    assert _itunes_samples(f"0 0 0 {samples}") is None
