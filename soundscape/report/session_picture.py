"""A session over time as a picture: phases and plan, tracks, loudness, lights, marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from soundscape.report.session_report import (
    SILENT_STATES,
    LightCurve,
    ReportedMoment,
    Sample,
    SessionReport,
    SoundedTrack,
)
from soundscape.report.svg_drawing import SvgDrawing
from soundscape.scene.models import LAYERS
from soundscape.units import format_clock
from soundscape.views import report_texts as texts

WIDTH = 760.0
LEFT, RIGHT, TOP = 88.0, 12.0, 6.0
INK, SOFT, GRID = "#222", "#667", "#dde"
PHASE_FILLS = ("#dbe7f3", "#c6d8e8", "#b1c8de", "#d7e4d4", "#e6e2d3", "#e3d9e6")
PLAN_FILL = "#eef0f2"
LAYER_FILLS = {"music": "#8fb3d1", "ambience": "#b5cfa8", "voice": "#e0bd8a"}
SILENCE_FILL = "#e9e9ee"
LOUD_LINE, LOUD_AREA, TARGET_FILL = "#1f5f8b", "#cddcea", "#f3e7c9"
LIGHT_LINE, LIGHT_AREA = "#b07d12", "#f6e6bd"
STATE_FILLS = {"held": "#7d9cc0", "ducked": "#d09a5a", "paused": "#9a9aa6", "missing": "#c0504d"}
MARK_FILLS = {"command": "#44566c", "mark": "#2f7d4f", "fault": "#c0392b"}
LOUDEST, SOFTEST = -10.0, -60.0
LEVELS = (-12.0, 3.0)
STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds between the lines of the time axis."""
MOST_STEPS = 10


@dataclass(slots=True)
class _Sheet:
    """What the rows share: the drawing, the session, and where the next row begins."""

    drawing: SvgDrawing
    report: SessionReport
    y: float
    longest: float

    def x(self, t: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(t, self.longest) / self.longest

    def label(self, text: str, height: float) -> None:
        self.drawing.text(LEFT - 8, self.y + height / 2 + 4, text, anchor="end", fill=SOFT)

    def down(self, height: float) -> None:
        self.y += height


def session_svg(report: SessionReport, *, standalone: bool) -> str:
    """The picture of a session, as a file of its own or for a page."""
    title = texts.session_name(report.number, report.scene)
    drawing = SvgDrawing(WIDTH, title=title, description=texts.DESCRIPTION)
    planned = sum(length for _, length in report.planned())
    sheet = _Sheet(drawing, report, TOP, max(1.0, report.duration, planned))
    _axis(sheet)
    _planned(sheet)
    _phases(sheet)
    for layer in LAYERS:
        _tracks(sheet, layer, [one for one in report.tracks if one.layer == layer])
    _loudness(sheet)
    _level(sheet)
    for light in report.lights:
        _light(sheet, light)
    _states(sheet)
    for kind, name in texts.MOMENTS.items():
        _moments(sheet, name, MARK_FILLS[kind], [one for one in report.moments if one.kind == kind])
    _dose(sheet)
    return drawing.svg(sheet.y + 6, standalone=standalone)


def _axis(sheet: _Sheet) -> None:
    step = next((one for one in STEPS if sheet.longest / one <= MOST_STEPS), STEPS[-1])
    for number in range(int(sheet.longest // step) + 1):
        x = sheet.x(number * step)
        sheet.drawing.line([(x, sheet.y + 16), (x, sheet.y + 20)], SOFT, width=0.8)
        sheet.drawing.text(x, sheet.y + 11, format_clock(number * step), size=10, fill=SOFT,
                           anchor="middle")  # fmt: skip
    sheet.down(22)


def _planned(sheet: _Sheet) -> None:
    at = 0.0
    sheet.label(texts.PLANNED, 16)
    for name, length in sheet.report.planned():
        x, width = sheet.x(at), sheet.x(at + length) - sheet.x(at)
        said = name, format_clock(length)
        sheet.drawing.rect(x, sheet.y, width - 1, 16, fill=PLAN_FILL, hint=" ".join(said))
        sheet.drawing.fitted(x + 3, sheet.y + 12, width - 5, *said, size=10, fill=SOFT)
        at += length
    sheet.down(19)


def _phases(sheet: _Sheet) -> None:
    sheet.label(texts.AS_IT_RAN, 24)
    for run in sheet.report.phases:
        x, width = sheet.x(run.start), sheet.x(run.end) - sheet.x(run.start)
        fill = PHASE_FILLS[run.index % len(PHASE_FILLS)]
        said = run.name, format_clock(run.end - run.start)
        sheet.drawing.rect(x, sheet.y, width - 1, 24, fill=fill, hint=" ".join(said))
        sheet.drawing.fitted(x + 3, sheet.y + 16, width - 5, *said, size=11.5)
    sheet.down(30)


def _tracks(sheet: _Sheet, layer: str, tracks: list[SoundedTrack]) -> None:
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


def _loudness(sheet: _Sheet) -> None:
    heard = [one for one in sheet.report.samples if one.short_term is not None]
    if not heard:
        return
    height = 110.0

    def y(value: float) -> float:
        part = (LOUDEST - min(LOUDEST, max(SOFTEST, value))) / (LOUDEST - SOFTEST)
        return top + height * part

    top = sheet.y
    _targets(sheet, y)
    for value in (-20, -30, -40, -50):
        sheet.drawing.line([(LEFT, y(value)), (WIDTH - RIGHT, y(value))], GRID, width=0.6)
        sheet.drawing.text(LEFT - 8, y(value) + 3.5, f"{value}", size=9, fill=SOFT, anchor="end")
    sheet.drawing.text(LEFT - 8, top + 8, f"{texts.LOUDNESS}, LUFS", size=9.5, fill=SOFT,
                       anchor="end")  # fmt: skip
    momentary = _columns(sheet, ((one.t, one.momentary) for one in sheet.report.samples), max)
    for run in momentary:
        floor = y(SOFTEST)
        points = [(x, y(value)) for x, value in run]
        sheet.drawing.polygon([(points[0][0], floor), *points, (points[-1][0], floor)], LOUD_AREA)
    short = _columns(sheet, ((one.t, one.short_term) for one in sheet.report.samples), _mean)
    for run in short:
        sheet.drawing.line([(x, y(value)) for x, value in run], LOUD_LINE, width=1.2)
    sheet.drawing.frame(LEFT, top, WIDTH - LEFT - RIGHT, height, GRID)
    sheet.down(height + 8)


def _targets(sheet: _Sheet, y: Callable[[float], float]) -> None:
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


def _columns(
    sheet: _Sheet,
    values: Iterable[tuple[float, float | None]],
    of: Callable[[Iterable[float]], float],
) -> list[list[tuple[float, float]]]:
    """One value a pixel of width, in runs without a break."""
    columns: dict[int, list[float]] = {}
    for t, value in values:
        if value is not None:
            columns.setdefault(int(sheet.x(t)), []).append(value)
    apart = max(2.0, 3.0 * (sheet.x(1.0) - sheet.x(0.0)))  # a short session has few points
    runs: list[list[tuple[float, float]]] = []
    for column, found in sorted(columns.items()):
        if not runs or column - runs[-1][-1][0] > apart:
            runs.append([])
        runs[-1].append((float(column), of(found)))
    return runs


def _level(sheet: _Sheet) -> None:
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


def _light(sheet: _Sheet, light: LightCurve) -> None:
    height = 24.0
    sheet.label(light.name, height)
    bottom = sheet.y + height
    points = [
        (sheet.x(t), bottom - height * min(1.0, max(0.0, value))) for t, value in light.points
    ]
    area = [(points[0][0], bottom), *points, (points[-1][0], bottom)]
    sheet.drawing.polygon(area, LIGHT_AREA)
    sheet.drawing.line(points, LIGHT_LINE, width=1.1)
    sheet.drawing.line([(LEFT, bottom), (WIDTH - RIGHT, bottom)], GRID, width=0.6)
    sheet.down(height + 6)


def _states(sheet: _Sheet) -> None:
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


def _moments(sheet: _Sheet, name: str, fill: str, moments: list[ReportedMoment]) -> None:
    if not moments:
        return
    sheet.label(name, 12)
    for one in moments:
        x, y = sheet.x(one.t), sheet.y
        hint = f"{format_clock(one.t)} {one.text}"
        sheet.drawing.polygon([(x - 4, y), (x + 4, y), (x, y + 10)], fill, hint=hint)
    sheet.down(16)


def _dose(sheet: _Sheet) -> None:
    dosed_at = sheet.report.dosed_at
    if dosed_at is None:
        return
    x = sheet.x(max(0.0, dosed_at))
    sheet.drawing.line([(x, TOP + 18), (x, sheet.y)], INK, width=0.9, dashed=True)
    sheet.drawing.text(x, sheet.y + 10, "T+0", size=10, fill=INK, anchor="middle")
    sheet.down(14)
