"""`soundscape plan`: shows the timeline of a scene without playing it."""

from __future__ import annotations

import json

import rich_click as click
from rich.table import Table
from rich.text import Text

from soundscape.cli.loading import load, name_library, plain_console, the_library
from soundscape.cli.options import (
    json_option,
    library_option,
    room_option,
    scene_names,
    seed_option,
)
from soundscape.cli.writing import write
from soundscape.report.plan_chart import plan_chart
from soundscape.report.plan_page import ColourRanges, plan_page, plan_png
from soundscape.report.plan_picture import plan_svg
from soundscape.scene.room import colour_ranges
from soundscape.timeline.loudness_forecast import LoudnessForecast, loudness_forecast
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.overlap import AS_WRITTEN
from soundscape.timeline.plan import Plan, PlannedClip, source_name
from soundscape.timeline.plan import as_json as plan_as_json
from soundscape.timeline.plan import plan as conduct
from soundscape.units import SAMPLE_RATE, format_duration
from soundscape.views.plan_texts import lights

LEAST_TOLD = -0.5
"""dB: what a clip is lowered by less than this as it comes in is not worth a line."""


@click.command()
@click.argument("scene", shell_complete=scene_names)
@library_option
@room_option
@seed_option
@json_option
@click.option("--svg", metavar="FILE", help="Write it as a picture; FILE may be `-`.")
@click.option("--png", metavar="FILE", help="The same picture as PNG.")
@click.option("--html", metavar="FILE", help="Write picture and tables as one page.")
def plan(
    scene: str,
    library: str | None,
    room: str | None,
    seed: int | None,
    *,
    as_json: bool,
    svg: str | None,
    png: str | None,
    html: str | None,
) -> None:
    """Show what a scene will play, and when, if no command changes it.

    A phase that waits is shown with its planned time.

    \b
    Example:
      soundscape plan kap-im
      soundscape plan kap-im --html kap-im.html
    """
    used = the_library(library, scene)
    loaded = load(used, scene, room, seed)
    made, ranges = conduct(loaded.show), colour_ranges(loaded.room)
    forecast = loudness_forecast(made)
    if svg is not None:
        write(svg, plan_svg(made, forecast, standalone=True))
    if png is not None:
        write(png, plan_png(made, forecast))
    if html is not None:
        write(html, plan_page(made, forecast, ranges))
    if as_json:
        report = {**plan_as_json(made), "loudness": forecast.as_json()}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    elif svg is None and png is None and html is None:
        name_library(used)
        _print(made, forecast, ranges)


def _print(made: Plan, forecast: LoudnessForecast, ranges: ColourRanges) -> None:
    console = plain_console()
    console.print(f"{made.show.name}, {_time(made.duration)} with the last fade")
    for said in str(forecast).split("; "):  # each fits into 80 columns
        console.print(f"  {said}", style="dim")
    console.print()
    for line in plan_chart(made, forecast, console.width):
        console.print(line, no_wrap=True, overflow="crop")
    for phase in made.phases:
        waits = {"auto": "", "dose": ", waits for the dose", "manual": ", waits for `next`"}
        console.print()
        console.print(
            Text(f"{_time(phase.start)}  {phase.phase.name}", style="bold"),
            f" {_time(phase.frames)}{waits[phase.phase.advance]}",
        )
        end = phase.start + phase.frames
        clips = [c for c in made.clips if phase.start <= c.start < end]
        console.print(_table(clips))
        for reason in _joins(clips):
            console.print(reason, style="dim")
        for line in _lights(made, phase.start, end, ranges):
            console.print(line, style="dim")


def _table(clips: list[PlannedClip]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for _ in range(5):
        table.add_column(no_wrap=True, overflow="ellipsis")
    for clip in clips:
        track = clip.clip.track
        fades = f"in {_short(clip.fade_in)}, out {_short(clip.fade_out)}"
        title = track.title if track.title else source_name(track)
        table.add_row(
            f"  {_time(clip.start)} – {_time(clip.end)}",
            clip.clip.layer,
            title,
            f"{clip.gain_db:+.1f} dB",
            fades,
        )
    return table


def _joins(clips: list[PlannedClip]) -> list[str]:
    """Return where clips are not joined as the scene says, and why."""
    lines = []
    for clip in clips:
        if clip.join not in {"", AS_WRITTEN}:
            lines.append(f"  {_time(clip.start)}  joined in {_short(clip.fade_in)}: {clip.join}")
        gain = opening_gain(clip.clip)
        if gain is not None and gain.min() <= LEAST_TOLD:
            lines.append(
                f"  {_time(clip.start)}  comes in {-gain.min():.0f} dB softer, at its own level "
                f"after {gain.size / 10:.0f} s: it is far louder than what sounded before"
            )
        if clip.stretched:
            title = clip.clip.track.title or source_name(clip.clip.track)
            lines.append(f"  {_time(clip.start)}  {title} plays on until the phase is over")
    return lines


def _lights(made: Plan, start: int, end: int, ranges: ColourRanges) -> list[str]:
    """Return the moves, cues and prompts between two frames, in order of time."""
    lines = [
        (m.frame, f"lights to {', '.join(lights(m.values, ranges))} in {_short(m.frames)}")
        for m in made.lights
    ]
    lines += [(c.frame, f"cue {c.name} {c.number or ''}".rstrip()) for c in made.cues]
    lines += [(p.frame, f"“{p.text}”") for p in made.prompts]
    within = sorted(line for line in lines if start <= line[0] < end)
    return [f"  {_time(frame)}  {text}" for frame, text in within]


def _time(count: int) -> str:
    return format_duration(round(count / SAMPLE_RATE)).rjust(7)


def _short(count: int) -> str:
    return f"{count / SAMPLE_RATE:.4g} s"
