"""What a benchmark finds, and how it is written down: Markdown, JSON, and plots."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from pathlib import Path
from typing import Any


class CannotRun(Exception):
    """A benchmark cannot run; the text says why."""


@dataclass(frozen=True)
class Figure:
    """One quantity, measured once in each round, of ours and of each peer.

    `goal` is the highest median that is wanted: of the ratios to the peer `beside`, taken round by
    round, or of `ours` if there is none. Without a goal the figure is for information only.
    """

    what: str
    unit: str
    ours: Sequence[float]
    peers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    goal: float | None = None
    beside: str | None = None

    def ratios(self, peer: str) -> list[float]:
        """Return ours over the peer's, round by round; infinity where the peer's is 0."""
        both = zip(self.ours, self.peers[peer], strict=True)
        return [mine / other if other else inf for mine, other in both]

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        counted = self.ratios(self.beside) if self.beside else self.ours
        return statistics.median(counted) <= self.goal

    def row(self) -> list[str]:
        """Return the cells of its row of the table."""
        goal = ""
        if self.goal is not None:
            goal = (
                f"≤ {short(self.goal)} × {self.beside}"
                if self.beside
                else (f"≤ {short(self.goal)} {self.unit}")
            )
        verdict = {None: "", True: "holds", False: "**missed**"}[self.holds]
        others = "; ".join(f"{name} {spread(values)}" for name, values in self.peers.items())
        ratios = "; ".join(f"{name} {spread(self.ratios(name))}" for name in self.peers)
        return [self.what, self.unit, spread(self.ours), others, ratios, goal, verdict]


@dataclass(frozen=True)
class Plot:
    """Lines over a common axis: for each name its x and y values."""

    title: str
    x: str
    y: str
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    logarithmic: str = ""
    """`x`, `y` or `xy`: the axes with a logarithmic scale."""

    @property
    def file(self) -> str:
        """The name of its picture."""
        return "".join(c if c.isalnum() else "-" for c in self.title.lower()) + ".svg"


@dataclass
class Result:
    """What a benchmark found, or why it could not run."""

    name: str
    summary: str
    figures: list[Figure] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    error: str | None = None
    seconds: float = 0.0


def short(value: float) -> str:
    """Return a number with three digits that count."""
    if value == 0 or 100 <= abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:#.3g}".rstrip(".") if 1e-3 <= abs(value) < 100 else f"{value:.1e}"


def spread(values: Sequence[float]) -> str:
    """Return the median, and the range if there is one."""
    middle = short(statistics.median(values))
    if len(values) == 1 or min(values) == max(values):
        return middle
    return f"{middle} ({short(min(values))}–{short(max(values))})"


HEAD = ["figure", "unit", "ours", "peers", "ratio", "goal", ""]


def markdown(results: Sequence[Result], about: Mapping[str, str]) -> str:
    """Return all results as a Markdown page."""
    lines = ["# Benchmarks", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    lines += [
        "",
        "Medians, with the range of the rounds. Ratios are ours over the peer's, by round.",
    ]
    for result in results:
        lines += ["", f"## {result.name}", "", result.summary, ""]
        if result.figures:
            lines += _table([HEAD, *(figure.row() for figure in result.figures)])
        lines += [f"\n![{plot.title}]({plot.file})" for plot in result.plots]
        if result.error is not None:
            lines += ["", f"**Could not run:** {result.error}"]
    return "\n".join(lines) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def as_json(results: Sequence[Result], about: Mapping[str, str]) -> dict[str, Any]:
    """Return all results as plain values."""
    return {"about": dict(about), "results": [asdict(result) for result in results]}


def draw(plot: Plot, folder: Path) -> None:
    """Draw a plot as an SVG picture. Raises CannotRun without matplotlib."""
    try:
        from matplotlib import rc_context  # noqa: PLC0415 - only plots need it
        from matplotlib.figure import Figure as Sheet  # noqa: PLC0415
        from matplotlib.ticker import LogLocator, NullFormatter  # noqa: PLC0415
    except ImportError as err:
        raise CannotRun("matplotlib is not installed, so there are no plots") from err
    sheet = Sheet(figsize=(7, 4), layout="constrained")
    axes = sheet.subplots()
    for name, (xs, ys) in plot.lines.items():
        width = 4.0 if name.startswith("ours") else 1.2  # seen even where another covers it
        axes.plot(xs, ys, label=name, marker="." if len(xs) <= 20 else "", linewidth=width)
    axes.set(title=plot.title, xlabel=plot.x, ylabel=plot.y)
    for which, axis, subs in (("x", axes.xaxis, (1,)), ("y", axes.yaxis, (1, 2, 5))):
        if which in plot.logarithmic:
            axes.set(**{f"{which}scale": "log"})
            axis.set_major_locator(LogLocator(subs=subs))
            axis.set_major_formatter("{x:,.12g}")
            axis.set_minor_formatter(NullFormatter())
    if "y" not in plot.logarithmic and all(y >= 0 for _, ys in plot.lines.values() for y in ys):
        axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    if len(plot.lines) > 1:
        axes.legend()
    # Text as text, and nothing that differs from run to run but the lines.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": plot.title}):
        sheet.savefig(folder / plot.file, metadata={"Date": None})
