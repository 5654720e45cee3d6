"""WAV and RF64."""

from __future__ import annotations

import io
import struct
import wave
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
import pytest
from sounds import white

from soundscape.media.sound_chunk import sound_chunk
from soundscape.media.wavfile import WavFile

if TYPE_CHECKING:
    from pathlib import Path

Bits = Literal[16, 24] | None


def written(bits: Bits, count: int = 5000, **limit: int) -> bytes:
    buffer = io.BytesIO()
    file = WavFile(buffer, bits, **limit)
    sound = white(count / 48_000)
    for start in range(0, count, 1024):
        file.write(sound[start : start + 1024])
    file.finish()
    return buffer.getvalue()


@pytest.mark.parametrize("bits", [None, 16, 24])
@pytest.mark.parametrize("count", [0, 1, 5000])
def test_sizes_are_those_of_the_file(bits: Bits, count: int) -> None:
    content = written(bits, count)
    assert content[:4] == b"RIFF"
    assert struct.unpack_from("<I", content, 4)[0] == len(content) - 8
    at = content.index(b"data")
    assert struct.unpack_from("<I", content, at + 4)[0] == len(content) - at - 8
    assert len(content) - at - 8 == count * 2 * (bits or 32) // 8


@pytest.mark.parametrize("bits", [16, 24])
def test_other_readers_read_it(bits: Bits) -> None:
    with wave.open(io.BytesIO(written(bits))) as reader:
        assert reader.getparams()[:4] == (2, bits // 8, 48_000, 5000)


def test_float_is_written_bit_for_bit() -> None:
    content = written(None)
    assert content[content.index(b"data") + 8 :] == white(5000 / 48_000).tobytes()


@pytest.mark.parametrize("bits", [None, 16, 24])
def test_beyond_the_limit_it_is_rf64(tmp_path: Path, bits: Bits) -> None:
    plain = written(bits)
    content = written(bits, limit=len(plain) - 9)
    assert written(bits, limit=len(plain) - 8) == plain
    assert content[:4] == b"RF64"
    assert len(content) == len(plain)
    riff, data, frames = struct.unpack_from("<QQQ", content, content.index(b"ds64") + 8)
    assert (riff, frames) == (len(content) - 8, 5000)
    assert data == 5000 * 2 * (bits or 32) // 8
    path = tmp_path / "long.wav"
    path.write_bytes(content)
    chunk = sound_chunk(io.BytesIO(content))
    assert chunk is not None
    assert chunk.samples == 5000
    with av.open(str(path)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 5000


def test_blocks_of_any_make_are_written() -> None:
    sound = white(0.1)
    buffer = io.BytesIO()
    file = WavFile(buffer, None)
    file.write(sound[::2])
    file.write(np.asfortranarray(sound[1::2]))
    file.finish()
    data = buffer.getvalue()[buffer.getvalue().index(b"data") + 8 :]
    assert data == sound[::2].tobytes() + np.ascontiguousarray(sound[1::2]).tobytes()
