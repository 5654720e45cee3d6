from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.errors import LibraryError
from soundscape.library.files.locate import Library, find_library, shipped_root


def made(folder: Path, *names: str) -> Path:
    for name in ("scenes/", "playlists/", *names):
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
    return folder


# Which library ------------------------------------------------------------------------------------


def test_the_library_given_comes_first(tmp_path: Path) -> None:
    given, named, here = (made(tmp_path / name) for name in "abc")
    environment = {"SOUNDSCAPE_LIBRARY": str(named)}
    assert find_library(str(given), environment, here).root == given


def test_the_variable_comes_before_the_nearest(tmp_path: Path) -> None:
    named, here = made(tmp_path / "a"), made(tmp_path / "b")
    assert find_library(None, {"SOUNDSCAPE_LIBRARY": str(named)}, here).root == named


def test_a_scene_given_by_its_path_brings_its_own_library(tmp_path: Path) -> None:
    other = made(tmp_path / "other")
    own = made(tmp_path / "own", "scenes/x.yaml").resolve()
    environment = {"SOUNDSCAPE_LIBRARY": str(other)}
    path = str(own / "scenes/x.yaml")
    assert find_library(None, environment, other, path).root == own
    assert find_library(None, {}, own / "scenes", "x.yaml").root == own
    assert find_library(str(other), {}, tmp_path, path).root == other.resolve()
    assert find_library(None, environment, other, "x").root == other.resolve()


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    here = made(tmp_path)
    assert find_library(None, {"SOUNDSCAPE_LIBRARY": ""}, here).root == here


def test_the_nearest_folder_upward_has_both_scenes_and_playlists(tmp_path: Path) -> None:
    library = made(tmp_path)
    below = library / "one" / "two"
    (library / "one" / "scenes").mkdir(parents=True)
    below.mkdir()
    assert find_library(None, {}, below).root == library


def test_without_any_it_is_the_shipped_one(tmp_path: Path) -> None:
    found = find_library(None, {}, tmp_path)
    assert found.root == shipped_root()
    assert "kap-im" in found.scenes()


def test_a_path_given_counts_from_the_current_folder(tmp_path: Path) -> None:
    made(tmp_path / "mine")
    assert find_library("mine", {}, tmp_path).root == tmp_path / "mine"


@pytest.mark.parametrize("source", ["--library", "$SOUNDSCAPE_LIBRARY"])
def test_a_library_that_is_not_there_says_who_named_it(tmp_path: Path, source: str) -> None:
    given = "nowhere" if source == "--library" else None
    with pytest.raises(LibraryError, match="nowhere") as caught:
        find_library(given, {"SOUNDSCAPE_LIBRARY": "nowhere"}, tmp_path)
    assert str(caught.value).startswith(source)


def test_a_folder_without_scenes_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="lacks scenes/"):
        find_library(str(tmp_path), {}, tmp_path)


# Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["scenes/im.yaml", "scenes/im.yml"])
def test_a_scene_is_named_by_its_stem(tmp_path: Path, name: str) -> None:
    library = Library(made(tmp_path, name))
    assert library.scene("im") == tmp_path / name


@pytest.mark.parametrize("ending", ["yaml", "yml", "m3u", "m3u8", "pls", "xspf", "M3U"])
def test_a_playlist_is_named_by_its_stem_whatever_its_kind(tmp_path: Path, ending: str) -> None:
    library = Library(made(tmp_path, f"playlists/peak.{ending}"))
    assert library.playlist("peak") == tmp_path / f"playlists/peak.{ending}"


def test_a_dot_in_a_stem_is_no_ending(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "playlists/peak.v2.yaml"))
    assert library.playlist("peak.v2") == tmp_path / "playlists/peak.v2.yaml"


@pytest.mark.parametrize("name", ["scenes/im.yaml", "im.yaml", "./scenes/im.yaml"])
def test_a_name_with_an_ending_is_a_path(tmp_path: Path, name: str) -> None:
    library = Library(made(tmp_path, "scenes/im.yaml"))
    assert library.scene(name) == tmp_path / "scenes/im.yaml"


def test_a_path_may_be_absolute(tmp_path: Path) -> None:
    library = Library(made(tmp_path / "library"))
    outside = made(tmp_path / "else", "own.yaml") / "own.yaml"
    assert library.scene(str(outside)) == outside


def test_a_scene_s_path_may_count_from_the_current_folder(tmp_path: Path) -> None:
    here = made(tmp_path / "here", "own.yaml")
    library = Library(made(tmp_path / "library"), here)
    assert library.scene("own.yaml") == here / "own.yaml"
    assert library.room("own.yaml") == here / "own.yaml"


def test_two_files_of_one_stem_are_ambiguous(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "playlists/peak.yaml", "playlists/peak.m3u"))
    with pytest.raises(LibraryError, match=r"could be peak\.m3u and peak\.yaml"):
        library.playlist("peak")
    assert library.playlist("peak.m3u").name == "peak.m3u"


def test_a_near_miss_is_suggested(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "scenes/kap-im.yaml"))
    with pytest.raises(LibraryError, match=r"no scene 'kap-in' \(did you mean 'kap-im'\?\)"):
        library.scene("kap-in")


def test_without_a_near_miss_all_are_listed(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "scenes/a.yaml", "scenes/b.yml"))
    with pytest.raises(LibraryError, match=r" has: a, b\)"):
        library.scene("zzzzzz")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "x" * 5000 + ".yaml", "a\0.yaml", "..", ""])
def test_a_text_that_can_be_no_path_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(LibraryError, match="no scene"):
        Library(made(tmp_path)).scene(name)


def test_accents_are_one_however_they_are_spelled(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "scenes/caf\u00e9.yaml"))
    assert library.scene("cafe\u0301").exists()


def test_scenes_are_listed_by_name_without_hidden_ones(tmp_path: Path) -> None:
    names = ("scenes/b.yaml", "scenes/a.yml", "scenes/.b.yaml", "scenes/notes.txt")
    assert Library(made(tmp_path, *names)).scenes() == ["a", "b"]


def test_a_library_without_a_room_has_none(tmp_path: Path) -> None:
    assert Library(made(tmp_path)).room() is None


def test_a_room_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"no room 'other\.yaml'"):
        Library(made(tmp_path)).room("other.yaml")


# Paths --------------------------------------------------------------------------------------------


def test_a_windows_path_is_understood_where_no_file_has_that_very_name(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "music/a.flac"))
    assert library.path("music\\a.flac") == tmp_path / "music/a.flac"


def test_paths_are_shown_from_the_library(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.shown(tmp_path / "music" / "a.flac") == "music/a.flac"
    assert library.shown(tmp_path.parent / "a.flac") == (tmp_path.parent / "a.flac").as_posix()


def test_a_playlist_has_one_identity_however_it_is_named(tmp_path: Path) -> None:
    library = Library(made(tmp_path, "playlists/rain.yaml"))
    named = {library.playlist_id(library.playlist(n)) for n in ("rain", "playlists/rain.yaml")}
    assert named == {"rain"}


def test_an_installed_program_s_library_lies_beside_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "soundscape"
    made(package / "shipped")
    monkeypatch.setattr("soundscape.library.files.locate._PACKAGE", package)
    assert shipped_root() == package / "shipped"


def test_a_program_without_its_library_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soundscape.library.files.locate._PACKAGE", tmp_path / "a" / "b")
    with pytest.raises(LibraryError, match="install soundscape again"):
        shipped_root()


@pytest.mark.parametrize("name", ["p.wpl", "playlists/p.wpl", "p"])
def test_a_playlist_in_a_format_that_is_not_read_is_named_as_such(
    tmp_path: Path, name: str
) -> None:
    library = Library(made(tmp_path, "playlists/p.wpl"))
    with pytest.raises(LibraryError, match="a Windows Media Player playlist, which is not read"):
        library.playlist(name)
