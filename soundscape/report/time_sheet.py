"""A sheet with a time axis, on which rows are drawn from the top down; its measures and colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from soundscape.report.svg_drawing import SvgDrawing
from soundscape.units import format_clock

WIDTH = 760.0
LEFT, RIGHT, TOP = 88.0, 12.0, 6.0
INK, SOFT, GRID = "#222", "#667", "#dde"
PHASE_FILLS = ("#dbe7f3", "#c6d8e8", "#b1c8de", "#d7e4d4", "#e6e2d3", "#e3d9e6")
LAYER_FILLS = {"music": "#8fb3d1", "ambience": "#b5cfa8", "voice": "#e0bd8a"}
SILENCE_FILL = "#e9e9ee"
LOUD_LINE, LOUD_AREA, TARGET_FILL = "#1f5f8b", "#cddcea", "#f3e7c9"
LIGHT_LINE, LIGHT_AREA = "#b07d12", "#f6e6bd"
LOUDEST, SOFTEST = -10.0, -60.0
"""LUFS at the top and the bottom of a loudness row."""
STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds between the lines of the time axis."""
MOST_STEPS = 10

Points = Iterable[tuple[float, float]]
"""Values over time: seconds and a value."""
Runs = list[list[tuple[float, float]]]
"""Points of the drawing, in runs without a break."""


@dataclass(slots=True)
class TimeSheet:
    """The drawing, the time in seconds that it shows, and where the next row begins."""

    drawing: SvgDrawing
    longest: float
    y: float = TOP

    def x(self, t: float) -> float:
        """Where a second is."""
        return LEFT + (WIDTH - LEFT - RIGHT) * min(t, self.longest) / self.longest

    def label(self, text: str, height: float) -> None:
        """The name of a row, beside it."""
        self.drawing.text(LEFT - 8, self.y + height / 2 + 4, text, anchor="end", fill=SOFT)

    def down(self, height: float) -> None:
        """The next row is so far below this one."""
        self.y += height

    def axis(self) -> None:
        """The row with the clock."""
        step = next((one for one in STEPS if self.longest / one <= MOST_STEPS), STEPS[-1])
        for number in range(int(self.longest // step) + 1):
            x = self.x(number * step)
            self.drawing.line([(x, self.y + 16), (x, self.y + 20)], SOFT, width=0.8)
            self.drawing.text(x, self.y + 11, format_clock(number * step), size=10, fill=SOFT,
                              anchor="middle")  # fmt: skip
        self.down(22)

    def loudness_scale(self, name: str, height: float) -> Callable[[float], float]:
        """Lines at each 10 LUFS and their figures; returns where a loudness is."""
        top = self.y

        def y(value: float) -> float:
            part = (LOUDEST - min(LOUDEST, max(SOFTEST, value))) / (LOUDEST - SOFTEST)
            return top + height * part

        for value in (-20, -30, -40, -50):
            self.drawing.line([(LEFT, y(value)), (WIDTH - RIGHT, y(value))], GRID, width=0.6)
            self.drawing.text(LEFT - 8, y(value) + 3.5, f"{value}", size=9, fill=SOFT, anchor="end")
        self.drawing.text(LEFT - 8, top + 8, f"{name}, LUFS", size=9.5, fill=SOFT, anchor="end")
        return y

    def columns(
        self,
        values: Iterable[tuple[float, float | None]],
        of: Callable[[Iterable[float]], float],
    ) -> Runs:
        """One value a pixel of width, in runs without a break."""
        columns: dict[int, list[float]] = {}
        for t, value in values:
            if value is not None:
                columns.setdefault(int(self.x(t)), []).append(value)
        apart = max(2.0, 3.0 * (self.x(1.0) - self.x(0.0)))  # a short session has few points
        runs: Runs = []
        for column, found in sorted(columns.items()):
            if not runs or column - runs[-1][-1][0] > apart:
                runs.append([])
            runs[-1].append((float(column), of(found)))
        return runs

    def area(self, points: list[tuple[float, float]], floor: float, fill: str) -> None:
        """What is between points of the drawing and a floor."""
        self.drawing.polygon([(points[0][0], floor), *points, (points[-1][0], floor)], fill)

    def light(self, name: str, values: Points) -> None:
        """A light's level (0 to 1) over time."""
        height = 24.0
        self.label(name, height)
        bottom = self.y + height
        points = [(self.x(t), bottom - height * min(1.0, max(0.0, v))) for t, v in values]
        self.area(points, bottom, LIGHT_AREA)
        self.drawing.line(points, LIGHT_LINE, width=1.1)
        self.drawing.line([(LEFT, bottom), (WIDTH - RIGHT, bottom)], GRID, width=0.6)
        self.down(height + 6)

    def mark(self, t: float, fill: str, hint: str) -> None:
        """A mark at a second of this row."""
        x, y = self.x(t), self.y
        self.drawing.polygon([(x - 4, y), (x + 4, y), (x, y + 10)], fill, hint=hint)
