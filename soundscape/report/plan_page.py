"""A plan as a page to print, and its picture as PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soundscape.report.page import heading, page, section, table
from soundscape.report.plan_picture import plan_svg
from soundscape.timeline.loudness_forecast import LoudnessForecast
from soundscape.timeline.plan import Plan, source_name
from soundscape.units import SAMPLE_RATE, format_clock
from soundscape.views import plan_texts as texts

PNG_SCALE = 2
"""Pixels of a PNG for one of the picture: sharp on a screen of high resolution and in print."""


def plan_page(plan: Plan, forecast: LoudnessForecast, ranges: ColourRanges) -> str:
    """The picture and tables of a plan as one HTML file. `ranges` are those of lights' colours."""
    title = texts.plan_name(plan.show.name)
    lead = texts.summary(plan.duration / SAMPLE_RATE, str(forecast))
    body = [
        heading(title, lead),
        f"<figure>{plan_svg(plan, forecast, standalone=False)}</figure>",
        *_section(texts.PHASES, texts.PHASE_HEADINGS, _phase_rows(plan), "wttw"),
        *_section(texts.CLIPS, texts.CLIP_HEADINGS, _clip_rows(plan), "ttwwnnnw"),
        *_section(texts.LIGHTS, texts.LIGHT_HEADINGS, _light_rows(plan, ranges), "twn"),
        *_section(texts.CUES, texts.CUE_HEADINGS, _cue_rows(plan), "tw"),
        *_section(texts.PROMPTS, texts.PROMPT_HEADINGS, _prompt_rows(plan), "tw"),
    ]
    return page(title, body, texts.FOOTNOTE)


def plan_png(plan: Plan, forecast: LoudnessForecast) -> bytes:
    """The picture of a plan as a PNG."""
    import resvg_py  # noqa: PLC0415 - a renderer of 3 MB that one option needs

    return bytes(
        resvg_py.svg_to_bytes(svg_string=plan_svg(plan, forecast, standalone=True), zoom=PNG_SCALE)
    )


Row = Sequence[str]
ColourRanges = Mapping[str, tuple[float, float]]
"""Lights with a range of colour, and its ends in kelvin."""


def _section(name: str, headings: Row, rows: list[Row], kinds: str) -> list[str]:
    if not rows:
        return []
    return [section(name, table(headings, rows, [kind if kind != "w" else "" for kind in kinds]))]


def _phase_rows(plan: Plan) -> list[Row]:
    return [
        (p.phase.name, _time(p.start), _time(p.frames), texts.WAITS[p.phase.advance])
        for p in plan.phases
    ]


def _clip_rows(plan: Plan) -> list[Row]:
    return [
        (
            _time(p.start),
            _time(p.end),
            texts.LAYERS[p.clip.layer],
            p.clip.track.title or source_name(p.clip.track),
            f"{p.gain_db:+.1f} dB",
            _short(p.fade_in),
            _short(p.fade_out),
            p.join,
        )
        for p in plan.clips
    ]


def _light_rows(plan: Plan, ranges: ColourRanges) -> list[Row]:
    return [
        (
            _time(move.frame),
            ", ".join(texts.lights(move.values, ranges)),
            _short(move.frames),
        )
        for move in plan.lights
    ]


def _cue_rows(plan: Plan) -> list[Row]:
    return [(_time(c.frame), " ".join(filter(None, (c.name, c.number)))) for c in plan.cues]


def _prompt_rows(plan: Plan) -> list[Row]:
    return [(_time(p.frame), p.text) for p in plan.prompts]


def _time(count: int) -> str:
    return format_clock(count / SAMPLE_RATE)


def _short(count: int) -> str:
    return f"{count / SAMPLE_RATE:.4g} s"
