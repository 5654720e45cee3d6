"""Files of each kind: complete or not there, the same bytes each time."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
import soundfile
from sounds import tone, white

from soundscape.errors import MediaError
from soundscape.media.encoder import WRITABLE, AudioWriter
from soundscape.media.probe import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from open_files import OpenFiles

    from soundscape.mixer.source import Block

    ReadAll = Callable[..., Block]

KINDS: list[tuple[str, Literal[16, 24] | None]] = [
    *((suffix, None) for suffix in WRITABLE),
    *((suffix, bits) for suffix in (".wav", ".flac") for bits in (16, 24)),
]  # type: ignore[list-item]


def write(path: Path, sound: Block, bits: Literal[16, 24] | None = None, size: int = 1000) -> Path:
    with AudioWriter(path, bits) as writer:
        for start in range(0, len(sound), size):
            writer.write(sound[start : start + size])
    return path


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
def test_each_kind_reads_back_as_it_was_written(
    tmp_path: Path, suffix: str, bits: Literal[16, 24] | None, read_all: ReadAll
) -> None:
    sound = tone(3.1, hz=300) + white(3.1, rms=0.01)
    path = write(tmp_path / f"a{suffix}", sound, bits)
    got = read_all(path)
    assert len(got) == len(sound)
    steps = {None: 2**23, 24: 2**23, 16: 2**15}[bits]
    worst = {".wav": 2 / steps, ".flac": 2 / steps}.get(suffix, 0.15)
    assert np.abs(got - sound)[1500:].max() <= worst
    assert verify(path).fault is None
    if (suffix, bits) == (".wav", None):
        assert np.array_equal(got, sound)


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
def test_the_same_sound_gives_the_same_bytes(
    tmp_path: Path, suffix: str, bits: Literal[16, 24] | None
) -> None:
    sound = white(1.3)
    first = write(tmp_path / f"a{suffix}", sound, bits, size=64)
    second = write(tmp_path / f"b{suffix}", sound, bits, size=4096)
    assert first.read_bytes() == second.read_bytes()
    assert b"Lavf6" not in first.read_bytes()


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
def test_no_sound_is_a_file_too(tmp_path: Path, suffix: str, bits: Literal[16, 24] | None) -> None:
    with AudioWriter(tmp_path / f"a{suffix}", bits):
        pass
    assert (tmp_path / f"a{suffix}").is_file()


def test_only_integers_clip(tmp_path: Path, read_all: ReadAll) -> None:
    loud = np.full((2000, 2), 1.7, np.float32)
    assert read_all(write(tmp_path / "a.wav", loud)).min() == np.float32(1.7)
    assert read_all(write(tmp_path / "b.wav", loud, 16)).max() < 1.0
    assert read_all(write(tmp_path / "c.flac", loud)).max() < 1.0


@pytest.mark.parametrize("suffix", WRITABLE)
def test_the_name_appears_only_when_the_file_is_complete(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"what was there before")
    writer = AudioWriter(path)
    writer.write(white(1.0))
    assert path.read_bytes() == b"what was there before"
    writer.close()
    writer.close()
    assert verify(path).frames == 48_000
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", WRITABLE)
def test_what_is_given_up_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    def interrupted() -> None:
        with AudioWriter(tmp_path / f"a{suffix}") as writer:
            writer.write(white(1.0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_writing_to_a_closed_writer_is_an_error(tmp_path: Path) -> None:
    writer = AudioWriter(tmp_path / "a.wav")
    writer.abort()
    with pytest.raises(MediaError, match="is closed"):
        writer.write(white(0.1))


class FullDisk(io.FileIO):
    """A file on a disk with room for 20 kB more."""

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        if self.tell() + len(memoryview(data)) > 20_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("suffix", WRITABLE)
def test_a_full_disk_is_said_plainly_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(type(tmp_path), "open", lambda path, *_, **__: FullDisk(path, "w+"))

    def write_much() -> None:
        write(tmp_path / f"a{suffix}", white(10.0))

    with pytest.raises(MediaError, match="the disk is full"):
        write_much()
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_is_refused_with_those_that_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"\.wav, \.flac, \.mp3, \.opus, \.ogg, \.m4a"):
        AudioWriter(tmp_path / "a.xyz")


def test_bits_are_for_lossless_files_only(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="number of bits"):
        AudioWriter(tmp_path / "a.mp3", 16)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such folder"):
        AudioWriter(tmp_path / "nowhere" / "a.wav")


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(MediaError, match="is a folder"):
        AudioWriter(tmp_path / "a.wav")


def test_a_target_that_a_media_player_has_open_loses_no_sound(
    tmp_path: Path, open_files: OpenFiles
) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"an earlier render")
    open_files.hold(path)
    writer = AudioWriter(path)
    writer.write(np.full((1000, 2), 0.25, np.float32))
    with pytest.raises(
        MediaError, match=r"out\.wav: cannot be replaced .* the sound is in "
    ) as told:
        writer.close()
    part = Path(str(told.value).rpartition("the sound is in ")[2])
    assert soundfile.info(part).frames == 1000
    assert path.read_bytes() == b"an earlier render"
    writer.abort()
    assert part.exists(), "nothing removes it later"
