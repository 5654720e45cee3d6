"""How long there was music, planned silence and talk, phase by phase.

Trials are asked to report music against interaction. The times are counted from the positions that
the journal has, one a second and one with each event.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

from soundscape.report.session_report import (
    ENDING_STATES,
    LONGEST_STEP,
    SILENT_STATES,
    SessionReport,
)


@dataclass(slots=True)
class PhaseTime:
    """Seconds of one phase. Music, silence, paused and missing together are `lasted`.

    `ducked` and `held` count within them. `missing`: nothing was heard, or nothing was written
    down, by a fault.
    """

    phase: str
    planned: float | None = None
    lasted: float = 0.0
    music: float = 0.0
    silence: float = 0.0
    paused: float = 0.0
    missing: float = 0.0
    ducked: float = 0.0
    held: float = 0.0


COUNTED = tuple(one.name for one in fields(PhaseTime) if one.name not in ("phase", "planned"))


def time_account(report: SessionReport, ending: str, total: str) -> list[PhaseTime]:
    """A row for each phase that ran, in order; then the last fade, and the sum.

    `ending` and `total` are what those two rows are called.
    """
    rows = [PhaseTime(run.name, run.planned) for run in report.phases]
    last = PhaseTime(ending)
    starts = [run.start for run in report.phases]
    samples = report.samples
    place = 0
    for now, after in pairwise(samples):
        while place + 1 < len(starts) and starts[place + 1] <= now.t:
            place += 1
        row = last if now.state in ENDING_STATES else rows[place] if rows else last
        _count(row, report, now.state, (now.t, after.t), ducked=now.ducked)
    if last.lasted:
        rows.append(last)
    whole = PhaseTime(total, sum(length for _, length in report.planned()) or None)
    for name in COUNTED:
        setattr(whole, name, sum(getattr(row, name) for row in rows))
    return [*rows, whole]


def _count(
    row: PhaseTime, report: SessionReport, state: str, times: tuple[float, float], *, ducked: bool
) -> None:
    start, end = times
    length = end - start
    row.lasted += length
    out = any(one.start <= start < one.end for one in report.outages)
    if out or length > LONGEST_STEP:
        row.missing += length
        return
    if state in SILENT_STATES:
        row.paused += length
    elif _sounds(report, (start + end) / 2):
        row.music += length
    else:
        row.silence += length
    row.ducked += length if ducked else 0.0
    row.held += length if state == "held" else 0.0


def _sounds(report: SessionReport, t: float) -> bool:
    return any(one.start <= t < one.end and one.kind != "silence" for one in report.tracks)
