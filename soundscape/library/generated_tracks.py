"""Makes tracks of generators: checks the parameters, and evens out the loudness."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from soundscape import synth
from soundscape.errors import InvalidValue
from soundscape.library.measure.track_gain import of_generators
from soundscape.library.track_entry import LevelledTrack, TrackEntry
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.scene.models import GeneratorSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import GeneratedSource, Track, Voice
from soundscape.units import SILENCE_DB, frames, seconds

RECORDING = "recording"
"""The parameter of a generator that names a sound file."""

FindRecording = Callable[[TrackEntry, str], Path | None]
"""Returns the file that an entry's text means; None if it cannot be used, which is reported."""


def generated_track(
    entry: TrackEntry, seed: int, recording: FindRecording
) -> Iterator[LevelledTrack]:
    """Yield the track of an entry that names generators, or nothing if its parameters are wrong."""
    spec = entry.spec
    stacked = spec.stack is not None
    specs = spec.stack or ((spec.generate,) if spec.generate else ())
    voices = [
        _voice(entry, ("stack", place) if stacked else (), voice)
        for place, voice in enumerate(specs)
    ]
    known = [voice for voice in voices if voice is not None]
    if len(known) < len(voices):
        return
    if all(voice.level_db <= SILENCE_DB for voice in known):
        entry.fault(("stack",) if stacked else ("level",), "nothing of it is heard")
        return
    rough = None if spec.harmony else synth.mixed_modes((v.generator, v.params) for v in known)
    if rough is not None:
        entry.note("stack", rough)
    lone = 0.0 if stacked else known[0].level_db  # in a stack levels only weigh the voices
    key = _canonical(known, spec.harmony)
    for place, voice in enumerate(known):
        if written := voice.params.get(RECORDING):
            found = recording(entry, written)
            if found is None:
                return
            known[place] = replace(voice, params={**voice.params, RECORDING: str(found)})
    track = Track(
        key=key,
        title=spec.title or " + ".join(map(_voice_title, specs)),
        artist=spec.artist or "",
        source=GeneratedSource(tuple(known), derived_seed(seed, key), spec.harmony),
        frames=frames(spec.duration or 0.0),
        gain_db=spec.gain + lone,
        where=entry.where,
        calm=entry.is_calm,
    )
    lift = max(synth.lift(voice.params, seconds(track.frames)) for voice in known)
    levelled = LevelledTrack(track, of_generators((voice.generator for voice in known), lift))
    yield from entry.long_enough(levelled, "duration")


def _voice(entry: TrackEntry, path: KeyPath, spec: GeneratorSpec) -> Voice | None:
    try:
        params = synth.check(spec.generate, spec.params, entry.spec.harmony)
        return Voice(spec.generate, params, spec.level)
    except synth.ParameterProblems as faults:
        for key, message in faults.problems:
            entry.fault((*path, key), message)
    except InvalidValue as fault:
        entry.fault((*path, "generate"), str(fault))
    return None


def derived_seed(seed: int, name: str) -> int:
    """Return a seed for a name: the same on every machine."""
    return int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:6])


def _canonical(voices: list[Voice], harmony: HarmonySpec | None) -> str:
    """Return one text for one sound, however its parameters were written."""
    names = " + ".join(
        f"{voice.generator} {json.dumps({k: _rounded(v) for k, v in sorted(voice.params.items())})}"
        + (f" at {voice.level_db:g} dB" if len(voices) > 1 else "")
        for voice in voices
    )
    return names if harmony is None else f"{names} in {json.dumps(asdict(harmony))}"


def _rounded(value: Any) -> Any:
    """Round numbers, since a frequency may differ in its last digit from machine to machine."""
    if isinstance(value, EnvelopeSpec):
        points = [[at.seconds, at.fraction, at.from_end, point] for at, point in value.points]
        return [*points, "over phase"] if value.phase else points
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _voice_title(spec: GeneratorSpec) -> str:
    return " ".join(str(part) for part in (spec.generate, spec.params.get("root")) if part)
