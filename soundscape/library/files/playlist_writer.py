"""Playlists for other programs: M3U and XSPF, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape

UNKNOWN = -1.0
"""The length of a track whose length is not known; the M3U format says it so."""


@dataclass(frozen=True, slots=True)
class WrittenTrack:
    """A track of a list. `path` is empty where it has no file; `seconds` is its length."""

    path: str
    title: str
    artist: str = ""
    seconds: float = UNKNOWN
    annotation: str = ""

    @property
    def named(self) -> str:
        """Artist and title on one line."""
        return f"{self.artist} - {self.title}" if self.artist else self.title


def m3u(title: str, tracks: Sequence[WrittenTrack]) -> str:
    """As an extended M3U playlist. What has no file stands in a comment."""
    lines = ["#EXTM3U", f"#PLAYLIST:{title}"]
    for track in tracks:
        if not track.path:
            lines.append(f"# {': '.join(filter(None, (track.annotation, track.named)))}")
            continue
        if track.annotation:
            lines.append(f"# {track.annotation}")
        lines += [f"#EXTINF:{round(track.seconds)},{track.named}", track.path]
    return "\n".join(lines) + "\n"


def xspf(title: str, tracks: Sequence[WrittenTrack]) -> str:
    """As an XSPF playlist."""
    listed = "\n".join(map(_xspf_track, tracks))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<playlist version="1" xmlns="http://xspf.org/ns/0/">\n'
        f"<title>{escape(title)}</title>\n<trackList>\n{listed}\n</trackList>\n</playlist>\n"
    )


def _xspf_track(track: WrittenTrack) -> str:
    parts = [("location", quote(track.path)), ("title", track.title), ("creator", track.artist),
             ("annotation", track.annotation)]  # fmt: skip
    if track.seconds != UNKNOWN:
        parts.append(("duration", str(round(track.seconds * 1000))))
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts if value)
    return f"<track>{inside}</track>"
