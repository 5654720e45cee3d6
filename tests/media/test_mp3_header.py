"""What MP3 files tell of their own ends and lengths."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from sounds import FORMATS, encode, pink, tone

from soundscape.media.decoder import FileDecoder
from soundscape.media.mp3_header import corrected_frames, is_mp3_frame, mp3_bytes, next_mp3
from soundscape.media.probe import probe, verify

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    kind = FORMATS["mp3"]
    return kind.write(tmp_path_factory.mktemp("mp3") / "a", pink(6, kind.rate)).read_bytes()


def test_a_file_alone_tells_its_end(mp3: bytes) -> None:
    assert mp3_bytes(io.BytesIO(mp3), 0) == len(mp3)
    assert next_mp3(io.BytesIO(mp3), 0) is None


@pytest.mark.parametrize("seconds", [1, 2])
def test_a_count_of_frames_that_is_far_too_small_is_corrected(
    tmp_path: Path, mp3: bytes, seconds: int
) -> None:
    at = max(mp3.find(b"Xing"), mp3.find(b"Info")) + 8
    right = mp3[at : at + 4]
    few = (seconds * 44_100 // 1152).to_bytes(4, "big")
    wrong = mp3[:at] + few + mp3[at + 4 :]
    assert corrected_frames(io.BytesIO(mp3), 0) is None
    found = corrected_frames(io.BytesIO(wrong), 0)
    assert found is not None
    assert found[:2] == (at, right)
    path = tmp_path / "a.mp3"
    path.write_bytes(wrong)
    assert probe(path).frames == 6 * 48_000
    told = verify(path)
    assert (told.frames, told.fault) == (6 * 48_000, None)
    assert told.note == f"its header says 0:0{seconds}, and it lasts 0:06: all of it plays"


def test_a_picture_in_a_tag_between_joined_files_is_no_damage(tmp_path: Path) -> None:
    options = {"write_xing": "0"}
    plain = encode(
        tmp_path / "a.mp3", tone(3, 44_100), 44_100, codec="libmp3lame", container_options=options
    ).read_bytes()
    picture = b"\xff\xfb\x90\x00 and other bytes that look like a frame" * 8000
    size = len(picture)
    synchsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    tag = b"ID3\x03\0\0" + synchsafe + picture
    path = tmp_path / "joined.mp3"
    path.write_bytes(plain + tag + plain)
    decoder = FileDecoder(str(path))
    sound = decoder.read(10**7)
    decoder.close()
    assert decoder.fault is None
    assert len(sound) == pytest.approx(6 * 48_000, abs=0.15 * 48_000)


def test_what_is_no_mp3_has_no_next_one() -> None:
    for content in (b"", b"RIFF", bytes(5000), b"ID3\x03\0\0\0\0\0\x7f", b"\xff\xfb\x90\0" * 10):
        assert next_mp3(io.BytesIO(content), 0) is None
        assert corrected_frames(io.BytesIO(content), 0) is None
    assert not is_mp3_frame(b"\xff\xfb")
