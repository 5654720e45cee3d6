"""How loud a planned session will be, reckoned from the tracks' measured curves, unrendered.

For each tenth of a second: what each clip's curve has there, with calm, times the clip's fades, its
bus and the master, all summed by power as unlike sounds are. Generated sound counts as steady at
its nominal loudness, but for a stack with a harmony, whose phrases are known. The ceiling is not
reckoned with: it works only when something is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.dsp.weighting import SILENT_LUFS, trailing_mean
from soundscape.synth import NOMINAL_LUFS, phrase_levels
from soundscape.timeline.clip_calm import clip_gain
from soundscape.timeline.directives import Clip
from soundscape.timeline.envelope import contour
from soundscape.timeline.plan import Plan, PlannedClip, PlannedPhase
from soundscape.timeline.show import GeneratedSource, SilentSource, Track
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.units import SAMPLE_RATE, format_duration, seconds

NOTHING_SUDDEN = 6.0
"""LU: a rise within a second that is no larger is not worth a look."""
_RISES = (
    (NOTHING_SUDDEN, marked("nothing sudden")),
    (10.5, marked("swells, within what calm allows")),
    (inf, marked("may startle")),
)
_LOUDEST = (
    (-3.0, marked("softer than planned")),
    (3.0, marked("as loud as planned")),
    (6.0, marked("at times a little louder than planned")),
    (9.0, marked("at times clearly louder than planned")),
    (inf, marked("at times far louder than planned")),
)
"""Figures in LU up to which a word holds. A difference of 3 LU is just noticed in passing, 10 LU is
twice as loud."""

TENTH = SAMPLE_RATE // 10
_WINDOW = 4  # tenths that a momentary value looks back

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moment:
    """A difference in LU, and the second of the session at which it is reached."""

    lu: float
    at: float

    def as_json(self) -> dict[str, float]:
        """As commands print it."""
        return {"lu": round(self.lu, 2), "at": self.at}


@dataclass(frozen=True, slots=True)
class LoudnessForecast:
    """The momentary loudness of a session and what it aims at.

    Both in LUFS, shape (n,): element i of the 400 ms that end at (i + 1) / 10 s, and of that time.
    """

    momentary: Values
    target: Values

    @property
    def largest_rise(self) -> Moment:
        """The largest rise over what the ear expects (`dsp.calm`).

        What is softer than 20 LU under the target counts as that.
        """
        floor = self.target + calm.FLOOR
        before = calm.expected(self.momentary, SILENT_LUFS)
        return _most(np.maximum(self.momentary, floor) - np.maximum(before, floor))

    @property
    def most_over_target(self) -> Moment:
        """Where the momentary loudness lies highest over the target; below 0 if it never does."""
        return _most(self.momentary - self.target)

    def __str__(self) -> str:
        rise, over = self.largest_rise, self.most_over_target
        text = (
            _(
                "{rise}: rises by at most {lu} LU within a second (at {at}); {loud}: its loudest "
                "moment is {over} LU under its target (at {loudest})"
            )
            if over.lu < 0
            else _(
                "{rise}: rises by at most {lu} LU within a second (at {at}); {loud}: its loudest "
                "moment is {over} LU over its target (at {loudest})"
            )
        )
        return text.format(
            rise=_word(rise.lu, _RISES),
            lu=f"{rise.lu:.1f}",
            at=format_duration(rise.at),
            loud=_word(over.lu, _LOUDEST),
            over=f"{abs(over.lu):.1f}",
            loudest=format_duration(over.at),
        )

    def as_json(self) -> dict[str, dict[str, float]]:
        """As `plan --json` and `check --json` print it: LU, and seconds of the session."""
        return {
            "largest_rise": self.largest_rise.as_json(),
            "most_over_target": self.most_over_target.as_json(),
        }


def loudness_forecast(plan: Plan) -> LoudnessForecast:
    """The loudness of a session that goes as planned."""
    tenths = max(1, -(-plan.duration // TENTH))
    power = np.zeros(tenths)
    for clip in plan.clips:
        _add(power, clip, plan)
    windows = trailing_mean(power, _WINDOW)
    silence = 10.0 ** (SILENT_LUFS / 10.0)
    return LoudnessForecast(10.0 * np.log10(windows + silence), _target(plan, tenths))


def _word(lu: float, words: Sequence[tuple[float, str]]) -> str:
    return _(next(word for limit, word in words if lu <= limit))


def _most(values: Values) -> Moment:
    at = int(np.argmax(values))
    return Moment(float(values[at]), (at + 1) / 10)


# Clips --------------------------------------------------------------------------------------------


def _add(power: Values, planned: PlannedClip, plan: Plan) -> None:
    """Add a clip's power to that of the session's tenths."""
    track = planned.clip.track
    last = min([planned.end, *(fade.end for fade in planned.outs)])
    if isinstance(track.source, SilentSource) or last <= planned.start:
        return
    first = planned.start // TENTH
    edges = np.arange(first, min(power.size, -(-last // TENTH)) + 1) * TENTH
    passed = np.interp(edges, *_energy(planned.clip, planned.start, last))
    power[first : first + edges.size - 1] += np.diff(passed) / TENTH * _gain(edges, planned, plan)


def _energy(clip: Clip, start: int, last: int) -> tuple[Values, Values]:
    """Frames of the session, and the energy that a clip has given by then."""
    generated = isinstance(clip.track.source, GeneratedSource)
    steady = NOMINAL_LUFS + clip.track.gain_db if generated else 0.0
    levels = _tenths(clip, steady, last - start)
    if levels is None:
        return np.array([start, last]), np.array([0.0, (last - start) * 10.0 ** (steady / 10.0)])
    heard = start + np.arange(levels.size + 1) * TENTH
    given = np.concatenate([[0.0], np.cumsum(levels) * TENTH])
    end = float(np.interp(last, heard, given))
    before = heard < last
    return np.append(heard[before], last), np.append(given[before], end)


def _tenths(clip: Clip, steady: float, length: int) -> Values | None:
    """The power of a clip's tenths over the target's, with its gain; None where it is steady."""
    known, gain = clip.track.curve, clip_gain(clip)
    phrases = _phrases(clip.track, -(-length // TENTH))
    if known is not None and known.size:
        power = calm.unfolded(known.astype(np.float64))
    elif phrases is not None:
        power = 10.0 ** ((steady + phrases) / 10.0)
    elif gain is not None:
        power = np.full(-(-length // TENTH), 10.0 ** (steady / 10.0))
    else:
        return None
    if gain is not None:
        passing = calm.passing(gain)[: power.size]
        power[: passing.size] *= passing
    return power


def _phrases(track: Track, tenths: int) -> Values | None:
    """How loud composed sound is over its nominal loudness (dB); beyond its end as at its end."""
    source = track.source
    if not isinstance(source, GeneratedSource) or source.harmony is None:
        return None
    voices = [(one.generator, one.params, one.level_db) for one in source.voices]
    levels = phrase_levels(voices, source.seed, seconds(track.frames), source.harmony, source.home)
    at = (np.arange(tenths) + 0.5) / 10.0
    phrases: Values = np.interp(at, np.arange(levels.size), levels)
    return phrases


# Gains --------------------------------------------------------------------------------------------


def _gain(edges: NDArray[np.int64], planned: PlannedClip, plan: Plan) -> Values:
    """The mean power gain between one edge and the next, by Simpson's rule."""
    at = np.arange(edges[0], edges[-1] + 1, TENTH // 2)
    decibels = plan.buses[planned.clip.bus].sampled(at) + plan.master["level"].sampled(at)
    duck = plan.master["duck"].sampled(at)
    under = plan.master["voice"].sampled(at)
    decibels += duck if planned.clip.layer == "voice" else np.minimum(duck, under)
    gain = 10.0 ** (decibels / 20.0)
    gain *= plan.master["pause"].sampled(at) ** 2 * plan.master["session"].sampled(at) ** 2
    for fade in (*([planned.clip.fade_in] if planned.clip.fade_in else []), *planned.outs):
        gain *= fade.sampled(at)
    power = gain * gain
    mean: Values = (power[:-1:2] + 4.0 * power[1::2] + power[2::2]) / 6.0
    return mean


def _target(plan: Plan, tenths: int) -> Values:
    """What the music is to be at; while a phase fades in, the higher of the two phases' targets."""
    at = np.arange(1, tenths + 1) * TENTH
    target = np.full(tenths, -np.inf)
    before = -np.inf
    for phase in plan.phases:
        aim = contour(phase.phase.loudness, phase.phase.frames).eased()
        within = at > phase.start
        target[within] = np.interp(at[within] - phase.start, aim.positions, aim.values)
        fading = within & (at <= phase.start + _fade(phase, plan))
        target[fading] = np.maximum(target[fading], before)
        before = aim.at(phase.frames)
    return target


def _fade(phase: PlannedPhase, plan: Plan) -> int:
    own = phase.phase.fade
    return plan.show.fades.phase if own is None else own
