"""The items of the ReSPCT guideline, and what a journal says of them, in words.

ReSPCT: Reporting of Setting in Psychedelic Clinical Trials, doi 10.1038/s41591-025-03685-9,
respctguidelines.com. The guideline has 30 items; those of a session's place and course are named
here, and of the others, which no journal knows, only that they are there.
"""

from __future__ import annotations

from collections.abc import Sequence

from soundscape.units import format_clock, format_kelvin
from soundscape.views.report_texts import NOTHING

PLACE, COURSE = "Physical environment", "Dosing session procedure"
REST = "Therapeutic framework and protocol; subjective experiences"
LEAD = (
    "The items of the ReSPCT guideline (doi 10.1038/s41591-025-03685-9, respctguidelines.com) that "
    "the journal of the session can fill in; fill in the rest by hand. The journal does not "
    "contain who took part: do not write names or dates."
)
REST_NOTE = (
    "Items 18 to 30 are about the protocol and the people, which the journal does not contain. The "
    "checklist of the guideline has their wording."
)
REST_ITEM = "as in the checklist of the guideline"
ITEMS: tuple[tuple[int, str, str], ...] = (
    (1, PLACE, "Location"),
    (2, PLACE, "Ambience of the room"),
    (3, PLACE, "Access to nature"),
    (4, PLACE, "Objects and decorations"),
    (5, PLACE, "Lighting and its adjustability"),
    (6, PLACE, "Sensory reduction: headphones, eyeshades"),
    (7, PLACE, "Bathroom"),
    (8, COURSE, "People present, their number and roles"),
    (9, COURSE, "Positions in the room"),
    (10, COURSE, "Focus and main activities"),
    (11, COURSE, "Music and soundscapes"),
    (12, COURSE, "Interpersonal interventions"),
    (13, COURSE, "The person's autonomy, control and agency"),
    (14, COURSE, "Dosing regimen, length of the session"),
    (15, COURSE, "Medical and experimental procedures"),
    (16, COURSE, "Before and after the dosing"),
    (17, COURSE, "Disturbances and interruptions"),
)
FIRST_UNNAMED, LAST = 18, 30
HEADINGS = ("item", "section", "subject", "from the journal")


def ambience(sounds: Sequence[str]) -> str:
    """What the ambience layer played."""
    return f"sounds of the ambience layer: {', '.join(sounds)}"


def light(name: str, low: float, high: float, colour: tuple[float, float] | None) -> str:
    """A light's values over the session."""
    if colour is not None:
        cold = [format_kelvin(colour[0] + (colour[1] - colour[0]) * one) for one in (low, high)]
        span = cold[0] if cold[0] == cold[1] else f"{cold[0]} to {cold[1]}"
    else:
        span = f"{low:.0%}" if round(low, 2) == round(high, 2) else f"{low:.0%} to {high:.0%}"
    return f"light '{name}': {span}"


def light_limits(rate: float, floor: float) -> str:
    """How gently lights move."""
    return (
        f"dimmable from the therapist's place; no light moves faster than {rate:.0%} a second or "
        f"goes below {floor:.0%} in a phase"
    )


def no_lights() -> str:
    """The program moved no lights."""
    return "the program moved no lights; describe the lights of the room"


def outputs(device: str, names: Sequence[str]) -> str:
    """Where the sound went."""
    where = f", channels for {', '.join(names)}" if names else ""
    return f"sound from the device '{device}'{where}; headphones or loudspeakers: ________"


def sound_limit(ceiling: float, limit: float | None) -> str:
    """What bounds the level."""
    peak = f"true peak at most {ceiling:g} dBTP"
    return peak if limit is None else f"level at the pillow at most {limit:g} dBA, {peak}"


def phase_music(phase: str, length: float, titles: Sequence[str], loudness: str) -> str:
    """The music of a phase."""
    named = "; ".join(titles) if titles else "none"
    return f"{phase} ({format_clock(length)}{loudness}): {named}"


def loudness(median: float, level: Sequence[float]) -> str:
    """How loud it was, and the trim by hand."""
    trims = [f"{one:+g}" if one else "0" for one in sorted(set(level))]
    span = trims[:1] if len(trims) == 1 else [trims[0], trims[-1]] if trims else []
    trim = "" if span in ([], ["0"]) else f", level {' to '.join(span)} dB by hand"
    return f", median {median:.0f} LUFS{trim}"


def talk(ducked: float, times: int) -> str:
    """How often the music was softened to speak."""
    if not times:
        return "the music was not lowered for talk"
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return f"the music was lowered for talk {often}, {format_clock(ducked)} in all"


def steering(counts: Sequence[tuple[str, int]]) -> str:
    """What the therapist changed."""
    if not counts:
        return "no change was made to the music or the light by hand"
    said = ", ".join(f"{name} {number}×" for name, number in counts)
    return f"changes by hand (at whose wish: ________): {said}"


def controls(number: int) -> str:
    """What there was to steer with."""
    extra = f" and {number} pedals, pads or faders" if number else ""
    return f"music and light could be changed at any moment, from the therapist's screen{extra}"


def length(duration: float, dosed_at: float | None, further: int) -> str:
    """The length of the session and the marks of the dose."""
    dose = "no dose marked" if dosed_at is None else f"dose marked at {format_clock(dosed_at)}"
    more = "" if not further else f", {further} further dose{'' if further == 1 else 's'} marked"
    return f"session {format_clock(duration)}; {dose}{more}; drug, amount and route: ________"


def phases(names: Sequence[tuple[str, float]]) -> str:
    """The phases as they ran."""
    return "phases: " + ", ".join(f"{name} {format_clock(lasted)}" for name, lasted in names)


def marks(number: int) -> str:
    """How many notes there are."""
    return f"{number} marks and notes of the therapist are in the report" if number else ""


def no_faults() -> str:
    """Nothing went wrong with the sound or the light."""
    return "no fault of sound or light; other disturbances: ________"


def unknown() -> str:
    """Nothing is known."""
    return NOTHING
