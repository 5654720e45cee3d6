"""A session over time as a picture: phases and plan, tracks, loudness, lights, marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from soundscape.report.session_report import (
    SILENT_STATES,
    ReportedMoment,
    Sample,
    SessionReport,
    SoundedTrack,
)
from soundscape.report.svg_drawing import SvgDrawing
from soundscape.report.time_sheet import (
    GRID,
    INK,
    LAYER_FILLS,
    LEFT,
    LOUD_AREA,
    LOUD_LINE,
    PHASE_FILLS,
    RIGHT,
    SILENCE_FILL,
    SOFT,
    SOFTEST,
    TARGET_FILL,
    TOP,
    WIDTH,
    TimeSheet,
)
from soundscape.scene.models import LAYERS
from soundscape.units import format_clock
from soundscape.views import report_texts as texts

PLAN_FILL = "#eef0f2"
STATE_FILLS = {"held": "#7d9cc0", "ducked": "#d09a5a", "paused": "#9a9aa6", "missing": "#c0504d"}
MARK_FILLS = {"command": "#44566c", "mark": "#2f7d4f", "fault": "#c0392b"}
LEVELS = (-12.0, 3.0)


@dataclass(slots=True)
class _SessionSheet(TimeSheet):
    """The sheet of a session."""

    report: SessionReport = field(kw_only=True)


def session_svg(report: SessionReport, *, standalone: bool) -> str:
    """The picture of a session, as a file of its own or for a page."""
    title = texts.session_name(report.number, report.scene)
    drawing = SvgDrawing(WIDTH, title=title, description=texts.DESCRIPTION)
    planned = sum(length for _, length in report.planned())
    sheet = _SessionSheet(drawing, max(1.0, report.duration, planned), report=report)
    sheet.axis()
    _planned(sheet)
    _phases(sheet)
    for layer in LAYERS:
        _tracks(sheet, layer, [one for one in report.tracks if one.layer == layer])
    _loudness(sheet)
    _level(sheet)
    for light in report.lights:
        sheet.light(light.name, light.points)
    _states(sheet)
    for kind, name in texts.MOMENTS.items():
        _moments(sheet, name, MARK_FILLS[kind], [one for one in report.moments if one.kind == kind])
    _dose(sheet)
    return drawing.svg(sheet.y + 6, standalone=standalone)


def _planned(sheet: _SessionSheet) -> None:
    at = 0.0
    sheet.label(texts.PLANNED, 16)
    for name, length in sheet.report.planned():
        x, width = sheet.x(at), sheet.x(at + length) - sheet.x(at)
        said = name, format_clock(length)
        sheet.drawing.rect(x, sheet.y, width - 1, 16, fill=PLAN_FILL, hint=" ".join(said))
        sheet.drawing.fitted(x + 3, sheet.y + 12, width - 5, *said, size=10, fill=SOFT)
        at += length
    sheet.down(19)


def _phases(sheet: _SessionSheet) -> None:
    sheet.label(texts.AS_IT_RAN, 24)
    for run in sheet.report.phases:
        x, width = sheet.x(run.start), sheet.x(run.end) - sheet.x(run.start)
        fill = PHASE_FILLS[run.index % len(PHASE_FILLS)]
        said = run.name, format_clock(run.end - run.start)
        sheet.drawing.rect(x, sheet.y, width - 1, 24, fill=fill, hint=" ".join(said))
        sheet.drawing.fitted(x + 3, sheet.y + 16, width - 5, *said, size=11.5)
    sheet.down(30)


def _tracks(sheet: _SessionSheet, layer: str, tracks: list[SoundedTrack]) -> None:
    """Bars in two rows, so that a crossfade shows as an overlap."""
    if not tracks:
        return
    sheet.label(texts.LAYERS[layer], 30)
    until = [0.0, 0.0]
    for number, track in enumerate(tracks):
        row = number % 2 if until[0] > track.start else 0
        until[row] = track.end
        x, width = sheet.x(track.start), sheet.x(track.end) - sheet.x(track.start)
        fill = SILENCE_FILL if track.kind == "silence" else LAYER_FILLS[layer]
        name = f"{track.title} – {track.artist}" if track.artist else track.title
        y = sheet.y + 15 * row
        sheet.drawing.rect(x, y, max(1.0, width - 0.7), 14, fill=fill, hint=name)
        sheet.drawing.fitted(x + 3, y + 10.5, width - 5, name, size=9.5)
    sheet.down(36)


def _loudness(sheet: _SessionSheet) -> None:
    heard = [one for one in sheet.report.samples if one.short_term is not None]
    if not heard:
        return
    height, top = 110.0, sheet.y
    y = sheet.loudness_scale(texts.LOUDNESS, height)
    _targets(sheet, y)
    momentary = sheet.columns(((one.t, one.momentary) for one in sheet.report.samples), max)
    for run in momentary:
        sheet.area([(x, y(value)) for x, value in run], y(SOFTEST), LOUD_AREA)
    short = sheet.columns(((one.t, one.short_term) for one in sheet.report.samples), _mean)
    for run in short:
        sheet.drawing.line([(x, y(value)) for x, value in run], LOUD_LINE, width=1.2)
    sheet.drawing.frame(LEFT, top, WIDTH - LEFT - RIGHT, height, GRID)
    sheet.down(height + 8)


def _targets(sheet: _SessionSheet, y: Callable[[float], float]) -> None:
    planned = sheet.report.first.parts("phases")
    for run in sheet.report.phases:
        if not 0 <= run.index < len(planned):
            continue
        values = planned[run.index].values.get("loudness")
        ends = [v for v in values if isinstance(v, int | float)] if isinstance(values, list) else []
        if len(ends) == 2:
            high, low = y(max(ends) + 1.0), y(min(ends) - 1.0)
            width = sheet.x(run.end) - sheet.x(run.start)
            sheet.drawing.rect(sheet.x(run.start), high, width, low - high, fill=TARGET_FILL)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _level(sheet: _SessionSheet) -> None:
    samples = sheet.report.samples
    if not any(one.level for one in samples):
        return
    height, (low, high) = 26.0, LEVELS
    sheet.label(f"{texts.LEVEL}, dB", height)

    def y(value: float) -> float:
        return sheet.y + height * (high - min(high, max(low, value))) / (high - low)

    sheet.drawing.line([(LEFT, y(0.0)), (WIDTH - RIGHT, y(0.0))], GRID, width=0.6)
    points = list(_steps((one.t, one.level) for one in samples))
    sheet.drawing.line([(sheet.x(t), y(value)) for t, value in points], LOUD_LINE, width=1.2)
    sheet.down(height + 8)


def _steps(values: Iterable[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """The corners of a line that holds each value until the next."""
    last: tuple[float, float] | None = None
    for t, value in values:
        if last is None:
            yield t, value
        elif value != last[1]:
            yield t, last[1]
            yield t, value
        last = t, value
    if last is not None:
        yield last


def _states(sheet: _SessionSheet) -> None:
    """Where the session was held, ducked or silent, and where there was none."""
    samples = sheet.report.samples
    found = {
        "held": _stretches(samples, lambda one: one.state == "held"),
        "ducked": _stretches(samples, lambda one: one.ducked),
        "paused": _stretches(samples, lambda one: one.state in SILENT_STATES),
        "missing": [(one.start, one.end) for one in sheet.report.outages],
    }
    for name, stretches in found.items():
        if not stretches:
            continue
        sheet.label(texts.STATES[name], 10)
        for start, end in stretches:
            width = max(1.5, sheet.x(end) - sheet.x(start))
            sheet.drawing.rect(sheet.x(start), sheet.y, width, 10, fill=STATE_FILLS[name])
        sheet.down(15)


def _stretches(samples: list[Sample], holds: Callable[[Sample], bool]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    open_since: float | None = None
    for one in samples:
        if holds(one) and open_since is None:
            open_since = one.t
        elif not holds(one) and open_since is not None:
            found.append((open_since, one.t))
            open_since = None
    if open_since is not None:
        found.append((open_since, samples[-1].t))
    return found


def _moments(sheet: _SessionSheet, name: str, fill: str, moments: list[ReportedMoment]) -> None:
    if not moments:
        return
    sheet.label(name, 12)
    for one in moments:
        sheet.mark(one.t, fill, f"{format_clock(one.t)} {one.text}")
    sheet.down(16)


def _dose(sheet: _SessionSheet) -> None:
    dosed_at = sheet.report.dosed_at
    if dosed_at is None:
        return
    x = sheet.x(max(0.0, dosed_at))
    sheet.drawing.line([(x, TOP + 18), (x, sheet.y)], INK, width=0.9, dashed=True)
    sheet.drawing.text(x, sheet.y + 10, "T+0", size=10, fill=INK, anchor="middle")
    sheet.down(14)
