"""Files that were joined by appending one to another: each plays, whatever the container."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sounds import FORMATS, encode, tone

from soundscape.media.decoder import FileDecoder
from soundscape.media.joined import joined_files
from soundscape.media.probe import probe, verify

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    "WAV": ("a.wav", {"codec": "pcm_s16le"}),
    "RF64": ("a.wav", {"codec": "pcm_s16le", "container_options": {"rf64": "always"}}),
    "Wave64": ("a.w64", {"codec": "pcm_s16le"}),
    "AIFF": ("a.aiff", {"codec": "pcm_s16be"}),
    "CAF": ("a.caf", {"codec": "pcm_s16be"}),
    "FLAC": ("a.flac", {"codec": "flac", "sample_format": "s16"}),
    "WavPack": ("a.wv", {"codec": "wavpack"}),
    "TTA": ("a.tta", {"codec": "tta"}),
    "AAC in MP4": ("a.m4a", {"codec": "aac"}),
    "ALAC": ("a.m4a", {"codec": "alac"}),
    "FLAC in Matroska": ("a.mka", {"codec": "flac", "sample_format": "s16"}),
    "Opus in WebM": ("a.webm", {"codec": "libopus"}),
    "WMA": ("a.wma", {"codec": "wmav2", "bit_rate": 128_000}),
    "MP3": ("a.mp3", {"codec": "libmp3lame"}),
    "MP3 without a header": (
        "a.mp3",
        {"codec": "libmp3lame", "container_options": {"write_xing": "0"}},
    ),
    "MP3 with tags before and after": (
        "a.mp3",
        {
            "codec": "libmp3lame",
            "container_options": {"write_xing": "0", "write_id3v1": "1"},
            "tags": {"title": "A"},
            "cover": True,
        },
    ),
    "MP3 without header and tags": (
        "a.mp3",
        {"codec": "libmp3lame", "container_options": {"write_xing": "0", "id3v2_version": "0"}},
    ),
}
COARSE = {"FLAC in Matroska", "Opus in WebM", "WMA"}
"""Times of milliseconds, and no length in samples: a probe is a little short, and with it the place
of what follows, where it is sought."""


def whole(path: Path, start: int = 0) -> np.ndarray:
    decoder = FileDecoder(str(path), start)
    sound = decoder.read(10**7)
    decoder.close()
    assert decoder.fault is None
    return sound


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_joined_files_plays_from_anywhere(tmp_path: Path, kind: str) -> None:
    name, options = KINDS[kind]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = encode(tmp_path / "one" / name, tone(3, 48_000, 300), 48_000, **options)
    two = encode(tmp_path / "two" / name, tone(1.5, 48_000, 500), 48_000, **options)
    alone = [whole(one), whole(two)]
    joined = tmp_path / name
    joined.write_bytes(one.read_bytes() + two.read_bytes() + one.read_bytes())
    sound = whole(joined)
    expected = np.concatenate([alone[0], alone[1], alone[0]])
    # Without headers MP3s are one stream: the encoder's delay is in it, as it is in each alone.
    assert len(sound) == len(expected)
    assert verify(joined).frames == len(expected)
    assert verify(joined).fault is None
    slack = 48_000 // 2 if kind in COARSE else 0
    assert len(expected) - slack <= probe(joined).frames <= len(expected)
    if kind != "MP3 without header and tags":
        assert np.abs(sound - expected).max() < 1e-5
    if kind in COARSE:
        return
    late = whole(joined, len(expected) - 60_000)
    assert np.abs(late - sound[-60_000:]).max() < 1e-5


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_alone_is_one(tmp_path: Path, name: str) -> None:
    path = FORMATS[name].write(tmp_path / "a", tone(3, FORMATS[name].rate))
    with path.open("rb") as file:
        assert joined_files(file, 10) == [0]


def test_short_parts_of_a_chain_are_told_from_the_streams_of_one(tmp_path: Path) -> None:
    kind = FORMATS["ogg"]
    parts = [kind.write(tmp_path / f"{n}", tone(1 + n, kind.rate, 200)) for n in range(3)]
    joined = tmp_path / "chain.ogg"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert len(whole(joined)) == 6 * 48_000
    assert probe(joined).frames == 6 * 48_000


def test_no_more_than_so_many_are_looked_for(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", tone(0.1), codec="pcm_s16le")
    path.write_bytes(path.read_bytes() * 5)
    with path.open("rb") as file:
        assert len(joined_files(file, 3)) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"\0\0\0\x01ftyp" + b"\xff" * 8 + bytes(16),
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\xff" * 8 + bytes(16),
        b"TTA1" + bytes(30),
        b"TTA1" + bytes(6) + b"\x01\0\0\0\xff\xff\xff\xff" + bytes(16),
    ],
    ids=["MP4", "WMA", "TTA without a rate", "TTA with 2³² frames"],
)
def test_lengths_that_cannot_be_leave_a_single_file(content: bytes) -> None:
    assert joined_files(io.BytesIO(content), 10) == [0]
