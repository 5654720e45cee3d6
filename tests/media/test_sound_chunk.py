"""The sizes that headers tell, right and wrong."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sounds import encode, tone

from soundscape.media.decoder import FileDecoder
from soundscape.media.probe import probe, verify
from soundscape.media.sound_chunk import sound_chunk

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 4
SAMPLES = SECONDS * 48_000
KINDS = {
    "WAV": ("a.wav", {"codec": "pcm_s16le"}),
    "RF64": ("a.wav", {"codec": "pcm_s16le", "container_options": {"rf64": "always"}}),
    "Wave64": ("a.w64", {"codec": "pcm_s16le"}),
    "AIFF": ("a.aiff", {"codec": "pcm_s16be"}),
    "CAF": ("a.caf", {"codec": "pcm_s16be"}),
}


def counting(kind: str, content: bytes, size: int) -> bytes:
    """The file, its header telling so many bytes of sound."""
    data = bytearray(content)
    at = data.index(b"SSND" if kind == "AIFF" else b"data")
    if kind == "RF64":
        at, packed = data.index(b"ds64") + 16, struct.pack("<Q", size)
    elif kind == "WAV":
        at, packed = at + 4, struct.pack("<I", size)
    elif kind == "Wave64":
        at, packed = at + 16, struct.pack("<Q", size + 24)
    elif kind == "AIFF":
        at, packed = at + 4, struct.pack(">I", size + 8)
        count = data.index(b"COMM") + 10
        data[count : count + 4] = struct.pack(">I", size // 4)
    else:
        at, packed = at + 4, struct.pack(">Q", size + 4)
    data[at : at + len(packed)] = packed
    return bytes(data)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    sound = tone(SECONDS)
    return {
        kind: encode(folder / name, sound, **options).read_bytes()
        for kind, (name, options) in KINDS.items()
    }


def heard(path: Path) -> np.ndarray:
    decoder = FileDecoder(str(path))
    sound = decoder.read(10**7)
    decoder.close()
    assert decoder.fault is None
    return sound


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_header_is_left_as_it_is(files: dict[str, bytes], kind: str) -> None:
    chunk = sound_chunk(io.BytesIO(files[kind]))
    assert chunk is not None
    assert chunk.samples == SAMPLES
    assert chunk.patches == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_file_still_tells_what_it_should_have(files: dict[str, bytes], kind: str) -> None:
    chunk = sound_chunk(io.BytesIO(files[kind][: len(files[kind]) // 2]))
    assert chunk is not None
    assert chunk.samples == SAMPLES
    assert chunk.patches == ()


@pytest.mark.parametrize("kind", KINDS)
def test_what_counts_too_little_is_read_to_its_end_and_told(
    tmp_path: Path, files: dict[str, bytes], kind: str
) -> None:
    path = tmp_path / KINDS[kind][0]
    path.write_bytes(files[kind])
    whole = heard(path)
    path.write_bytes(counting(kind, files[kind], 48_000 * 4))
    sound = heard(path)
    assert len(sound) == SAMPLES
    assert np.array_equal(sound, whole)
    assert probe(path).frames == SAMPLES
    assert verify(path).note == "its header says 0:01, and it lasts 0:04: all of it plays"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 0x7F00_0000, 0x7FFF_F000, 0x7FFF_FFFC, 0xFFFF_FFF0])
def test_a_size_that_stands_for_unknown_tells_nothing(
    tmp_path: Path, files: dict[str, bytes], kind: str, size: int
) -> None:
    path = tmp_path / KINDS[kind][0]
    path.write_bytes(counting(kind, files[kind], size))
    assert len(heard(path)) == SAMPLES
    found = verify(path)
    assert found.frames == SAMPLES
    assert found.fault is None
    assert found.note is None


@examples(80)
@given(
    head=st.sampled_from([b"RIFF\0\0\0\0WAVE", b"RF64\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"caff"]),
    content=st.binary(max_size=200),
)
def test_no_bytes_upset_it(head: bytes, content: bytes) -> None:
    sound_chunk(io.BytesIO(head + content))


@examples(60)
@given(data=st.data())
def test_no_damage_to_a_header_upsets_it(files: dict[str, bytes], data: st.DataObject) -> None:
    content = bytearray(files[data.draw(st.sampled_from(sorted(files)))][:4000])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, 250))
        content[at : at + 1] = data.draw(st.binary(min_size=1, max_size=4))
    chunk = sound_chunk(io.BytesIO(content))
    assert chunk is None or chunk.begin <= max(chunk.end, len(content))


@pytest.mark.parametrize("size", [(1 << 63) - 1, (1 << 64) - 1])
@pytest.mark.parametrize("kind", ["CAF", "Wave64"])
def test_a_chunk_that_ends_past_any_file_is_the_last(
    files: dict[str, bytes], kind: str, size: int
) -> None:
    content = bytearray(files[kind])
    at, form = (12, ">Q") if kind == "CAF" else (40 + 16, "<Q")  # the first chunk's size
    struct.pack_into(form, content, at, size)
    assert sound_chunk(io.BytesIO(content)) is None
