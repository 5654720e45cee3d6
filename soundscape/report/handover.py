"""The hand-over list: what really sounded, in order, for the talk a day or two later.

As M3U and XSPF for a player, as CSV for a table, as one page to print. Files are named by their
paths below the library: a list is to be put into that folder.
"""

from __future__ import annotations

from urllib.parse import quote
from xml.sax.saxutils import escape

from soundscape.report.page import heading, page, table
from soundscape.report.session_page import lead, title
from soundscape.report.session_report import SessionReport, SoundedTrack
from soundscape.report.tables import as_csv, sounded, track_table
from soundscape.units import format_clock
from soundscape.views import report_texts as texts


def m3u(report: SessionReport) -> str:
    """As an M3U playlist (UTF-8). Generated sound has no file and stands in a comment."""
    lines = ["#EXTM3U", f"#PLAYLIST:{title(report)}"]
    for track in sounded(report):
        comment = f"# {_when(report, track)}"
        if track.kind == "generated":
            lines.append(f"{comment}: {_named(track)} ({texts.generated(track.source)})")
        else:
            lines += [comment, f"#EXTINF:{round(track.heard)},{_named(track)}", track.source]
    return "\n".join(lines) + "\n"


def xspf(report: SessionReport) -> str:
    """As an XSPF playlist."""
    tracks = "\n".join(_xspf_track(report, track) for track in sounded(report))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<playlist version="1" xmlns="http://xspf.org/ns/0/">\n'
        f"<title>{escape(title(report))}</title>\n<trackList>\n{tracks}\n</trackList>\n</playlist>\n"
    )


def _xspf_track(report: SessionReport, track: SoundedTrack) -> str:
    where = _when(report, track)
    parts = [("title", track.title), ("creator", track.artist), ("annotation", where),
             ("duration", str(round(track.heard * 1000)))]  # fmt: skip
    if track.kind == "file":
        parts.insert(0, ("location", quote(track.source)))
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts if value)
    return f"<track>{inside}</track>"


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


def _named(track: SoundedTrack) -> str:
    return f"{track.artist} - {track.title}" if track.artist else track.title


def _when(report: SessionReport, track: SoundedTrack) -> str:
    since = report.since_dose(track.start)
    dose = "" if since is None else f", {texts.t_plus(since)}"
    return f"{format_clock(track.start)}{dose}, {track.phase}, {track.layer}"
