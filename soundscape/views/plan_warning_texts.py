"""What `check` says of a scene that runs otherwise than it is written."""

from __future__ import annotations

from collections.abc import Sequence

from soundscape.message_text import listed, quoted
from soundscape.translation import gettext as _
from soundscape.translation import marked, ngettext

CUT_TRACKS = marked("tracks are cut before their end, though their layer fits them")
LOWERED_OPENINGS = marked(
    "tracks come in lower than they are, since what sounds before them is far softer"
)
KEPT_TRACKS = marked(
    "tracks come in softly, and what sounds before them is kept until they are near"
)
CALMED_TRACKS = marked(
    "tracks rise fast somewhere, and calm lowers them there so that they do not startle"
)
SOFT_FILES = marked("files stay softer than their target")


# Phases -------------------------------------------------------------------------------------------


def stretched_start(least: float) -> str:
    """A start fade that is too short; `least` in seconds."""
    return _("is stretched to {time} s: the sound rises no faster than 8 dB a second").format(
        time=f"{least:.1f}"
    )


def short_phase(length: float) -> str:
    """A phase of so few seconds that minutes may be meant."""
    return _("{length} s: did you mean {length}m?").format(length=f"{length:g}")


def time_in_prompt(time: str, text: str) -> str:
    """A prompt that begins with its time."""
    return _(
        "its time is part of the text, so it is shown at the start of the phase; for {time} write "
        "{prompt}"
    ).format(time=time, prompt=f'{{at: {time}, say: "{text}"}}')


def silent_phase() -> str:
    """A phase without any sound."""
    return _(
        "has no music and no ambience, so it is silent: if that is meant, plan it with {item}"
    ).format(item="'music: [{silence: 5m}]'")


def phase_without_music() -> str:
    """A phase with ambience alone."""
    return _("has no music: only the ambience sounds")


def steep_rise(lu: float, at: str) -> str:
    """A rise that all fades leave."""
    return _(
        "the sound rises by {lu} LU within a second at {at} of the session, which may startle: "
        "lower what comes in there, or give it a longer fade"
    ).format(lu=f"{lu:.0f}", at=at)


# Tracks -------------------------------------------------------------------------------------------


def cut_track(title: str, left: str) -> str:
    """A track that the end of its phase cuts although its layer has `fit`."""
    return _(
        "{title} is cut {time} before its end, though the layer fits its tracks: no order of them "
        "ends with the phase"
    ).format(title=quoted(title), time=left)


def lowered_opening(at: str, target: float, lower: float, lasts: float) -> str:
    """A track that comes in lower; `target` LU from what sounded to its own target."""
    return _(
        "at {at} it would come in more than 6 LU over the last 30 s ({target} LU to its target): "
        "it comes in {lower} dB lower, and is at its own level after {time} s"
    ).format(at=at, target=f"{target:+g}", lower=f"{lower:.0f}", time=f"{lasts:.0f}")


def kept_track(at: str, kept: float) -> str:
    """A soft track, before which another one is kept for so many seconds."""
    return _(
        "at {at} it comes in more than 6 LU softer than what sounds, which is kept for {time} s "
        "before it fades out"
    ).format(at=at, time=f"{kept:.0f}")


def calmed_track(places: Sequence[str], more: int, deepest: float) -> str:
    """Places where calm lowers a track, and how many more; `deepest` in dB."""
    named = ", ".join(places)
    if more:
        named += ngettext(" and {number} more place", " and {number} more places", more)
    text = (
        _(
            "rises fast at {places}: calm lowers it by {db} dB there, so that it does not startle "
            "({off} on the track leaves it alone)"
        )
        if len(places) + more == 1
        else _(
            "rises fast at {places}: calm lowers it by {db} dB at the most, so that it does not "
            "startle ({off} on the track leaves it alone)"
        )
    )
    return text.format(places=named, db=f"{deepest:.0f}", off="'calm: false'")


# Lights -------------------------------------------------------------------------------------------


def stretched_lights(lights: Sequence[str], longest: str, wanted: str, *, by_rate: bool) -> str:
    """Lights that a limit of the room lets move only more slowly."""
    if len(lights) == 1:
        text = (
            _("{lights} takes {longest}, not {wanted}: the room's limit on a light's rate")
            if by_rate
            else _("{lights} takes {longest}, not {wanted}: the room's limit on messages a second")
        )
    else:
        text = (
            _("{lights} take up to {longest}, not {wanted}: the room's limit on a light's rate")
            if by_rate
            else _(
                "{lights} take up to {longest}, not {wanted}: the room's limit on messages a second"
            )
        )
    return text.format(lights=listed(list(lights)), longest=longest, wanted=wanted)


def hurried_cue(cue: str, place: str, more: int) -> str:
    """A cue that reaches an address too often, and so many more calls."""
    others = ngettext(", and {number} more call", ", and {number} more calls", more) if more else ""
    return _(
        "{cue} reaches {place} for the third time within a second, which could flash{more}: call "
        "it later; a session would hold it back"
    ).format(cue=quoted(cue), place=place, more=others)
