"""A plan as a compact chart for a terminal: phases, layers, loudness, lights, marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from soundscape.lighting.curve import lightness
from soundscape.report.plan_picture import light_values, places
from soundscape.scene.models import LAYERS
from soundscape.timeline.loudness_forecast import LoudnessForecast
from soundscape.timeline.plan import Plan, PlannedClip, source_name
from soundscape.units import SAMPLE_RATE, format_clock
from soundscape.views import plan_texts as texts

LABEL = 10
"""Columns of a row's name."""
LEAST = 40
"""Columns of a chart: a narrower terminal breaks its lines."""
BLOCKS = " ▁▂▃▄▅▆▇█"
SOFTEST, LOUDEST = -36.0, -16.0
"""LUFS at the lowest and the highest block."""
STEPS = (60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between two times of the axis."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns of a chart, and the seconds of the session in them."""

    columns: int
    seconds: float

    def at(self, seconds: float) -> int:
        """The column of a moment."""
        return min(self.columns - 1, max(0, int(seconds / self.seconds * self.columns)))

    def frame(self, frame: int) -> int:
        """The column of a frame."""
        return self.at(frame / SAMPLE_RATE)


def plan_chart(plan: Plan, forecast: LoudnessForecast, width: int) -> list[str]:
    """The chart in lines of at most `width` columns, at least `LEAST`."""
    columns = max(LEAST, width) - LABEL
    grid = _Grid(columns, max(1.0, plan.duration / SAMPLE_RATE))
    rows = [("", _axis(grid)), (texts.PHASES.lower(), _phases(plan, grid))]
    for layer in LAYERS:
        clips = [one for one in plan.clips if one.clip.layer == layer]
        if clips:
            rows.append((texts.LAYERS[layer], _clips(clips, grid)))
    rows.append((texts.LOUDNESS, _loudness(forecast.momentary, grid)))
    rows.append((texts.TARGET, _loudness(forecast.target, grid)))
    lights = dict.fromkeys(name for move in plan.lights for name in move.values)
    rows += [(light, _light(light_values(plan, light), grid)) for light in lights]
    marks = {
        texts.CUES.lower(): ("◆", (cue.frame for cue in plan.cues)),
        texts.PROMPTS.lower(): ("›", (prompt.frame for prompt in plan.prompts)),
        texts.LOOK_AT: ("!", (frame for frame, _ in places(plan, forecast))),
    }
    for name, (sign, frames) in marks.items():
        line = _marks(frames, sign, grid)
        if line.strip():
            rows.append((name, line))
    return [f"{name[: LABEL - 1]:{LABEL}}{line}".rstrip() for name, line in rows]


def _axis(grid: _Grid) -> str:
    """Times at an even distance, as many as there is room for."""
    room = max(1, grid.columns // 9)
    step = next((one for one in STEPS if grid.seconds / one <= room), STEPS[-1])
    line = [" "] * grid.columns
    for number in range(ceil(grid.seconds / step)):
        time = format_clock(number * step)
        at = grid.at(number * step)
        if at + len(time) <= grid.columns:
            line[at : at + len(time)] = time
    return "".join(line)


def _phases(plan: Plan, grid: _Grid) -> str:
    named = [(grid.frame(one.start), one.phase.name) for one in plan.phases]
    return _named(named, grid, "─")


def _clips(clips: Sequence[PlannedClip], grid: _Grid) -> str:
    named = [(grid.frame(one.start), one.clip.track.title or source_name(one.clip.track))
             for one in clips]  # fmt: skip
    until = grid.frame(max(one.end for one in clips))
    line = _named(named, grid, " ")
    return line[: until + 1]


def _named(starts: Iterable[tuple[int, str]], grid: _Grid, fill: str) -> str:
    """A bar at each start, and as much of the name as fits up to the next one."""
    line = [" "] * grid.columns
    for at, name in starts:
        line[at:] = list(f"▏{name} ".ljust(grid.columns - at, fill)[: grid.columns - at])
    return "".join(line)


def _loudness(values: NDArray[np.float64], grid: _Grid) -> str:
    """The loudest moment of each column."""
    parts = np.array_split(np.maximum(values, SOFTEST), grid.columns)
    return _blocks([(float(part.max()) if part.size else SOFTEST) for part in parts],
                   SOFTEST, LOUDEST)  # fmt: skip


def _light(points: list[tuple[float, float]], grid: _Grid) -> str:
    """The level in the middle of each column, in steps that look even."""
    times, levels = np.array(points).T
    middles = (np.arange(grid.columns) + 0.5) * (grid.seconds / grid.columns)
    shown: NDArray[np.float64] = np.interp(middles, times, levels)
    return _blocks([lightness(float(level)) for level in shown], 0.0, lightness(1.0))


def _blocks(values: Iterable[float], low: float, high: float) -> str:
    """A block for each value. Only what is at the bottom has none."""
    most = len(BLOCKS) - 1
    parts = ((value - low) / (high - low) for value in values)
    return "".join(BLOCKS[min(most, max(0, ceil(part * most)))] for part in parts)


def _marks(frames: Iterable[int], sign: str, grid: _Grid) -> str:
    line = [" "] * grid.columns
    for frame in frames:
        line[grid.frame(frame)] = sign
    return "".join(line)
