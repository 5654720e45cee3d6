"""The loudness of a track, and the gain that follows from it (EBU R128, ReplayGain 2.0).

A measurement counts most. Until there is one, a track's tags count; without tags it is assumed to
be a loud modern master, which errs on the quiet side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from soundscape.media.types import Measured, Probe
from soundscape.synth import NOMINAL_LUFS
from soundscape.timeline.level_limits import MOST_LEVEL_DB
from soundscape.translation import gettext as _
from soundscape.translation import marked

# LUFS by the role of the phase (docs/clinical.md, Audio).
TARGETS = {"arrival": -26.0, "onset": -24.0, "peak": -21.0, "return": -25.0, "rest": -28.0}
OTHER_TARGET = -24.0

MOST_BOOST = 6.0
"""dB by which a track is raised, at most."""

MOST_TAG = 20.0
"""dB, up or down: a tag beyond it is wrong, and would be silence or a shock."""

REPLAYGAIN_REFERENCE = -18.0  # LUFS; ReplayGain 2.0 specification
R128_REFERENCE = -23.0  # LUFS; RFC 7845, 5.2.1: R128_TRACK_GAIN in Ogg Opus


WIDEST_RANGE = 15.0
MOST_OVER_MEAN = 8.0
"""LU: a larger loudness range, or a louder 3 s over the mean, is worth a warning (docs/clinical.md,
Audio)."""


LEAST_UNDER = 2.0
"""dB: a file that stays under its target by less is not reported."""
LEAST_MONO = -12.0
"""dB: sides that lose more than this where they are played as one cancel each other."""
NOTHING_LEFT = -40.0
MOST_OFFSET_DBFS = -40.0
"""A constant offset above it takes headroom."""

SILENCE_DBFS = -60.0
"""Sound that never rises above this is silence, as at a track's ends."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS, true peak in dBTP."""

    lufs: float
    peak: float


UNMEASURED = Loudness(-14.0, 0.0)

# dBTP of each generator at its nominal loudness: above what was found over a hundred settings and
# minutes of sound (drone −9.8, rain −6.8). A stack is taken for its highest voice:
# the voices hardly ever peak together (shipped stacks −12.5 or lower).
_PEAKS = {"drone": -8.0, "rain": -6.0}
_OTHER_PEAK = -7.0  # what the tests hold every generator to


def of_generators(names: Iterable[str], lift: float = 0.0) -> Loudness:
    """Return the loudness of one generator, or of a stack, that rises at times by `lift` dB."""
    return Loudness(NOMINAL_LUFS, max(_PEAKS.get(name, _OTHER_PEAK) for name in names) + lift)


def of_measured(measured: Measured) -> Loudness:
    """Return a file's measured loudness."""
    return Loudness(measured.lufs, measured.peak)


def of_track(probe: Probe) -> Loudness:
    """Return a file's loudness by its track's tags, else its album's, and by an estimate of its
    parts.

    Of tags and estimate the louder counts. A tag that cannot be true is ignored.
    """
    told = _of_tags(probe)
    if probe.estimate is None:
        return told or UNMEASURED
    seen = Loudness(*probe.estimate)
    return seen if told is None else loudest((told, seen))


def _of_tags(probe: Probe) -> Loudness | None:
    if _is_credible(probe.replaygain_track_gain):
        return _replaygain(probe.replaygain_track_gain, probe.replaygain_track_peak)
    if _is_credible(probe.r128_track_gain):
        return Loudness(R128_REFERENCE - probe.r128_track_gain, UNMEASURED.peak)
    return of_album(probe)


def of_album(probe: Probe) -> Loudness | None:
    """Return the loudness of a file's album by its tags, or None."""
    if not _is_credible(probe.replaygain_album_gain):
        return None
    return _replaygain(probe.replaygain_album_gain, probe.replaygain_album_peak)


def _is_credible(gain: float | None) -> TypeGuard[float]:
    """Return whether a tag's gain (dB) can be that of music."""
    return gain is not None and abs(gain) <= MOST_TAG


def loudest(several: Iterable[Loudness]) -> Loudness:
    """Return the highest loudness and the highest peak of several tracks.

    So an album that gets one gain has its loudest track at the target and the others below it. Its
    mean would bring the loudest above, and nothing may be louder than was asked for.
    """
    known = list(several)
    if len(known) == 1:  # nearly always, and a library may have 100,000 of them
        return known[0]
    return Loudness(max(one.lufs for one in known), max(one.peak for one in known))


def effective_loudness(loudness: Loudness, highest: float, ceiling: float) -> float:
    """Return the loudness L′ (LUFS) that counts: a clip's gain is the target less it.

    `highest` is the highest target (LUFS) that the track will meet, `ceiling` the room's in dBTP.
    So nothing is raised by more than 6 dB, and the true peak stays under the ceiling even with the
    level at +3 dB, by lowering and not by a limiter.
    """
    under_ceiling = loudness.peak + highest + MOST_LEVEL_DB - ceiling
    return max(loudness.lufs, highest - MOST_BOOST, under_ceiling)


def unevenness(measured: Measured) -> Iterator[tuple[str, str]]:
    """Yield what in a file's own dynamics does not suit a session, in words for one and for several
    files.
    """
    if measured.peak <= SILENCE_DBFS:
        yield (
            _("is silent from its start to its end: it plays as an unplanned silence"),
            marked("files are silent from start to end"),
        )
        return
    if measured.range > WIDEST_RANGE:
        yield (
            _(
                "its loudness range is {lu} LU: over {most}, soft passages get lost or loud ones "
                "stand out"
            ).format(lu=f"{measured.range:.0f}", most=f"{WIDEST_RANGE:.0f}"),
            marked("files have soft passages that get lost or loud ones that stand out"),
        )
    if measured.mono < LEAST_MONO:
        said = (
            _(
                "as mono nothing is left of it, since its sides cancel each other: the polarity of "
                "one side is inverted"
            )
            if measured.mono < NOTHING_LEFT
            else _(
                "as mono it is {db} dB softer, since its sides cancel each other: the polarity of "
                "one side is inverted"
            ).format(db=f"{-measured.mono:.0f}")
        )
        yield said, marked("files have one side with inverted polarity, and nearly vanish as mono")
    offset = 20.0 * math.log10(max(measured.offset, 1e-9))
    if offset > MOST_OFFSET_DBFS:
        yield (
            _(
                "has a constant offset (DC) of {db} dBFS, which takes headroom: remove it with a "
                "high-pass at 10 Hz"
            ).format(db=f"{offset:.0f}"),
            marked("files have a constant offset (DC)"),
        )
    over = measured.short_term - measured.lufs
    if over > MOST_OVER_MEAN:
        yield (
            _(
                "its loudest 3 s are {lu} LU over its mean: more than {most}, so they stand out"
            ).format(lu=f"{over:.0f}", most=f"{MOST_OVER_MEAN:.0f}"),
            marked("files have seconds that stand out"),
        )


def softness(measured: Measured, effective: float, highest: float) -> Iterator[str]:
    """Yield by how much a file stays under its target, if that is much, and why.

    `effective` is its loudness L′ at a `highest` target (LUFS).
    """
    under = effective - measured.lufs
    if under < LEAST_UNDER or measured.peak <= SILENCE_DBFS:
        return
    if effective <= highest - MOST_BOOST:
        yield _(
            "is so soft that it stays {under} dB under its target: nothing is raised by more than "
            "{most} dB"
        ).format(under=f"{under:.0f}", most=f"{MOST_BOOST:.0f}")
    else:
        yield _("stays {under} dB under its target, since its peaks would pass the ceiling").format(
            under=f"{under:.0f}"
        )


def default_target(role: str | None) -> float:
    """Return the loudness (LUFS) of a phase that does not say it, by its role."""
    return TARGETS.get(role or "", OTHER_TARGET)


def _replaygain(gain: float, peak: float | None) -> Loudness:
    """Return a loudness. `peak` is linear and of the samples, so the true peak may be a little
    higher.
    """
    lufs = REPLAYGAIN_REFERENCE - gain
    return Loudness(lufs, 20.0 * math.log10(peak) if peak and peak > 0 else UNMEASURED.peak)
