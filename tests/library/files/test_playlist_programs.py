"""Lists as programs write them, by their conventions: every entry that exists is found."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import read_playlist_file

NAMES = (
    "Musik/Anna Müller/Über Nacht/01 Stille & Licht.flac",
    "Musik/Anna Müller/Über Nacht/02 100% rein #1.flac",
    "Musik/Łukasz/Żółw.mp3",
)
XSPF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>{}</trackList></playlist>'
)


def backslashes(name: str) -> str:
    return name.replace("/", "\\")


def lines(*entries: str, end: str = "\n", head: str = "#EXTM3U") -> str:
    return end.join([head, *entries, ""])


def pls(*entries: str) -> str:
    files = [f"File{number}={entry}" for number, entry in enumerate(entries, 1)]
    return "\r\n".join(["[playlist]", *files, f"NumberOfEntries={len(entries)}", "Version=2", ""])


def xspf(*locations: str) -> str:
    return XSPF.format("".join(f"<track><location>{one}</location></track>" for one in locations))


CUE = 'FILE "..\\{}.wav" WAVE\r\n  TRACK 01 AUDIO\r\n    INDEX 01 00:00:00\r\n'

PROGRAMS: dict[str, tuple[str, str, str]] = {
    "VLC, M3U8": ("m3u8", lines(*[f"../{quote(n)}" for n in NAMES]), "utf-8"),
    "VLC, XSPF": (
        "xspf",
        xspf(*[f"file:///home/anna/{quote(n)}" for n in NAMES]),
        "utf-8",
    ),
    "Winamp, same drive": (
        "m3u8",
        lines(*[f"\\{backslashes(n)}" for n in NAMES], end="\r\n"),
        "utf-8-sig",
    ),
    "MediaMonkey, drive": ("m3u8", lines(*[f"K:\\{backslashes(n)}" for n in NAMES]), "utf-8"),
    "foobar2000, relative": (
        "m3u8",
        lines(*[f"..\\{backslashes(n)}" for n in NAMES], end="\r\n", head="#"),
        "utf-8-sig",
    ),
    "Windows Media Player, M3U": (
        "m3u",
        lines(*[f"..\\{backslashes(n)}" for n in NAMES[:2]], end="\r\n"),
        "cp1252",
    ),
    "iTunes, UTF-16": (
        "m3u",
        lines(*[f"/Volumes/Platte/iTunes Media/{n}" for n in NAMES], end="\r"),
        "utf-16",
    ),
    "Rhythmbox, PLS": (
        "pls",
        pls(*[f"file:///media/usb/{quote(n)}" for n in NAMES]),
        "utf-8",
    ),
    "Clementine, XSPF": ("xspf", xspf(*[f"../{quote(n)}" for n in NAMES]), "utf-8"),
    "network player, UNC": (
        "m3u8",
        lines(*[f"\\\\nas\\share\\{backslashes(n)}" for n in NAMES]),
        "utf-8",
    ),
    "Windows in Polish": ("m3u", lines(f"D:\\{backslashes(NAMES[2])}"), "cp1250"),
    "Exact Audio Copy": (
        "cue",
        CUE.format(backslashes(NAMES[0])[:-5]),
        "cp1252",
    ),
    "mixed case of Windows": ("m3u8", lines(*[f"../{n.upper()}" for n in NAMES[1:2]]), "utf-8"),
}


CODE_PAGES = {
    "cp1252": "naïve",
    "cp1250": "žluť",
    "cp1251": "песня",
    "cp932": "日本",
    "gb18030": "中文",
    "cp949": "한국",
    "cp950": "中文歌",
    "cp1253": "ελλάς",
    "cp1254": "şarkı",
    "cp1255": "שלום",
    "cp1256": "سلام",
    "cp1257": "žąsys",
    "koi8-r": "песня",
    "mac-roman": "café",
    "cp850": "café",
    "cp866": "песня",
    "utf-16-le": "плач",
    "utf-16-be": "café",
}


def found_files(root: Path, ending: str, data: bytes) -> list[Path]:
    """The files of a list's entries that are there."""
    path = root / "playlists" / f"list.{ending}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    tracks = read_playlist_file(data, path, path.name, PathSearch(root)).model.tracks
    return [Path(track.file) for track in tracks if track.file and Path(track.file).is_file()]


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")


@pytest.mark.parametrize("page", CODE_PAGES)
@pytest.mark.parametrize("ending", ["m3u", "pls", "cue"])
def test_the_encoding_is_the_one_in_which_the_files_exist(
    tmp_path: Path, page: str, ending: str
) -> None:
    name = f"music/{CODE_PAGES[page]} 1.flac"
    put(tmp_path, name)
    text = {
        "m3u": f"#EXTM3U\r\n..\\{backslashes(name)}\r\n",
        "pls": pls(f"..\\{backslashes(name)}"),
        "cue": CUE.format(backslashes(name)[:-5]),
    }[ending]
    (found,) = found_files(tmp_path, ending, text.encode(page))
    assert found.samefile(tmp_path / name)


def test_a_sheet_apart_from_its_album_is_found_by_the_end_of_its_path(tmp_path: Path) -> None:
    put(tmp_path, "music/Anna/Über Nacht.flac")
    sheet = 'FILE "Über Nacht.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n'
    assert len(found_files(tmp_path, "cue", sheet.encode("cp1252"))) == 1


def test_names_that_begin_as_a_comment_or_directive_are_names_where_they_exist(
    tmp_path: Path,
) -> None:
    put(tmp_path, "playlists/#1 hit.mp3", "playlists/#EXTREME.mp3", "playlists/#PLAYLIST.mp3")
    text = lines("#EXTINF:3,A - B", "#1 hit.mp3", "#EXTREME.mp3", "#PLAYLIST.mp3", "# no.mp3")
    assert len(found_files(tmp_path, "m3u", text.encode())) == 3


def test_a_path_in_quotes_is_found(tmp_path: Path) -> None:
    put(tmp_path, "music/a b.mp3")
    assert len(found_files(tmp_path, "m3u", b'"../music/a b.mp3"\n')) == 1


@pytest.mark.timeout(60)
def test_a_very_long_list_is_read_in_seconds(tmp_path: Path) -> None:
    put(tmp_path, *[f"music/ä{number}.mp3" for number in range(2000)])
    text = lines(*[f"..\\Music\\ä{number}.MP3" for number in range(2000)] * 3)
    assert len(found_files(tmp_path, "m3u", text.encode("cp1250"))) == 6000


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_entry_of_a_program_s_list_is_found(tmp_path: Path, program: str) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    ending, text, encoding = PROGRAMS[program]
    path = tmp_path / "playlists" / f"list.{ending}"
    path.parent.mkdir()
    path.write_bytes(text.encode(encoding))
    found = read_playlist_file(path.read_bytes(), path, path.name, PathSearch(tmp_path))
    assert found.model.tracks
    for track in found.model.tracks:
        assert track.file is not None
        assert Path(track.file).is_file(), track.file
