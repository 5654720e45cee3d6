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
