from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.errors import FileProblems, Problem
from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import (
    MOST_LOOKED_FOR,
    ListedPlaylist,
    read_playlist_file,
)

FOLDER = Path("/music/lists").absolute()


def read(name: str, text: str | bytes, folder: Path = FOLDER) -> ListedPlaylist:
    data = text.encode() if isinstance(text, str) else text
    return read_playlist_file(data, folder / name, f"playlists/{name}")


def files(name: str, text: str | bytes, folder: Path = FOLDER) -> list[str]:
    return [Path(track.file or "").as_posix() for track in read(name, text, folder).model.tracks]


def faults(name: str, text: str | bytes) -> list[str]:
    with pytest.raises(FileProblems) as caught:
        read(name, text)
    return [str(problem) for problem in caught.value.problems]


def inside(*names: str) -> list[str]:
    return [(FOLDER / name).as_posix() for name in names]


# M3U ----------------------------------------------------------------------------------------------


def test_m3u_paths_count_from_the_playlist_s_folder() -> None:
    assert files("a.m3u", "one.mp3\nsub/two.flac\n") == inside("one.mp3", "sub/two.flac")


def test_m3u_blank_lines_and_comments_are_passed_over() -> None:
    assert files("a.m3u", "#EXTM3U\n\n# mine\n  a.mp3  \r\n#EXTGRP:x\rb.mp3") == inside(
        "a.mp3", "b.mp3"
    )


def test_extinf_has_artist_and_title() -> None:
    track = read("a.m3u", "#EXTINF:123,An Artist - A - Title\na.mp3\n").model.tracks[0]
    assert (track.artist, track.title) == ("An Artist", "A - Title")


@pytest.mark.parametrize("said", ["Song", "- Song", "Song - "])
def test_extinf_without_an_artist_is_a_title(said: str) -> None:
    track = read("a.m3u", f"#EXTINF:-1,{said}\na.mp3\n").model.tracks[0]
    assert (track.artist, track.title) == (None, said.strip())


def test_extinf_attributes_with_commas_are_no_title() -> None:
    text = '#EXTINF:5 tvg-id="a,b" logo="c",Real\na.mp3\n'
    assert read("a.m3u", text).model.tracks[0].title == "Real"


def test_extinf_counts_for_the_next_track_alone() -> None:
    tracks = read("a.m3u", "#EXTINF:1,A\na.mp3\nb.mp3\n").model.tracks
    assert [track.title for track in tracks] == ["A", None]


def test_a_garbled_extinf_is_passed_over() -> None:
    assert read("a.m3u", "#EXTINF:what\na.mp3\n").model.tracks[0].title is None


def test_other_encodings_are_tried_for_what_they_change_and_not_after_many_missing_files(tmp_path):
    tried = []

    class Counted(PathSearch):
        def find(self, spellings, base, **more):
            tried.append(len(spellings))
            return super().find(spellings, base, **more)

    lines = ["plain.mp3", *(f"{number} \xe9.mp3" for number in range(MOST_LOOKED_FOR))]
    data = "\n".join(lines).encode("latin-1")
    read_playlist_file(data, tmp_path / "a.m3u", "a.m3u", Counted(tmp_path))
    first, *middle, last = tried[-len(lines) :]
    assert (first, last) == (1, 1)
    assert min(middle) > 5


def test_a_line_of_blanks_before_a_title_is_read_in_one_pass():
    blanks = " " * (1 << 18)
    assert read("a.m3u", f"#EXTINF:{blanks}x\na.mp3\n").model.tracks[0].title is None
    assert read("a.m3u", f"#EXTINF:1{blanks},A\na.mp3\n").model.tracks[0].title == "A"


def test_m3u_has_a_name_of_its_own() -> None:
    assert read("a.m3u", "#PLAYLIST:Evening\na.mp3\n").model.name == "Evening"


def test_m3u_may_be_utf_8_with_a_mark_or_latin_1() -> None:
    assert files("a.m3u", "\ufeffcafé.mp3".encode()) == inside("café.mp3")
    assert files("a.m3u", "café.mp3".encode("latin-1")) == inside("café.mp3")


def test_m3u8_is_read_in_an_older_encoding_where_it_is_not_utf_8() -> None:
    assert files("a.m3u8", "\ufeff#EXTM3U\ncafé.mp3".encode()) == inside("café.mp3")
    assert files("a.m3u8", b"a.mp3\ncaf\xe9.mp3") == inside("a.mp3", "café.mp3")


def test_backslashes_are_windows_separators() -> None:
    assert files("a.m3u", "sub\\..\\two.mp3") == inside("sub/../two.mp3")


def test_a_name_with_a_backslash_in_it_is_found_where_it_exists(tmp_path: Path) -> None:
    real = tmp_path / "a\\b.mp3"
    real.parent.mkdir(exist_ok=True)
    real.write_bytes(b"x")
    assert files("a.m3u", "a\\b.mp3", tmp_path) == [real.as_posix()]


def test_percent_signs_in_m3u_are_just_that() -> None:
    assert files("a.m3u", "100%20.mp3") == inside("100%20.mp3")


@pytest.mark.parametrize("url", ["file:///abs/my%20song.mp3", "FILE://localhost/abs/my%20song.mp3"])
def test_file_urls_are_decoded(url: str) -> None:
    assert files("a.m3u", url)[0].endswith("/abs/my song.mp3")


def test_a_file_url_may_have_a_drive() -> None:
    assert files("a.m3u", "file:///C:/m/a%23.mp3")[0].endswith("C:/m/a#.mp3")


@pytest.mark.parametrize(
    "url",
    ["http://radio.example/live", "https://x/y.mp3", "rtsp://z", "spotify:track:1", "cdda:///1"],
)
def test_a_stream_is_a_warning_with_the_reason_and_the_files_play(url: str) -> None:
    found = read("a.m3u", f"ok.mp3\n  {url}\n")
    assert files("a.m3u", f"ok.mp3\n  {url}\n") == inside("ok.mp3")
    (warning,) = found.warnings
    assert warning.severity == "warning"
    assert str(warning).startswith(f"playlists/a.m3u:2:3: '{url}' is not a file and is left out")


def test_every_stream_is_named() -> None:
    assert len(read("a.m3u", "http://a/1\nhttp://a/2\n").warnings) == 2


def test_a_colon_in_a_file_s_name_is_no_url_where_the_file_exists(tmp_path: Path) -> None:
    (tmp_path / "Suite: One.mp3").write_bytes(b"x")
    assert files("a.m3u", "Suite: One.mp3", tmp_path) == [(tmp_path / "Suite: One.mp3").as_posix()]


@pytest.mark.parametrize("name", ["a.m3u", "a.m3u8", "a.pls"])
def test_a_control_character_in_a_path_leaves_the_line_out(name: str) -> None:
    text = "[playlist]\nFile1=a\0b.mp3" if name.endswith("pls") else "\na\0b.mp3"
    assert "control character (0x00)" in read(name, text).warnings[0].message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.m3u", ""),
        ("a.m3u", "#EXTM3U\n"),
        ("a.pls", "[playlist]\nNumberOfEntries=0\n"),
        ("a.xspf", "<playlist version='1'><trackList/></playlist>"),
    ],
)
def test_a_playlist_without_tracks_is_a_fault(name: str, text: str) -> None:
    assert faults(name, text) == [f"playlists/{name}:1:1: names no tracks: add at least one"]


def test_a_place_is_that_of_the_track() -> None:
    found = read("a.m3u", "#EXTM3U\na.mp3\n\n b.mp3\n")
    assert found.place(("tracks", 1, "file")) == (4, 2)
    assert str(found.problem(("tracks", 0), "is not there")) == "playlists/a.m3u:2:1: is not there"
    assert found.problem((), "x").line == 1


def test_a_playlist_may_not_be_without_end() -> None:
    assert "over 16 MiB" in faults("a.m3u", b"a" * ((16 << 20) + 1))[0]


# Files that are there ----------------------------------------------------------------------------


def test_a_name_that_begins_with_a_hash_is_a_track_where_the_file_exists(tmp_path: Path) -> None:
    (tmp_path / "#1 Stille.mp3").write_bytes(b"x")
    text = "#EXTM3U\n#1 Stille.mp3\n#2 Fehlt.mp3\n# a comment\n"
    assert files("a.m3u", text, tmp_path) == [(tmp_path / "#1 Stille.mp3").as_posix()]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize("ending", ["m3u", "m3u8", "pls", "cue"])
def test_every_unicode_is_read(tmp_path: Path, encoding: str, ending: str) -> None:
    if encoding == "utf-32":
        encoding = "utf-32"
    (tmp_path / "Flötentöne.mp3").write_bytes(b"x")
    text = {
        "pls": "[playlist]\r\nFile1=Flötentöne.mp3\r\n",
        "cue": 'FILE "Flötentöne.mp3" MP3\r\n  TRACK 01 AUDIO\r\n    INDEX 01 00:00:00\r\n',
    }.get(ending, "#EXTM3U\r\nFlötentöne.mp3\r\n")
    data = text.encode(encoding)
    assert files(f"a.{ending}", data, tmp_path) == [(tmp_path / "Flötentöne.mp3").as_posix()]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Œuvre – 1.mp3"),
        ("cp1250", "Łódź.mp3"),
        ("cp1251", "Вечер.mp3"),
        ("cp932", "夜の音.mp3"),
        ("gb18030", "宁静.mp3"),
        ("latin-1", "Übung.mp3"),
    ],
)
def test_the_code_page_counts_under_which_the_files_exist(
    tmp_path: Path, encoding: str, name: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    found = read("a.m3u", f"#EXTM3U\n{name}\nplain.mp3\n".encode(encoding), tmp_path)
    assert Path(found.model.tracks[0].file or "") == tmp_path / name
    assert len(found.warnings) == 1
    assert "is not in UTF-8: read as" in found.warnings[0].message


def test_how_files_were_found_is_told_once(tmp_path: Path) -> None:
    for name in ("Eins.mp3", "zwei x.mp3", "Drei.mp3"):
        (tmp_path / name).write_bytes(b"x")
    found = read("a.m3u", "Drei.mp3\nEINS.MP3\nzwei%20x.mp3\n", tmp_path)
    assert [Path(t.file or "").name for t in found.model.tracks] == [
        "Drei.mp3",
        "Eins.mp3",
        "zwei x.mp3",
    ]
    (warning,) = found.warnings
    assert str(warning) == (
        "playlists/a.m3u:2:1: 'EINS.MP3' is found as 'Eins.mp3', in another case; "
        "so is 1 more of this list"
    )


# Cue sheets ---------------------------------------------------------------------------------------

CUE = """PERFORMER "Band"
TITLE "Album"
FILE "album.wav" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    PERFORMER "Guest"
    INDEX 00 03:58:00
    INDEX 01 04:00:37
"""


def test_a_cue_sheet_s_tracks_go_on_from_one_another(tmp_path: Path) -> None:
    (tmp_path / "album.flac").write_bytes(b"x")
    found = read("a.cue", CUE, tmp_path)
    one, two = found.model.tracks
    assert found.model.name == "Album"
    assert (one.title, one.artist, one.start) == ("One", "Band", None)
    assert (two.title, two.artist, two.end) == ("Two", "Guest", None)
    assert one.end == two.start == 240 + 37 / 75
    assert found.continued == {1}
    assert Path(one.file or "").name == Path(two.file or "").name == "album.flac"
    assert "with another ending" in found.warnings[0].message


def test_a_sheet_of_one_file_finds_the_file_of_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(b"x")
    text = CUE.replace("album.wav", "CDImage.wav")
    assert Path(read("a.cue", text, tmp_path).model.tracks[0].file or "").name == "a.flac"


# PLS ----------------------------------------------------------------------------------------------


def test_pls_tracks_come_by_number_with_their_titles() -> None:
    text = "[playlist]\nFile2=b.mp3\nTitle1=First\nfile1=a.mp3\nLength1=3\nVersion=2\n"
    found = read("a.pls", text)
    assert [track.title for track in found.model.tracks] == ["First", None]
    assert files("a.pls", text) == inside("a.mp3", "b.mp3")
    assert found.place(("tracks", 0)) == (4, 1)


def test_pls_begins_with_its_heading() -> None:
    assert faults("a.pls", "; mine\n\nFile1=a.mp3\n")[0].startswith(
        "playlists/a.pls:3:1: not a PLS playlist"
    )


def test_a_pls_number_may_not_come_twice() -> None:
    found = faults("a.pls", "[Playlist]\nFile1=a.mp3\nFile1=b.mp3\n")
    assert found == ["playlists/a.pls:3:1: File1 is written twice (first in line 2)"]


# XSPF ---------------------------------------------------------------------------------------------

XSPF = """<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
  <title>Evening</title>
  <trackList>
    <track>
      <location>my%20song.mp3</location>
      <creator>Somebody</creator><title>Rock &amp; Sand</title>
      <extension application="x"><title>not this</title></extension>
    </track>
    <track><location>file:///abs/b.mp3</location></track>
  </trackList>
</playlist>
"""


def test_xspf_has_titles_creators_and_encoded_paths() -> None:
    found = read("a.xspf", XSPF).model
    assert found.name == "Evening"
    assert (found.tracks[0].artist, found.tracks[0].title) == ("Somebody", "Rock & Sand")
    assert files("a.xspf", XSPF)[0] == (FOLDER / "my song.mp3").as_posix()
    assert files("a.xspf", XSPF)[1].endswith("/abs/b.mp3")


def test_an_xspf_stream_is_named_at_its_place() -> None:
    text = XSPF.replace("my%20song.mp3", "https://a/b.mp3")
    assert str(read("a.xspf", text).warnings[0]).startswith("playlists/a.xspf:6:")


def test_an_xspf_track_without_a_location_is_a_warning() -> None:
    text = XSPF.replace("<location>my%20song.mp3</location>", "")
    assert len(files("a.xspf", text)) == 1
    assert "without a location" in read("a.xspf", text).warnings[0].message


def test_of_several_locations_the_one_that_is_there_counts(tmp_path: Path) -> None:
    (tmp_path / "there.mp3").write_bytes(b"x")
    text = XSPF.replace(
        "<location>my%20song",
        "<location>http://a/b.mp3</location><location>gone.mp3</location><location>there",
    ).replace("there%20song", "there")
    assert files("a.xspf", text, tmp_path)[0] == (tmp_path / "there.mp3").as_posix()


def test_xml_base_is_where_locations_count_from(tmp_path: Path) -> None:
    (tmp_path / "one two").mkdir()
    (tmp_path / "one two" / "a b.mp3").write_bytes(b"x")
    text = (
        "<playlist version='1' xml:base='one%20two/'><trackList>"
        "<track><location>a%20b.mp3</location></track></trackList></playlist>"
    )
    assert files("a.xspf", text, tmp_path) == [(tmp_path / "one two/a b.mp3").as_posix()]


def test_what_is_wrong_with_the_xml_says_where() -> None:
    assert faults("a.xspf", "<playlist>\n  <trackList>\n</playlist>")[0].startswith(
        "playlists/a.xspf:3:3: not readable as XML: mismatched tag"
    )


# Whatever stands in it ----------------------------------------------------------------------------


@given(
    st.sampled_from(["a.m3u", "a.m3u8", "a.pls", "a.xspf"]),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.text("[playlist]\nFe1=<>#:/\\%\"' .", max_size=80).map(
            lambda t: f"[playlist]\n{t}".encode()
        ),
        st.text("<>/='\" \n&;trackListon", max_size=80).map(lambda t: f"<playlist>{t}".encode()),
    ),
)
def test_any_bytes_give_tracks_or_problems_with_a_place(name: str, data: bytes) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        found = read_playlist_file(data, FOLDER / name, name)
        assert len(found.model.tracks) == len(found.places)
        assert found.places or found.warnings
        problems = found.warnings
    except FileProblems as error:
        problems = error.problems
    assert all(p.line >= 1 and p.column >= 1 and "\n" not in p.message for p in problems)


GOOD = {
    "a.m3u8": "#EXTM3U\n#PLAYLIST:One\n#EXTINF:12,Someone - Something\nmusic/a.flac\n",
    "a.pls": "[playlist]\nFile1=music/a.flac\nTitle1=a\nLength1=12\nNumberOfEntries=1\n",
    "a.xspf": (
        "<?xml version='1.0' encoding='UTF-8'?><playlist version='1' "
        "xmlns='http://xspf.org/ns/0/'><title>One</title><trackList><track>"
        "<location>file:///music/a%20b.flac</location><duration>12000</duration>"
        "<title>a</title></track></trackList></playlist>"
    ),
}
SLIPS = st.tuples(
    st.floats(0.0, 1.0),
    st.integers(0, 12),
    st.text(max_size=6)
    | st.sampled_from(["&", "<!DOCTYPE a [", "%ZZ", "file:", "\0", "-1", "]]>"]),
)


@given(st.sampled_from(sorted(GOOD)), st.lists(SLIPS, min_size=1, max_size=4))
def test_a_good_playlist_with_any_slips_gives_tracks_or_problems_with_a_place(
    name: str, slips: list[tuple[float, int, str]]
) -> None:
    text = GOOD[name]
    for place, cut, put in slips:
        at = round(place * len(text))
        text = text[:at] + put + text[at + cut :]
    problems: tuple[Problem, ...] = ()
    try:
        problems = read_playlist_file(text.encode("utf-8", "replace"), FOLDER / name, name).warnings
    except FileProblems as error:
        problems = error.problems
    assert all(p.line >= 1 and p.column >= 1 and str(p).isprintable() for p in problems)
