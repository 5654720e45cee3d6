"""A plan as a picture: phases, clips with their true fades and loudness, target, lights, cues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.dsp.fade import Fade
from soundscape.lighting.curve import lightness, luminance
from soundscape.report.svg_drawing import SvgDrawing
from soundscape.report.time_sheet import (
    GRID,
    LAYER_FILLS,
    LEFT,
    LOUD_AREA,
    LOUD_LINE,
    PHASE_FILLS,
    RIGHT,
    SILENCE_FILL,
    SOFTEST,
    WIDTH,
    TimeSheet,
)
from soundscape.scene.models import LAYERS
from soundscape.timeline.clip_calm import clip_calm
from soundscape.timeline.loudness_forecast import NOTHING_SUDDEN, TENTH, LoudnessForecast
from soundscape.timeline.overlap import AS_WRITTEN
from soundscape.timeline.plan import Plan, PlannedClip, source_kind, source_name
from soundscape.units import SAMPLE_RATE, format_clock
from soundscape.views import plan_texts as texts

TARGET_LINE = "#b07d12"
CLIP_LINE = "#33587a"
MARK_FILLS = {"cues": "#44566c", "prompts": "#2f7d4f", "look at": "#c0392b"}
BAR, ROWS = 30.0, 2
"""A clip's height; clips of a layer alternate between two rows, so that a crossfade shows."""
LOUD_ABOVE, LOUD_BELOW = 8.0, -24.0
"""LU over the target at the top and the bottom of a clip's bar."""
FADE_POINTS = 12
RAMP_POINTS = 8
TOLD_DB = -3.0
"""What calm takes less than this (dB) is not marked; as `check` has it."""


@dataclass(slots=True)
class _PlanSheet(TimeSheet):
    """The sheet of a plan."""

    plan: Plan = field(kw_only=True)
    forecast: LoudnessForecast = field(kw_only=True)

    def at(self, frame: int) -> float:
        """Where a frame is."""
        return self.x(frame / SAMPLE_RATE)


def plan_svg(plan: Plan, forecast: LoudnessForecast, *, standalone: bool) -> str:
    """The picture of a plan, as a file of its own or for a page."""
    title = texts.plan_name(plan.show.name)
    drawing = SvgDrawing(WIDTH, title=title, description=texts.DESCRIPTION)
    longest = max(1.0, plan.duration / SAMPLE_RATE)
    sheet = _PlanSheet(drawing, longest, plan=plan, forecast=forecast)
    sheet.axis()
    _phases(sheet)
    for layer in LAYERS:
        _clips(sheet, layer, [one for one in plan.clips if one.clip.layer == layer])
    _loudness(sheet)
    for light in dict.fromkeys(name for move in plan.lights for name in move.values):
        sheet.light(light, light_values(plan, light))
    _marks(
        sheet, "cues", [(c.frame, " ".join(filter(None, (c.name, c.number)))) for c in plan.cues]
    )
    _marks(sheet, "prompts", [(p.frame, p.text) for p in plan.prompts])
    _marks(sheet, "look at", sorted(places(plan, forecast)))
    return drawing.svg(sheet.y + 6, standalone=standalone)


def _phases(sheet: _PlanSheet) -> None:
    for number, phase in enumerate(sheet.plan.phases):
        x, width = sheet.at(phase.start), sheet.at(phase.frames) - LEFT
        said = phase.phase.name, format_clock(phase.frames / SAMPLE_RATE)
        hint = f"{' '.join(said)}, {texts.WAITS[phase.phase.advance]}"
        fill = PHASE_FILLS[number % len(PHASE_FILLS)]
        sheet.drawing.rect(x, sheet.y, width - 1, 24, fill=fill, hint=hint)
        sheet.drawing.fitted(x + 3, sheet.y + 16, width - 5, *said, size=11.5)
    sheet.down(30)


# Clips --------------------------------------------------------------------------------------------


def _clips(sheet: _PlanSheet, layer: str, clips: list[PlannedClip]) -> None:
    if not clips:
        return
    sheet.label(texts.LAYERS[layer], ROWS * BAR)
    until = [0] * ROWS
    for planned in clips:
        row = next((one for one in range(ROWS) if until[one] <= planned.start), ROWS - 1)
        until[row] = planned.end
        _clip(sheet, planned, sheet.y + row * (BAR + 2))
    sheet.down(ROWS * (BAR + 2) + 6)


def _clip(sheet: _PlanSheet, planned: PlannedClip, top: float) -> None:
    """A bar as high as the clip's fades at each moment, its loudness as a line in it."""
    track = planned.clip.track
    kind = source_kind(track)
    fill = SILENCE_FILL if kind == "silence" else LAYER_FILLS[planned.clip.layer]
    bottom = top + BAR
    name = track.title or source_name(track)
    hint = f"{format_clock(planned.start / SAMPLE_RATE)} {name}, {planned.gain_db:+.1f} dB"
    frames = _edges(planned)
    outline = [
        (sheet.at(frame), bottom - BAR * gain)
        for frame, gain in zip(
            frames.tolist(), fade_gains(sheet.plan, planned, frames).tolist(), strict=True
        )
    ]
    ends = (sheet.at(planned.start), bottom), (sheet.at(planned.end), bottom)
    sheet.drawing.polygon([ends[0], *outline, ends[1]], fill, hint=hint)
    for run in sheet.columns(_loudness_of(planned), max):
        points = [(x, top + BAR * (LOUD_ABOVE - _within(lu)) / _SPAN) for x, lu in run]
        sheet.drawing.line(points, CLIP_LINE, width=0.8)
    width = ends[1][0] - ends[0][0]
    sheet.drawing.fitted(ends[0][0] + 3, bottom - 4, width - 6, name, size=9.5)


_SPAN = LOUD_ABOVE - LOUD_BELOW


def _within(lu: float) -> float:
    return min(LOUD_ABOVE, max(LOUD_BELOW, lu))


def _edges(planned: PlannedClip) -> NDArray[np.int64]:
    """Frames at which a clip's outline is drawn: dense within its fades."""
    start, end = planned.start, max(planned.start + 1, planned.end)
    parts = [np.array([start, end])]
    fades = [(f.start, f.end) for f in _fades(planned)]
    fades += [(start, start + planned.fade_in), (end - planned.fade_out, end)]
    parts += [np.linspace(first, last, FADE_POINTS, dtype=np.int64) for first, last in fades]
    return np.unique(np.clip(np.concatenate(parts), start, end)).astype(np.int64)


def _fades(planned: PlannedClip) -> list[Fade]:
    """The clip's own fades."""
    into = planned.clip.fade_in
    return [*([into] if into else []), *planned.outs]


def fade_gains(plan: Plan, planned: PlannedClip, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """The gain (0 to 1) of a clip's fades, and the session's own, at frames of the session."""
    gains = plan.master["session"].sampled(frames) ** 2  # as the mixer has it
    for fade in _fades(planned):
        gains = gains * fade.sampled(frames)
    return gains


def _loudness_of(planned: PlannedClip) -> Iterator[tuple[float, float]]:
    """Seconds of the session, and the track's loudness there in LU over its target."""
    known = planned.clip.track.curve
    if known is None:
        return
    last = min(known.size, -(-(planned.end - planned.start) // TENTH))
    begin = planned.start / SAMPLE_RATE
    for number, lu in enumerate(known[:last].tolist()):
        yield begin + (number + 1) / 10, lu


# Loudness, lights, marks --------------------------------------------------------------------------


def _loudness(sheet: _PlanSheet) -> None:
    height, top = 110.0, sheet.y
    y = sheet.loudness_scale(texts.LOUDNESS, height)
    momentary = sheet.forecast.momentary.tolist()
    for run in sheet.columns(_tenths(momentary), max):
        points = [(x, y(value)) for x, value in run]
        sheet.area(points, y(SOFTEST), LOUD_AREA)
        sheet.drawing.line(points, LOUD_LINE, width=0.9)
    finite = np.where(np.isfinite(sheet.forecast.target), sheet.forecast.target, SOFTEST)
    for run in sheet.columns(_tenths(finite.tolist()), max):
        sheet.drawing.line([(x, y(value)) for x, value in run], TARGET_LINE, width=1.4, dashed=True)
    for phase in sheet.plan.phases[1:]:
        x = sheet.at(phase.start)
        sheet.drawing.line([(x, top), (x, top + height)], GRID, width=0.8)
    sheet.drawing.frame(LEFT, top, WIDTH - LEFT - RIGHT, height, GRID)
    sheet.down(height + 8)


def _tenths(values: list[float]) -> Iterator[tuple[float, float]]:
    for number, value in enumerate(values):
        yield (number + 1) / 10, value


def light_values(plan: Plan, light: str) -> list[tuple[float, float]]:
    """Seconds and the level of a light as the plan moves it, even to the eye, without limits."""
    points: list[tuple[float, float]] = []
    level: float | None = None
    for move in plan.lights:
        if light not in move.values:
            continue
        goal = move.values[light]
        begin = goal if level is None else level
        if level is None:
            points.append((0.0, goal))
        first, last = lightness(begin), lightness(goal)
        for step in range(RAMP_POINTS + 1):
            part = step / RAMP_POINTS
            t = (move.frame + part * move.frames) / SAMPLE_RATE
            points.append((t, luminance(first + part * (last - first))))
        level = goal
    points.append((plan.duration / SAMPLE_RATE, points[-1][1]))
    return points


def _marks(sheet: _PlanSheet, kind: str, marks: list[tuple[int, str]]) -> None:
    if not marks:
        return
    sheet.label(kind, 12)
    for frame, text in marks:
        t = frame / SAMPLE_RATE
        sheet.mark(t, MARK_FILLS[kind], f"{format_clock(t)} {text}")
    sheet.down(16)


def places(plan: Plan, forecast: LoudnessForecast) -> Iterator[tuple[int, str]]:
    """What is worth a look: entries that calm lowers, joins that are not as written, the rise."""
    for planned in plan.clips:
        title = planned.clip.track.title or source_name(planned.clip.track)
        if planned.join not in {"", AS_WRITTEN}:
            seconds = planned.fade_in / SAMPLE_RATE
            yield planned.start, texts.joined(title, seconds, planned.join)
        for place in calm.places(clip_calm(planned.clip)):
            frame = planned.start + round(place.second * SAMPLE_RATE)
            if place.db <= TOLD_DB and frame < planned.end:
                yield frame, texts.softened(title, -place.db)
    rise = forecast.largest_rise
    if rise.lu > NOTHING_SUDDEN:
        yield round(rise.at * SAMPLE_RATE), texts.rises(rise.lu)
