from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml


@pytest.fixture
def own(small, monkeypatch: pytest.MonkeyPatch):
    """The library of tones, one with accents in its name; the current folder is in it."""
    (small.root / "music" / "middle.wav").rename(small.root / "music" / "Ärger & Ruhe.wav")
    monkeypatch.chdir(small.root)
    return small


def imported(desk, name: str, text: str | bytes, *arguments: str):
    """Import a list that another program wrote; what became of it, as YAML."""
    path = desk.write(name, b"")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    done = desk.run_plain("import", path, "-o", "-", *arguments)
    return done, yaml.safe_load(done.out)


def test_a_list_becomes_a_playlist_of_the_library(own) -> None:
    own.write("Evening.m3u8", "#EXTM3U\n#EXTINF:20,Someone - Low\nmusic/low.wav\nmusic/high.wav\n")
    done = own.run_plain("import", "Evening.m3u8")
    assert done.code == 0, done.err
    made = own.root / "playlists" / "Evening.yaml"
    assert done.out == f"{made}: 2 tracks\n"
    assert yaml.safe_load(made.read_text("utf-8")) == {
        "name": "Evening",
        "tracks": [
            {"file": "music/low.wav", "title": "Low", "artist": "Someone"},
            {"file": "music/high.wav"},
        ],
    }
    own.write("scenes/evening.yaml", "phases: {rest: {duration: 30s, music: Evening}}\n")
    clips = own.run("plan", "evening", "--json").json["clips"]
    assert clips[0]["title"] == "Low"


STYLES = {
    "vlc.m3u": b"\xef\xbb\xbf#EXTM3U\n#EXTINF:20,Low\n../library/music/low.wav\n"
    b"#EXTINF:20,\xc3\x84rger & Ruhe\nmusic/%C3%84rger%20%26%20Ruhe.wav\n",
    "foobar.m3u8": b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:20,Low\r\nmusic\\low.wav\r\n"
    b"#EXTINF:20,\xc3\x84rger & Ruhe\r\nmusic\\\xc3\x84rger & Ruhe.wav\r\n",
    "winamp.m3u": b"#EXTM3U\r\n#EXTINF:20,Low\r\nD:\\Musik\\music\\low.wav\r\n"
    b"#EXTINF:20,\xc4rger & Ruhe\r\nD:\\Musik\\music\\\xc4rger & Ruhe.wav\r\n",
    "itunes.m3u": b"#EXTM3U\r#EXTINF:20,Low\rmusic/low.wav\r"
    b"#EXTINF:20,A\xcc\x88rger & Ruhe\rmusic/A\xcc\x88rger & Ruhe.wav\r",
    "rhythmbox.pls": b"[playlist]\nX-GNOME-Title=Evening\nNumberOfEntries=2\nFile1=music/low.wav\n"
    b"Title1=Low\nFile2=music/%C3%84rger%20&%20Ruhe.wav\nTitle2=\xc3\x84rger & Ruhe\n",
    "strawberry.xspf": (
        '<?xml version="1.0" encoding="UTF-8"?><playlist version="1" '
        'xmlns="http://xspf.org/ns/0/"><trackList>'
        "<track><location>music/low.wav</location><title>Low</title></track>"
        f"<track><location>music/{quote('Ärger & Ruhe.wav')}</location>"
        "<title>Ärger &amp; Ruhe</title></track></trackList></playlist>"
    ).encode(),
}


@pytest.mark.parametrize("name", STYLES)
def test_lists_as_other_programs_write_them_keep_titles_and_paths(own, name: str) -> None:
    done, playlist = imported(own, name, STYLES[name])
    assert done.code == 0, done.err
    files = [track["file"] for track in playlist["tracks"]]
    assert files == ["music/low.wav", "music/Ärger & Ruhe.wav"]
    titles = [track["title"] for track in playlist["tracks"]]
    assert titles[0] == "Low"
    assert titles[1].endswith("rger & Ruhe")


def test_what_is_missing_is_told_and_stands_as_a_comment_with_what_may_be_meant(own) -> None:
    text = "music/low.wav\nmusic/old/hihg.wav\nmusic/no-such-thing.flac\n"
    done, playlist = imported(own, "a.m3u8", text)
    assert done.code == 0
    assert [track["file"] for track in playlist["tracks"]] == ["music/low.wav"]
    assert "# not there; may be music/high.wav:\n  # - file: music/old/hihg.wav\n" in done.out
    assert "a.m3u8:2:1: 'music/old/hihg.wav' is not there" in done.err
    assert "'music/high.wav' may be meant" in done.err
    assert "a.m3u8:3:1: 'music/no-such-thing.flac' is not there" in done.err
    assert "may be meant" not in done.lines[-1]


def test_a_list_of_which_nothing_is_there_is_refused(own) -> None:
    own.write("a.m3u8", "gone/one.flac\n")
    done = own.run_plain("import", "a.m3u8")
    assert done.code == 1
    assert "is not there" in done.err
    assert not (own.root / "playlists" / "a.yaml").exists()


def test_a_cue_sheet_becomes_parts_of_its_file(own) -> None:
    sheet = """\
        PERFORMER "Someone"
        FILE "music/low.wav" WAVE
          TRACK 01 AUDIO
            TITLE "One"
            INDEX 01 00:00:00
          TRACK 02 AUDIO
            TITLE "Two"
            INDEX 01 00:08:37
        """
    done, playlist = imported(own, "album.cue", sheet)
    assert done.code == 0
    assert [track["title"] for track in playlist["tracks"]] == ["One", "Two"]
    assert playlist["tracks"][0]["end"] == playlist["tracks"][1]["start"] == "8.493333s"
    assert "without a gap only where a scene names the sheet" in done.err


def test_a_folder_becomes_a_playlist_of_its_files(own) -> None:
    done = own.run_plain("import", "music")
    assert done.code == 0
    made = yaml.safe_load((own.root / "playlists" / "music.yaml").read_text("utf-8"))
    assert [track["file"] for track in made["tracks"]] == [
        "music/high.wav",
        "music/low.wav",
        "music/Ärger & Ruhe.wav",
    ]


@pytest.mark.parametrize("title", ["true", "1:30", "null", "No", "- x", "a: b", '"', "#1", "Ü 🎵"])
def test_a_title_stays_the_text_that_it_was(own, title: str) -> None:
    done, playlist = imported(own, "a.m3u8", f"#EXTINF:1,{title}\nmusic/low.wav\n")
    assert playlist["tracks"][0]["title"] == title
    own.write("playlists/made.yaml", done.out)
    own.write("scenes/made.yaml", "phases: {rest: {duration: 30s, music: made}}\n")
    assert own.run("plan", "made", "--json").json["clips"][0]["title"] == title


def test_no_file_is_overwritten(own) -> None:
    own.write("a.m3u8", "music/low.wav\n")
    own.write("playlists/a.yaml", "tracks: [{file: music/high.wav}]\n")
    before = (own.root / "playlists" / "a.yaml").read_bytes()
    done = own.run_plain("import", "a.m3u8")
    assert done.code == 1
    assert "is there already" in done.err
    assert (own.root / "playlists" / "a.yaml").read_bytes() == before
    assert own.run_plain("import", "a.m3u8", "-o", "b.yaml").code == 0


def test_the_shipped_library_is_not_written_to(
    desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    (tmp_path / "a.m3u8").write_text("a.wav\n")
    done = desk.run_plain("import", "a.m3u8")
    assert done.code == 1
    assert "soundscape init" in done.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.m3u8", b"", "names no tracks"),
        ("a.xspf", b"<playlist><trackList><track>", "a.xspf"),
        ("a.pls", b"File1=x\n", "[playlist]"),
        ("a.txt", b"music/low.wav\n", "is no playlist that can be read"),
        ("a.m3u", bytes(range(256)), "a.m3u"),
    ],
)
def test_what_is_no_list_is_told_in_a_plain_line(own, name: str, content: bytes, said: str) -> None:
    (own.root / name).write_bytes(content)
    done = own.run_plain("import", name)
    assert done.code == 1
    assert said in done.err


def test_a_missing_list_and_an_empty_folder_are_told(own) -> None:
    assert "No such file" in own.run_plain("import", "none.m3u").err
    (own.root / "empty").mkdir()
    done = own.run_plain("import", "empty")
    assert done.code == 1
    assert "holds no sound file" in done.err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name is always Unicode")
def test_a_name_that_is_no_unicode_is_left_out_and_told(own) -> None:
    (own.root / "music" / "low.wav").rename(own.root / "music" / "l\udcf6w.wav")
    done = own.run_plain("import", "music")
    assert done.code == 0
    assert "music/l�w.wav: its name is not in UTF-8" in done.err
    assert done.out.endswith("2 tracks\n")
    own.write("a.m3u8", b"")
    (own.root / "a.m3u8").write_bytes(b"music/l\xf6w.wav\nmusic/high.wav\n")
    done = own.run_plain("import", "a.m3u8")
    assert done.code == 0
    assert "a.m3u8:1:1: its name is not in UTF-8" in done.err


@pytest.mark.parametrize("ending", ["m3u8", "m3u", "xspf"])
def test_what_is_exported_is_imported_as_it_was(own, ending: str, tmp_path: Path) -> None:
    own.write(
        "playlists/mine.yaml",
        """\
        name: Mine & yours
        tracks:
          - {file: music/low.wav, title: Low, artist: Someone}
          - {generate: drone, root: D2, duration: 5m}
          - {file: "music/Ärger & Ruhe.wav", title: "Ruhe <1>"}
          - {file: music/gone.wav}
        """,
    )
    target = own.root / "lists" / f"mine.{ending}"
    done = own.run_plain("export", "mine", "-o", target)
    assert done.code == 0, done.err
    assert "track 2: generated sound has no file" in done.err
    assert "track 4: 'music/gone.wav' is not there" in done.err
    back = own.run_plain("import", target, "-o", "-")
    assert yaml.safe_load(back.out) == {
        "name": "Mine & yours",
        "tracks": [
            {"file": "music/low.wav", "title": "Low", "artist": "Someone"},
            {"file": "music/Ärger & Ruhe.wav", "title": "Ruhe <1>"},
        ],
    }


def test_an_export_needs_a_known_ending_and_a_file(own) -> None:
    assert ".xspf" in own.run_plain("export", "small", "-o", "x.doc").err
    own.write("playlists/made.yaml", "tracks: [{generate: drone, root: D2, duration: 5m}]\n")
    done = own.run_plain("export", "made", "-o", "x.m3u8")
    assert done.code == 1
    assert "names no sound file" in done.err
    assert own.run_plain("export", "none", "-o", "x.m3u8").code == 1
