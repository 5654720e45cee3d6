"""What a session does to real music: Debian packages of orchestral and ambient recordings.

    python benchmarks/studies/real_music.py [--folder FOLDER] [--target -24] [--curves]

The packages are downloaded by apt and unpacked below the user's cache folder; a FOLDER of your own
is measured instead. Each file is measured once (`soundscape scan` keeps it). Then, for each track
and for all: where calm takes 0.5 dB or more, by how much, for which share of the time, and how the
loudness range (EBU Tech 3342, from the curve) changes by it and by a ride; how many tracks stay
under their target. The largest rise is over what the ear expects (`soundscape/dsp/calm.py`). Then a
session of all of them is planned, five phases of 48 minutes: where tracks begin, what calm does to
them there, how their openings lie over the 30 s before, from the curves. At last it is rendered
(not with `--curves`) and measured on a grid of 10 ms: the largest rise, matching, dips, clicks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import rendered_session
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.library.files.sound_files import sound_files
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.measure.scan import scan
from soundscape.library.measure.track_gain import effective_loudness, of_measured
from soundscape.library.user_dirs import cache_folder
from soundscape.media.types import Measured
from soundscape.synth import NOMINAL_LUFS
from soundscape.timeline.clip_calm import clip_calm
from soundscape.timeline.loudness_forecast import TENTH, loudness_forecast
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.plan import Plan, PlannedClip, plan
from soundscape.timeline.ride import ride_gain
from soundscape.timeline.show import (
    Envelope,
    FadeFrames,
    FileSource,
    GeneratedSource,
    Layer,
    Move,
    Phase,
    Playlist,
    Show,
    SilentSource,
    Track,
)
from soundscape.units import SAMPLE_RATE, At, frames, seconds

PACKAGES = ("wesnoth-1.16-music", "singularity-music")
CEILING = -1.0
LEAST, NAMED = 0.5, 3.0
"""dB from which a place counts, and from which `check` names it."""
PHASES, PHASE = 5, 2880.0
"""Phases of the session, and the seconds of each."""

Values = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--target", type=float, default=-24.0)
    parser.add_argument("--curves", action="store_true", help="render nothing")
    options = parser.parse_args()
    folders = [options.folder] if options.folder else [unpacked(one) for one in PACKAGES]
    files = [file for folder in folders for file in sound_files(folder, print)]
    with Catalogue(cache_folder(os.environ), print) as catalogue:
        scan(catalogue, files, lambda path, _: print(f"measured {path.name}", flush=True))
        known = [(path, found) for path in files if (found := catalogue.get(path)) is not None]
    report(known, options.target)
    show = session_of(known, options.target)
    made = plan(show)
    report_session(made)
    if not options.curves:
        report_sound(show, made, options.target)


def unpacked(package: str) -> Path:
    """The folder of a package's files, downloaded if it is not there."""
    folder = cache_folder(os.environ) / "real-music" / package
    if not folder.exists():
        folder.mkdir(parents=True)
        subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
        (archive,) = folder.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", archive.name, "."], cwd=folder, check=True)
        archive.unlink()
    return folder


def report(known: list[tuple[Path, Measured]], target: float) -> None:
    """Print a line for each track that calm touches, and one for all."""
    hours = places = 0.0
    shares, changes, rides, worst = [], [], [], []
    unnamed = 0
    errors = []
    for path, measured in known:
        loudness = effective_loudness(of_measured(measured), target, CEILING)
        errors.append(measured.lufs - loudness)
        curve = (measured.curve - loudness).astype(np.float32)
        gain = calm.points(curve)
        after = applied(curve, gain)
        touched = [one for one in calm.places(gain) if one.db <= -LEAST]
        share = 0.0 if gain is None else float((gain < -LEAST).mean())
        change = loudness_range(after) - loudness_range(curve)
        whole = replace(track_of(path, measured, target), momentary=measured.momentary)
        ride = ride_gain(replace(whole, ride=True))
        rides.append(loudness_range(applied(curve, ride)) - loudness_range(curve))
        unnamed += abs(change) > 1 and not any(one.db <= -NAMED for one in touched)
        hours += curve.size / 36_000
        places += len(touched)
        shares.append(share)
        changes.append(change)
        worst.append(float(calm.rises(after.astype(float)).max()))
        if touched:
            deepest = min(one.db for one in touched)
            print(
                f"{path.name[:40]:40} {len(touched):4} places, {deepest:6.1f} dB, "
                f"{100 * share:4.1f} % of the time, range {change:+5.1f} LU"
            )
    print(
        f"{len(known)} tracks, {hours:.1f} h: {places:.0f} places; touched for over 1 % of the "
        f"time: {sum(share > 0.01 for share in shares)} tracks, at most {100 * max(shares):.0f} %; "
        f"loudness range changes by more than 1 LU: {sum(abs(c) > 1 for c in changes)} tracks, "
        f"at most {max(changes, key=abs):+.1f} LU, {unnamed} of them not named by check (a ride "
        f"would: {sum(abs(c) > 1 for c in rides)} tracks); largest rise {max(worst):.1f} LU; "
        f"under the target: {sum(error < -1 for error in errors)} tracks"
    )


def report_session(made: Plan) -> None:
    """Print what a session makes of all the tracks, in shuffled phases."""
    clips = [one for one in made.clips if not isinstance(one.clip.track.source, SilentSource)]
    ends = [phase.start + phase.frames for phase in made.phases]
    orphans = sum(any(end - frames(90) < one.start < end for end in ends) for one in clips)
    early = sum(one.start < start_of(made, one) for one in clips)
    calmed = [
        (place.db, one.clip.track.key, round(place.second))
        for one in clips
        for place in calm.places(clip_calm(one.clip))
        if place.db <= -LEAST and place.second < (one.end - one.start) / SAMPLE_RATE
    ]
    named = [place for place in calmed if place[0] <= -NAMED]
    kept = [seconds(one.clip.kept) for one in clips if one.clip.kept]
    forecast = loudness_forecast(made)
    power = power_of(made)
    rises = [rise for one in clips if (rise := opening_rise(power, power, one)) is not None]
    own = [
        rise
        for one in clips
        if (rise := opening_rise(power, power_of(replace(made, clips=[one])), one)) is not None
    ]
    lowered = [gain.min() for one in clips if (gain := opening_gain(one.clip)) is not None]
    print(
        f"session of {made.duration / SAMPLE_RATE / 3600:.1f} h, {len(clips)} clips: calm takes "
        f"{LEAST} dB or more in {len(calmed)} places, {NAMED} dB or more in {len(named)}, of "
        f"{len({place[1:] for place in named})} passages; at most {min(calmed)[0]:.1f} dB; "
        f"{orphans - early} tracks begin within 90 s before a border they are cut by, {early} "
        f"before their own phase; openings over the 30 s before: median {np.median(rises):+.1f}, "
        f"most {max(rises):+.1f} LU, {sum(rise > 6.5 for rise in rises)} over 6.5; of the track "
        f"that comes in alone: median {np.median(own):+.1f}, most {max(own):+.1f} LU; "
        f"{len(lowered)} lowered, at most {min(lowered, default=0.0):.1f} dB; {len(kept)} tracks "
        f"kept for the next, at most {max(kept, default=0.0):.0f} s; largest rise "
        f"{forecast.largest_rise.lu:.1f} LU"
    )


def report_sound(show: Show, made: Plan, target: float) -> None:
    """Print what the rendered session has on a grid of 10 ms."""
    rendered = rendered_session.render(show)
    rise, at = rendered.largest_rise(target)
    errors = np.abs(rendered_session.matching_errors(rendered, made, target))
    dips = rendered_session.dips(rendered, made)
    clicks = rendered.clicks(rendered_session.edges(made))
    print(
        f"rendered: largest rise on a grid of 10 ms {rise:.2f} LU at {at:.2f} s; "
        f"{errors.size} tracks off their target by {np.median(errors):.2f} LU (median), at most "
        f"{errors.max():.2f} LU; softest 3 s of {len(dips)} joins under the softer side: median "
        f"{np.median(dips):+.1f}, most {max(dips):+.1f} LU, {sum(dip > 6 for dip in dips)} over 6; "
        f"{len(clicks)} clicks {clicks[:5]}"
    )


def session_of(known: list[tuple[Path, Measured]], target: float) -> Show:
    """Return a show whose phases play the tracks, each a fifth of them."""
    tracks = [track_of(path, measured, target) for path, measured in known]
    drone = Track("drone", "drone", GeneratedSource((), 0), frames(600), -NOMINAL_LUFS)
    bed = Playlist("bed", (drone,))
    level = Envelope(((At(), target),))
    phases = [
        Phase(
            name=f"phase {number}",
            frames=frames(PHASE),
            advance="auto",
            loudness=level,
            layers={
                "music": Layer(
                    Playlist(f"p{number}", tuple(tracks[number::PHASES]), True), fit=True
                )
            },
        )
        for number in range(PHASES)
    ]
    fades = FadeFrames(frames(8), frames(25), frames(6), frames(20), frames(60))
    care = Move(At(), {}, 0)
    return Show("real music", 1, fades, tuple(phases), {"music": bed}, bed, care)


def track_of(path: Path, measured: Measured, target: float) -> Track:
    """Return a file as a track, without the silence at its ends."""
    first, last = measured.sound_from, measured.sound_to
    gain = -effective_loudness(of_measured(measured), target, CEILING)
    momentary = measured.momentary[first // TENTH : last // TENTH + 1]
    return Track(
        str(path), path.stem, FileSource(str(path), first), last - first, gain, momentary=momentary
    )


def start_of(made: Plan, one: PlannedClip) -> int:
    """Return the frame at which the phase of a clip begins."""
    return next(phase.start for phase in made.phases if phase.phase.name == one.clip.phase)


def power_of(made: Plan) -> Values:
    """Return the forecast power of each tenth of a second, 1 being 0 LUFS."""
    power: Values = 10.0 ** (loudness_forecast(made).momentary / 10.0)
    return power


def opening_rise(before: Values, power: Values, one: PlannedClip) -> float | None:
    """Return the loudest 3 s of a clip's first 30 s over the mean of the 30 s before, in LU.

    What comes after it is not its opening: a short clip counts up to the next one.
    """
    at, last = one.start // TENTH, (one.end - one.fade_out) // TENTH
    if at < 300 or last - at < 30:
        return None
    until = min(at + 300, last)
    short = np.convolve(power[at - 30 : until], np.full(30, 1 / 30), mode="valid")
    return float(10.0 * np.log10(short.max() / before[at - 300 : at].mean()))


def applied(curve: NDArray[np.float32], gain: Values | None) -> NDArray[np.float32]:
    """The momentary curve under calm's gain."""
    if gain is None:
        return curve
    power = calm.unfolded(curve.astype(float)) * calm.passing(gain)
    windows = np.convolve(power, np.full(4, 0.25))[: curve.size]
    return (10.0 * np.log10(windows + 1e-12)).astype(np.float32)


def loudness_range(curve: NDArray[np.float32]) -> float:
    """EBU Tech 3342: from the 10th to the 95th percentile of gated short-term loudness, in LU."""
    power = 10.0 ** (np.maximum(curve, -100.0).astype(float) / 10.0)
    short = np.convolve(power, np.full(30, 1 / 30), mode="valid")
    if not short.size:
        return 0.0
    heard = short[short > 10.0 ** ((-70.0 + 24.0) / 10.0)]
    if not heard.size:
        return 0.0
    heard = heard[heard > heard.mean() / 100.0]
    low, high = np.percentile(10.0 * np.log10(heard), [10, 95])
    return float(high - low)


if __name__ == "__main__":
    main()
