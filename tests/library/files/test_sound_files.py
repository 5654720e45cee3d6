from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.library.files.sound_files import _natural, sound_files


def found(folder: Path, unread: list[str] | None = None) -> list[Path]:
    return sound_files(
        folder, lambda path, _error: [] if unread is None else unread.append(path.name)
    )


def names(folder: Path, *files: str) -> list[str]:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return [path.relative_to(folder).as_posix() for path in found(folder)]


def test_files_come_by_name_whatever_their_case(tmp_path: Path) -> None:
    assert names(tmp_path, "b.flac", "A.mp3", "c.WAV") == ["A.mp3", "b.flac", "c.WAV"]


def test_numbers_in_names_count_as_numbers(tmp_path: Path) -> None:
    assert names(tmp_path, "10 x.mp3", "9 x.mp3", "1.mp3") == ["1.mp3", "9 x.mp3", "10 x.mp3"]


@given(st.lists(st.text("aé ٣0129", min_size=1, max_size=6), min_size=2, max_size=2))
def test_two_names_come_as_their_numbers_and_texts_do(pair: list[str]) -> None:
    def pieces(name: str) -> list[tuple[int, int, str]]:
        split = re.split(r"(\d+)", name)
        return [(0, int(one), "") if one.isdecimal() else (1, 0, one) for one in split]

    first, second = pair
    assert (_natural(first) < _natural(second)) == (pieces(first) < pieces(second))


def test_folders_within_are_gone_through(tmp_path: Path) -> None:
    listed = names(tmp_path, "disc 2/1.mp3", "disc 10/1.mp3", "a.mp3")
    assert listed == ["a.mp3", "disc 2/1.mp3", "disc 10/1.mp3"]


def test_pictures_texts_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    assert names(tmp_path, "cover.jpg", "._a.mp3", ".git/b.mp3", "list.m3u", "a.opus") == ["a.opus"]


def test_a_folder_linked_into_itself_is_gone_through_once(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path) == ["a.mp3"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        found(tmp_path / "nowhere")


def test_a_link_that_leads_to_itself_or_nowhere_is_a_file_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "loop.mp3").symlink_to("loop.mp3")
    (tmp_path / "gone.mp3").symlink_to("nowhere")
    assert names(tmp_path, "a.mp3") == ["a.mp3", "gone.mp3", "loop.mp3"]


def test_a_folder_within_that_cannot_be_read_is_told_and_the_rest_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(tmp_path, "a.mp3", "closed/b.mp3", "open/c.mp3")
    listing = os.scandir

    def denied(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return listing(path)

    monkeypatch.setattr(os, "scandir", denied)
    unread: list[str] = []
    assert [path.name for path in found(tmp_path, unread)] == ["a.mp3", "c.mp3"]
    assert unread == ["closed"]


def test_of_two_links_to_a_folder_the_first_by_name_counts(tmp_path: Path) -> None:
    names(tmp_path / "music", "z/1.mp3")
    for name in ("y", "b", "x"):
        (tmp_path / "music" / name).symlink_to(tmp_path / "music/z", target_is_directory=True)
    assert names(tmp_path / "music") == ["b/1.mp3"]
