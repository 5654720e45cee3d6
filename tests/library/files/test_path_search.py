from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from soundscape.library.files.path_search import (
    CASE,
    FORM,
    PERCENT,
    TAIL,
    Match,
    Miss,
    PathSearch,
    Spelling,
    spellings,
    tail_parts,
)


def made(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def find(root: Path, text: str, base: str = "playlists", *, url: bool = False) -> Match | Miss:
    (root / base).mkdir(parents=True, exist_ok=True)
    return PathSearch(root).find(spellings([Spelling(text)], url=url), root / base)


def test_what_is_written_comes_before_what_it_might_mean(tmp_path: Path) -> None:
    made(tmp_path, "music/50%25.mp3", "music/50%.mp3")
    found = find(tmp_path, "../music/50%25.mp3")
    assert isinstance(found, Match)
    assert (found.path.name, found.how) == ("50%25.mp3", "")


def test_in_a_url_the_decoded_name_comes_first(tmp_path: Path) -> None:
    made(tmp_path, "music/50%25.mp3", "music/50%.mp3")
    found = find(tmp_path, "../music/50%25.mp3", url=True)
    assert isinstance(found, Match)
    assert (found.path.name, found.how) == ("50%.mp3", "")


@pytest.mark.parametrize("text", ["caf%C3%A9.mp3", "caf%E9.mp3", "caf%e9.mp3"])
def test_percent_signs_are_decoded_as_utf_8_or_by_a_code_page(tmp_path: Path, text: str) -> None:
    made(tmp_path, "music/café.mp3")
    found = find(tmp_path, f"../music/{text}")
    assert isinstance(found, Match)
    assert (found.path.name, found.how) == ("café.mp3", PERCENT)


@pytest.mark.parametrize(("disk", "listed"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_accents_may_be_in_either_form_in_folders_too(
    tmp_path: Path, disk: str, listed: str
) -> None:
    name = "Café Größe/Über.mp3"
    made(tmp_path, "music/" + unicodedata.normalize(disk, name))  # type: ignore[arg-type]
    found = find(tmp_path, "../music/" + unicodedata.normalize(listed, name))  # type: ignore[arg-type]
    assert isinstance(found, Match)
    assert found.how in {FORM, ""}  # some file systems take both


def test_another_case_counts_where_one_file_fits(tmp_path: Path) -> None:
    made(tmp_path, "Musik/Abend/Ruhe.mp3")
    found = find(tmp_path, "../musik/ABEND/ruhe.MP3")
    assert isinstance(found, Match)
    assert (found.path, found.how) == (tmp_path / "Musik/Abend/Ruhe.mp3", CASE)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that tells cases apart")
def test_of_two_cases_none_is_taken_and_both_are_offered(tmp_path: Path) -> None:
    made(tmp_path, "music/Ruhe.mp3", "music/ruhe.mp3")
    found = find(tmp_path, "../music/RUHE.mp3")
    assert isinstance(found, Miss)
    assert sorted(path.name for path in found.candidates) == ["Ruhe.mp3", "ruhe.mp3"]


@pytest.mark.parametrize(
    "text",
    [
        "D:\\Musik\\Anna\\Nebel.mp3",
        "\\\\server\\share\\Anna\\Nebel.mp3",
        "/Volumes/USB/Anna/Nebel.mp3",
        "/media/user/stick/anna/nebel.mp3",
        "file:///D:/Anna/Nebel.mp3",
        "file://localhost/D|/Anna/Nebel.mp3",
        "file:/D:/Anna/Nebel.mp3",
        "file://server/share/Anna/Nebel.mp3",
        "Z:Anna/Nebel.mp3",
        "../../elsewhere/Anna/Nebel.mp3",
    ],
)
def test_a_path_of_another_machine_is_found_by_its_tail(tmp_path: Path, text: str) -> None:
    made(tmp_path, "music/Anna/Nebel.mp3", "music/Berta/Nebel.mp3")
    found = find(tmp_path, text)
    assert isinstance(found, Match)
    assert found.path == tmp_path / "music/Anna/Nebel.mp3"
    assert found.how.endswith(TAIL)


def test_tails_that_fit_equally_are_offered(tmp_path: Path) -> None:
    made(tmp_path, "music/a/Nebel.mp3", "music/b/Nebel.mp3")
    found = find(tmp_path, "C:/x/Nebel.mp3")
    assert isinstance(found, Miss)
    assert len(found.candidates) == 2


def test_a_name_that_every_album_has_is_not_taken_by_the_name_alone(tmp_path: Path) -> None:
    made(tmp_path, "music/Anna/Track 01.mp3")
    assert find(tmp_path, "C:/Berta/Track 01.mp3") == Miss()
    assert isinstance(find(tmp_path, "C:/Anna/Track 01.mp3"), Match)


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")
def test_a_name_on_disk_that_is_not_utf_8_is_found_by_its_letters(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "music") + b"/caf\xe9.mp3")).write_bytes(b"x")
    assert isinstance(find(tmp_path, "../music/café.mp3"), Match)


def test_what_is_nowhere_is_a_miss(tmp_path: Path) -> None:
    assert find(tmp_path, "../music/gone.mp3") == Miss()
    assert find(tmp_path, "") == Miss()
    assert find(tmp_path, "..") == Miss() or isinstance(find(tmp_path, ".."), Match)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("music/arrival", ""),
        ("Music/ARRIVAL", CASE),
        ("music/caf%C3%A9", PERCENT),
        (unicodedata.normalize("NFD", "music/café"), FORM),
        (r"D:\old\music\arrival", TAIL),
        ("/Volumes/Disk/music/arrival/", TAIL),
    ],
)
def test_a_folder_is_found_by_the_same_steps(tmp_path: Path, text: str, how: str) -> None:
    made(tmp_path, "music/arrival/1.mp3", "music/café/2.mp3", "other/arrival")
    search = PathSearch(tmp_path)
    found = search.find(spellings([Spelling(text)]), tmp_path, folder=True)
    assert isinstance(found, Match)
    assert found.path.is_dir()
    assert found.how == how


def test_two_folders_that_fit_equally_are_offered(tmp_path: Path) -> None:
    made(tmp_path, "a/peak/1.mp3", "b/peak/1.mp3")
    search = PathSearch(tmp_path)
    found = search.find(spellings([Spelling("/elsewhere/peak")]), tmp_path, folder=True)
    assert isinstance(found, Miss)
    assert sorted(one.parent.name for one in found.candidates) == ["a", "b"]


def test_what_leads_out_of_a_path_is_no_part_of_its_tail():
    assert tail_parts("C:/music/../a/./../b/c.mp3") == ["b", "c.mp3"]
    assert tail_parts("../" * (1 << 18) + "c.mp3") == ["c.mp3"]
