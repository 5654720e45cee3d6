"""The hand-over list: what really sounded, in order, for the talk a day or two later.

As M3U and XSPF for a player, as CSV for a table, as one page to print. Files are named by their
paths below the library: a list is to be put into that folder.
"""

from __future__ import annotations

from soundscape.library.files import playlist_writer
from soundscape.library.files.playlist_writer import WrittenTrack
from soundscape.report.page import heading, page, table
from soundscape.report.session_page import lead, title
from soundscape.report.session_report import SessionReport, SoundedTrack
from soundscape.report.tables import as_csv, sounded, track_table
from soundscape.units import format_clock
from soundscape.views import report_texts as texts


def m3u(report: SessionReport) -> str:
    """As an M3U playlist (UTF-8). Generated sound has no file and stands in a comment."""
    return playlist_writer.m3u(title(report), _written(report))


def xspf(report: SessionReport) -> str:
    """As an XSPF playlist."""
    return playlist_writer.xspf(title(report), _written(report))


def _written(report: SessionReport) -> list[WrittenTrack]:
    tracks = []
    for track in sounded(report):
        path, said = track.source, _when(report, track)
        if track.kind == "generated":
            path, said = "", f"{said}, {texts.generated(track.source)}"
        tracks.append(WrittenTrack(path, track.title, track.artist, track.heard, said))
    return tracks


def handover_csv(report: SessionReport) -> str:
    """As CSV, times in seconds."""
    rows = [
        (
            f"{track.start:.1f}",
            "" if (since := report.since_dose(track.start)) is None else f"{since:.1f}",
            f"{track.heard:.1f}",
            track.phase,
            track.layer,
            track.title,
            track.artist,
            track.kind,
            track.source,
        )
        for track in sounded(report)
    ]
    names = ("start", "since_dose", "heard", "phase", "layer", "title", "artist", "kind", "source")
    return as_csv(names, rows)


def handover_page(report: SessionReport) -> str:
    """As a page to print."""
    rows = track_table(report)
    body = [
        heading(texts.HANDOVER, f"{title(report)}, {lead(report)}"),
        table(rows.headings, rows.rows, rows.kinds),
    ]
    return page(f"{texts.HANDOVER}, {title(report)}", body, texts.FOOTNOTE)


def _when(report: SessionReport, track: SoundedTrack) -> str:
    since = report.since_dose(track.start)
    dose = "" if since is None else f", {texts.t_plus(since)}"
    return f"{format_clock(track.start)}{dose}, {track.phase}, {track.layer}"
