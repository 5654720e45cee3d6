from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.library.folders import sound_files


def names(folder: Path, *files: str) -> list[str]:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return [path.relative_to(folder).as_posix() for path in sound_files(folder)]


def test_files_come_by_name_whatever_their_case(tmp_path: Path) -> None:
    assert names(tmp_path, "b.flac", "A.mp3", "c.WAV") == ["A.mp3", "b.flac", "c.WAV"]


def test_numbers_in_names_count_as_numbers(tmp_path: Path) -> None:
    assert names(tmp_path, "10 x.mp3", "9 x.mp3", "1.mp3") == ["1.mp3", "9 x.mp3", "10 x.mp3"]


def test_folders_within_are_gone_through(tmp_path: Path) -> None:
    found = names(tmp_path, "disc 2/1.mp3", "disc 10/1.mp3", "a.mp3")
    assert found == ["a.mp3", "disc 2/1.mp3", "disc 10/1.mp3"]


def test_pictures_texts_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    assert names(tmp_path, "cover.jpg", "._a.mp3", ".git/b.mp3", "list.m3u", "a.opus") == ["a.opus"]


def test_a_folder_linked_into_itself_is_gone_through_once(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path) == ["a.mp3"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        sound_files(tmp_path / "nowhere")
