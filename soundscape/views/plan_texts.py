"""The words of a plan's picture and page."""

from __future__ import annotations

from collections.abc import Mapping

from soundscape.lighting.curve import kelvin_at
from soundscape.units import format_clock, format_kelvin

PLAN = "Plan"
PHASES, CLIPS, LIGHTS, CUES, PROMPTS = "Phases", "What plays", "Lights", "Cues", "Prompts"
LOUDNESS, TARGET, LOOK_AT = "loudness", "target", "look at"
LAYERS = {"music": "music", "ambience": "ambience", "voice": "voice"}
DESCRIPTION = "Phases, tracks with their fades and loudness, lights and cues over the planned time"
PHASE_HEADINGS = ("Phase", "Begins", "Lasts", "Then")
CLIP_HEADINGS = ("From", "To", "Layer", "Title", "Gain", "In", "Out", "Join")
LIGHT_HEADINGS = ("Time", "Lights", "In")
CUE_HEADINGS = ("Time", "Cue")
PROMPT_HEADINGS = ("Time", "")
NOTHING = "–"
WAITS = {"auto": "goes on", "dose": "waits for the dose", "manual": "waits for next"}
FOOTNOTE = (
    "What plays if no command is given; a phase that waits is shown with its planned time. The "
    "times are typical: edit them to your protocol. Soundscape is not a medical device: it plays "
    "audio and sends lighting cues chosen by the operator; it does not diagnose, treat, monitor or "
    "dose; a qualified clinician is present and responsible."
)


def plan_name(scene: str) -> str:
    """A plan's heading."""
    return f"{PLAN}: {scene}"


def summary(length: float, forecast: str) -> str:
    """The line under the heading."""
    return f"{format_clock(length)} with the last fade; {forecast}"


def lights(values: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]) -> list[str]:
    """Each light of a move: in percent, or in kelvin where it has a range of colour."""
    return [
        f"{name} {format_kelvin(round(kelvin_at(value, ranges[name])))}"
        if name in ranges
        else f"{name} {value:.0%}"
        for name, value in values.items()
    ]


def softened(title: str, decibels: float) -> str:
    """Calm lowers a track at a place."""
    return f"{title}: a sudden entry is lowered by {decibels:.0f} dB"


def rises(lu: float) -> str:
    """The largest rise of a session."""
    return f"the largest rise: {lu:.1f} LU within a second"


def joined(title: str, seconds: float, why: str) -> str:
    """A join that is not as the scene says."""
    return f"{title}: joined in {seconds:.4g} s: {why}"
