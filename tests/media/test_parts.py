"""The byte ranges in which a file is read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from sounds import FORMATS, tone

from soundscape.errors import MediaError
from soundscape.media.parts import WHOLE, FilePart, PartReader, file_parts
from soundscape.media.probe import probe

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
@pytest.mark.timeout(10)
def test_a_pipe_is_not_opened_as_a_sound_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    assert file_parts(str(pipe)) == [WHOLE]
    with pytest.raises(MediaError, match="is no file but a pipe or a device"):
        probe(pipe)


def test_what_is_not_there_is_whole(tmp_path: Path) -> None:
    assert file_parts(str(tmp_path / "none.wav")) == [WHOLE]


@pytest.mark.parametrize("name", FORMATS)
def test_an_ordinary_file_is_whole(tmp_path: Path, name: str) -> None:
    path = FORMATS[name].write(tmp_path / "a", tone(1, FORMATS[name].rate))
    assert file_parts(str(path)) == [WHOLE]


def test_a_part_is_read_with_its_patches(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(range(100)))
    reader = PartReader(str(path), FilePart(10, 50, ((2, b"xy"), (39, b"z"))))
    assert reader.read(100) == bytes([10, 11]) + b"xy" + bytes(range(14, 49)) + b"z"
    assert reader.read(1) == b""
    assert reader.seek(3) == 3
    assert reader.read(2) == b"y" + bytes([14])
    assert reader.seek(-1, 2) == 39
    assert reader.read(5) == b"z"
