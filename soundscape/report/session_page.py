"""A session's report as a page, as text for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from soundscape.report.page import heading, page, paragraph, section, table
from soundscape.report.session_picture import session_svg
from soundscape.report.session_report import SessionReport
from soundscape.report.tables import ReportTable, session_tables
from soundscape.report.time_account import time_account
from soundscape.views import report_texts as texts


def session_page(report: SessionReport) -> str:
    """The whole report as one HTML file."""
    body = [
        heading(title(report), lead(report)),
        f"<figure>{session_svg(report, standalone=False)}</figure>",
        *(table_section(one) for one in session_tables(report)),
    ]
    return page(title(report), body, texts.FOOTNOTE)


def title(report: SessionReport) -> str:
    """The report's heading."""
    return texts.session_name(report.number, report.scene)


def lead(report: SessionReport) -> str:
    """The line under it."""
    begins = report.first.part("begins")
    later = bool(begins.number("index") or begins.number("seconds"))
    begun_at = report.phases[0].name if later and report.phases else ""
    return texts.summary(report.duration, report.state, report.dosed_at, begun_at, report.date)


def table_section(one: ReportTable) -> str:
    """A table as a part of a page."""
    if not one.rows:
        return section(one.title, paragraph(one.empty or texts.NOTHING))
    drawn = table(one.headings, one.rows, one.kinds, sum_last=one.sum_last)
    return section(one.title, drawn, *([paragraph(one.note, "note")] if one.note else []))


def session_lines(report: SessionReport) -> Iterator[str]:
    """The report for a terminal."""
    yield title(report)
    yield lead(report)
    for one in session_tables(report):
        yield ""
        yield from table_lines(one)


def table_lines(one: ReportTable) -> Iterator[str]:
    """A table as text, its columns aligned."""
    yield one.title.upper()
    if not one.rows:
        yield f"  {one.empty or texts.NOTHING}"
        return
    rows = [one.headings, *one.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(one.headings))]
    for row in rows:
        cells = [
            cell.rjust(width) if kind == "n" else cell.ljust(width)
            for cell, width, kind in zip(row, widths, one.kinds, strict=True)
        ]
        yield f"  {'  '.join(cells)}".rstrip()


def as_json(report: SessionReport) -> dict[str, Any]:
    """The report for other programs; times in seconds, loudness in LUFS, lights 0 to 1."""
    return {
        "session": report.number,
        "scene": report.scene,
        "state": report.state,
        **({"date": report.date} if report.date else {}),
        "duration": round(report.duration, 3),
        "dosed_at": _rounded(report.dosed_at),
        "planned": [{"name": name, "duration": length} for name, length in report.planned()],
        "phases": [_plain(run) for run in report.phases],
        "tracks": [_plain(track) for track in report.tracks],
        "time": [_plain(row) for row in time_account(report, texts.ENDING, texts.TOTAL)],
        "lights": {run.name: [list(point) for point in run.points] for run in report.lights},
        "moments": [_plain(one) for one in report.moments],
        "outages": [_plain(one) for one in report.outages],
        "samples": [_plain(one) for one in report.samples],
    }


def _plain(value: Any) -> dict[str, Any]:
    return {name: _rounded(one) for name, one in asdict(value).items()}


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
