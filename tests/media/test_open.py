"""What cannot be opened is refused with a plain reason."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from sounds import FORMATS, png, tone

from soundscape.errors import MediaError
from soundscape.media.open import open_sound
from soundscape.media.reader import FrameReader

if TYPE_CHECKING:
    from pathlib import Path


def reason(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        FrameReader(str(path))
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


def test_a_missing_file_is_named_as_missing(tmp_path: Path) -> None:
    assert reason(tmp_path / "nothing.mp3") == "no such file"


def test_a_folder_is_named_as_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in reason(tmp_path)


def test_an_empty_file_is_named_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.flac"
    path.touch()
    assert "is empty" in reason(path)


@pytest.mark.parametrize(
    "content",
    [
        b"These are words, not music.\n" * 500,
        bytes(30_000),
        b"ID3\x04\x00\x00\x00\x00\x0f\x7f" + bytes(100),
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
        b"ffconcat version 1.0\nfile other.wav\n",
    ],
    ids=["text", "zeros", "tag only", "stream list", "concat list"],
)
@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".m4a"])
def test_what_is_no_sound_is_refused_whatever_its_name(
    tmp_path: Path, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"renamed{suffix}"
    path.write_bytes(content)
    assert "copy it again or convert it" in reason(path)


def test_a_picture_holds_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "cover.mp3"
    path.write_bytes(png(64, 64))
    assert reason(path) == "holds no sound"


def test_a_wav_without_channels_is_refused(tmp_path: Path) -> None:
    path = FORMATS["wav"].write(tmp_path / "none", tone(0.1, 96_000))
    content = bytearray(path.read_bytes())
    at = content.index(b"fmt ") + 10
    content[at : at + 2] = b"\0\0"
    path.write_bytes(content)
    assert reason(path) == "holds no sound"


def test_a_file_that_may_not_be_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = FORMATS["flac"].write(tmp_path / "closed", tone(0.1, 44_100))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert "may not be read" in reason(path)


def test_a_damaged_file_that_ffmpeg_refuses_as_not_permitted_is_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = FORMATS["flac"].write(tmp_path / "a", tone(0.1, 44_100))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("soundscape.media.open.av.open", refuse)
    assert "is damaged" in reason(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", ["a:b.flac", "http:x.flac", "50% 'quoted' — ünï.flac"])
def test_any_name_that_the_system_allows_opens(tmp_path: Path, name: str) -> None:
    FORMATS["flac"].write(tmp_path / "plain", tone(0.1, 44_100)).rename(tmp_path / name)
    container, stream = open_sound(str(tmp_path / name))
    assert stream.rate == 44_100
    container.close()
