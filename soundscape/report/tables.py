"""The report's tables: the same rows for the page, for a terminal, and for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from soundscape.report.session_report import MomentKind, ReportedMoment, SessionReport, SoundedTrack
from soundscape.report.time_account import COUNTED, time_account
from soundscape.units import format_clock
from soundscape.views import report_texts as texts


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with its title. `kinds`: for each column `n` (a number), `t` (a time), `w` (a word)
    or nothing (a text).
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    note: str = ""
    empty: str = ""
    sum_last: bool = False

    def without(self, column: int) -> ReportTable:
        """The same without a column."""

        def cut(row: tuple[str, ...]) -> tuple[str, ...]:
            return (*row[:column], *row[column + 1 :])

        rows = tuple(cut(row) for row in self.rows)
        return replace(self, headings=cut(self.headings), rows=rows, kinds=cut(self.kinds))


def phase_table(report: SessionReport) -> ReportTable:
    """The phases as they ran against the plan."""
    rows = tuple(
        (
            run.name,
            format_clock(run.start),
            texts.t_plus(report.since_dose(run.start)),
            texts.NOTHING if run.planned is None else format_clock(run.planned),
            format_clock(run.end - run.start),
            texts.difference(run.end - run.start, run.planned),
        )
        for run in report.phases
    )
    return ReportTable(texts.PHASES, texts.PHASE_HEADINGS, rows, ("w", "t", "t", "n", "n", "n"))


def times_table(report: SessionReport) -> ReportTable:
    """The time account."""
    account = time_account(report, texts.ENDING, texts.TOTAL)
    shown = [name for name in COUNTED if name != "missing" or account[-1].missing]
    rows = tuple(
        (
            row.phase,
            texts.NOTHING if row.planned is None else format_clock(row.planned),
            *(_length(getattr(row, name)) for name in shown),
        )
        for row in account
    )
    headings = tuple(texts.TIME_HEADINGS[name] for name in ("phase", "planned", *shown))
    kinds = ("w", *("n" for _ in headings[1:]))
    return ReportTable(texts.TIMES, headings, rows, kinds, texts.TIME_NOTE, sum_last=True)


def _length(value: float) -> str:
    return format_clock(round(value)) if round(value) else texts.NOTHING


def sounded(report: SessionReport) -> list[SoundedTrack]:
    """The tracks that sounded, in order, without planned silence."""
    return [track for track in report.tracks if track.kind != "silence"]


def track_table(report: SessionReport) -> ReportTable:
    """What played, in order, with its times."""
    rows = tuple(
        (
            format_clock(track.start),
            texts.t_plus(report.since_dose(track.start)),
            track.phase,
            texts.LAYERS.get(track.layer, track.layer),
            track.title,
            track.artist,
            format_clock(round(track.heard)),
            texts.generated(track.source) if track.kind == "generated" else track.source,
        )
        for track in sounded(report)
    )
    kinds = ("t", "t", "w", "w", "", "", "n", "")
    table = ReportTable(texts.TRACKS, texts.TRACK_HEADINGS, rows, kinds)
    named = any(track.artist for track in report.tracks)
    return table if named else table.without(texts.TRACK_HEADINGS.index(texts.ARTIST))


def moment_table(report: SessionReport, title: str, empty: str, *kinds: MomentKind) -> ReportTable:
    """Moments of some kinds."""
    rows = tuple(_moment(one) for one in report.listed(*kinds))
    return ReportTable(title, texts.MOMENT_HEADINGS, rows, ("t", "t", "w", ""), empty=empty)


def _moment(one: ReportedMoment) -> tuple[str, ...]:
    return format_clock(one.t), texts.t_plus(one.since_dose), one.phase, one.text


def session_tables(report: SessionReport) -> list[ReportTable]:
    """All of the report's tables."""
    found = [
        phase_table(report),
        times_table(report),
        track_table(report),
        moment_table(report, texts.MARKS, texts.NO_MARKS, "mark"),
        moment_table(report, texts.COMMANDS, texts.NO_COMMANDS, "command"),
        moment_table(report, texts.FAULTS, texts.NO_FAULTS, "fault"),
    ]
    if report.listed("prompt", "cue"):
        found.append(moment_table(report, texts.PROMPTS_CUES, "", "prompt", "cue"))
    return found


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue()


def moments_csv(report: SessionReport) -> str:
    """All that happened, a row each, times in seconds; tracks and phases too."""
    found: list[tuple[float, str, str, str]] = [
        (one.t, one.kind, one.phase, one.text) for one in report.moments if one.kind != "phase"
    ]
    found += [(run.start, "phase", run.name, run.name) for run in report.phases]
    found += [(track.start, track.layer, track.phase, _named(track)) for track in report.tracks]
    found.sort(key=lambda row: row[0])
    rows = [
        (_seconds(t), _seconds(report.since_dose(t)), kind, phase, text)
        for t, kind, phase, text in found
    ]
    return as_csv(("t", "since_dose", "kind", "phase", "text"), rows)


def times_csv(report: SessionReport) -> str:
    """The time account, in seconds."""
    rows = [
        (row.phase, _seconds(row.planned), *(_seconds(getattr(row, name)) for name in COUNTED))
        for row in time_account(report, texts.ENDING, texts.TOTAL)
    ]
    return as_csv(("phase", "planned", *COUNTED), rows)


def _named(track: SoundedTrack) -> str:
    return f"{track.title} – {track.artist}" if track.artist else track.title


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
