"""Reads cue sheets: an album in one or several files, cut into tracks.

The format is that of CDRWIN's manual: FILE, TRACK, INDEX, TITLE and PERFORMER are read, other
commands are ignored. A track lasts to the next one's INDEX 01, so a pause before a track (INDEX 00)
belongs to the track before, as on a CD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

LineColumn = tuple[int, int]

CD_FRAMES = 75
"""Frames a second in an index's time, `mm:ss:ff`."""

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_TIME = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2})")


@dataclass(slots=True)
class CueTrack:
    """A track. `start` and `end` are in seconds of its file; without `end` it lasts to the file's
    end.

    `file` is as written; `place` is the line and column of its TRACK.
    """

    file: str
    place: LineColumn
    title: str | None = None
    performer: str | None = None
    start: float | None = None
    end: float | None = None


@dataclass(slots=True)
class CueSheet:
    """A sheet's title and its tracks in order."""

    title: str | None
    tracks: list[CueTrack]


def read_cue_sheet(text: str) -> CueSheet:
    """Read a sheet. Lines that make no sense are ignored; there may be no track in it."""
    reading = _CueSheetReader()
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        words = [quoted or bare for quoted, bare in _WORDS.findall(line)]
        if words:
            reading.line(line, words, (number, len(line) - len(line.lstrip()) + 1))
    tracks = [track for track in reading.tracks if track.file]
    for track in tracks:
        track.performer = track.performer or reading.performer
    _join(tracks)
    return CueSheet(reading.title, tracks)


@dataclass(slots=True)
class _CueSheetReader:
    """The part of a sheet that has been read; `file` is that of the last FILE line."""

    title: str | None = None
    performer: str | None = None
    file: str = ""
    tracks: list[CueTrack] = field(default_factory=list)
    skipped: bool = False  # the present track holds data and no sound

    def line(self, line: str, words: list[str], place: LineColumn) -> None:
        """Read a line that is not blank."""
        match [words[0].upper(), *words[1:]]:
            case ["FILE", *_]:
                self.file = _file_name(line, words)
            case ["TRACK", _, kind, *_]:
                self.skipped = kind.upper() != "AUDIO"
                if not self.skipped:
                    self.tracks.append(CueTrack(self.file, place))
            case ["TITLE", title, *_] if not self.skipped:
                (self.tracks[-1] if self.tracks else self).title = title
            case ["PERFORMER", name, *_] if not self.skipped:
                (self.tracks[-1] if self.tracks else self).performer = name
            case ["INDEX", "01" | "1", time, *_] if self.tracks and not self.skipped:
                self.tracks[-1].file, self.tracks[-1].start = self.file, _seconds(time)
            case _:
                pass


def _join(tracks: list[CueTrack]) -> None:
    """Let each track last until the next one of its file begins. A new file starts at its
    beginning.
    """
    for track, following in pairwise(tracks):
        if following.file == track.file:
            track.end = following.start
        else:
            following.start = None


def _file_name(line: str, words: list[str]) -> str:
    """Return the name in a FILE line. Unquoted it may have spaces; the last word is the kind."""
    if '"' in line:
        return words[1] if len(words) > 1 else ""
    rest = line.split(None, 1)[1].strip() if len(line.split()) > 1 else ""
    name, _, kind = rest.rpartition(" ")
    return name.strip() if name and kind.isalnum() else rest


def _seconds(time: str) -> float | None:
    match = _TIME.fullmatch(time)
    if match is None:
        return None
    minutes, seconds, frames = map(int, match.groups())
    return minutes * 60 + seconds + frames / CD_FRAMES or None
