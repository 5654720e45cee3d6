"""Lengths that FFmpeg does not look at."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sounds import FORMATS, encode, tone

from soundscape.media.completeness import ogg_is_cut, wav_samples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_wav_header_tells_its_samples(tmp_path: Path) -> None:
    path = FORMATS["wav"].write(tmp_path / "a", tone(0.5, 96_000))
    assert wav_samples(str(path)) == 48_000
    path.write_bytes(path.read_bytes()[:1000])
    assert wav_samples(str(path)) == 48_000


def test_an_rf64_header_tells_its_samples(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.wav", tone(0.5), codec="pcm_s16le", container_options={"rf64": "always"}
    )
    assert path.read_bytes()[:4] == b"RF64"
    assert wav_samples(str(path)) == 24_000


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF])
def test_a_streamed_wav_tells_nothing(tmp_path: Path, size: int) -> None:
    path = FORMATS["wav"].write(tmp_path / "a", tone(0.1, 96_000))
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", size)
    path.write_bytes(content)
    assert wav_samples(str(path)) is None


@examples(50)
@given(content=st.binary(max_size=200))
def test_no_bytes_upset_the_readers(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + content)
    wav_samples(str(path))
    path.write_bytes(b"OggS" + content)
    ogg_is_cut(str(path))


@pytest.mark.parametrize("name", ["ogg", "opus"])
def test_an_ogg_file_is_whole_with_its_last_page_only(tmp_path: Path, name: str) -> None:
    path = FORMATS[name].write(tmp_path / "a", tone(5, FORMATS[name].rate))
    content = path.read_bytes()
    assert not ogg_is_cut(str(path))
    for rest in (1, 10, len(content) // 2):
        path.write_bytes(content[:-rest])
        assert ogg_is_cut(str(path))
