"""Stacks whose voices share a harmony."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from soundscape import synth
from soundscape.errors import InvalidValue
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.synth.machinery.harmony import Harmony
from soundscape.synth.machinery.melody import Figures, Melody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RATE = 48_000
PITCHED = ["drone", "pad", "choir", "strings", "bowls", "bells"]
PITCHED += ["piano", "harp", "kalimba", "glass", "flute", "reed"]
HARMONY = HarmonySpec(key="D", mode="dorian")
Voices = list[tuple[str, "Mapping[str, Any]", float]]
TEXTURE: Voices = [
    ("pad", {"space": 0.5}, 0.0),
    ("strings", {"density": 0.2, "space": 0.5}, -6.0),
    ("piano", {"space": 0.4}, -4.0),
    ("flute", {}, -9.0),
    ("rain", {}, -20.0),
]


def _strongest(sound: synth.Block, count: int = 12) -> np.ndarray:
    """The strongest partials of a sound, log2 of Hz."""
    mono = sound.mean(axis=1)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono))))
    inner = (spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] > spectrum[2:])
    peaks = np.flatnonzero(inner) + 1
    peaks = peaks[spectrum[peaks] > 0.1 * spectrum.max()]
    peaks = peaks[np.argsort(spectrum[peaks])[-count:]]
    return np.log2(peaks * RATE / len(mono))


@pytest.mark.parametrize("name", PITCHED)
def test_every_voice_that_has_a_pitch_sounds_the_chord_that_stands(name: str) -> None:
    """Its strongest partials are low harmonics of the chord's tones, to a sixth of a tone."""
    length = 600.0
    params = {"density": 0.6}
    spec = HarmonySpec(key="A", mode="major")
    harmony = Harmony(110.0, "major", "just", "areas", 5, length)
    stack = synth.create_stack([(name, params, 0.0)], 5, length, spec)
    chords = [c for n in range(2, 14) if (c := harmony.chord(n)).through > 13.0]
    fitting = []
    for chord in chords[:5]:
        sound = stack.render(int((chord.end - 4.0) * RATE), 3 * RATE)
        tones = np.array([*chord.tones, chord.bass])
        harmonics = (tones[:, None] + np.log2(np.arange(1, 7))).ravel()
        for partial in _strongest(sound, 5):
            away = np.abs((partial - harmonics + 0.5) % 1.0 - 0.5).min()
            fitting.append(away < 0.03)
    assert np.mean(fitting) > 0.8


def test_the_same_bytes_in_any_blocks_and_from_anywhere() -> None:
    whole = synth.create_stack(TEXTURE, 3, 300.0, HARMONY).render(40 * RATE, 60_000)
    parts = synth.create_stack(TEXTURE, 3, 300.0, HARMONY)
    counts = [1024, 1, 777, 30_000, 60_000 - 31_802]
    place, joined = 40 * RATE, []
    for count in counts:
        joined.append(parts.render(place, count))
        place += count
    assert np.array_equal(np.concatenate(joined), whole)
    assert np.abs(whole).max() > 0.01


def test_another_seed_is_another_piece() -> None:
    first, other = (
        synth.create_stack(TEXTURE, seed, 300.0, HARMONY).render(60 * RATE, RATE) for seed in (1, 2)
    )
    assert not np.allclose(first, other, atol=1e-2)


@pytest.mark.long
def test_a_composed_stack_breathes_at_the_nominal_loudness_and_never_startles(
    loudness: Callable[[synth.Block], Any],
) -> None:
    sound = synth.create_stack(TEXTURE, 3, 240.0, HARMONY).render(0, 240 * RATE)
    measured = loudness(sound)
    assert measured.integrated == pytest.approx(synth.NOMINAL_LUFS, abs=1.2)
    assert measured.true_peak < -7.0
    heard = np.maximum(measured.momentary[20:], synth.NOMINAL_LUFS - 20.0)
    assert (heard[10:] - heard[:-10]).max() <= 6.0


def test_it_plays_on_beyond_its_length() -> None:
    stack = synth.create_stack(TEXTURE, 3, 60.0, HARMONY)
    later = stack.render(3600 * RATE, 2 * RATE)
    assert 0.01 < np.abs(later).max() < 0.7


@pytest.mark.parametrize("home", [200.0, 500.0])
def test_it_stands_on_its_home_chord_by_the_time_it_is_to_be_home(home: float) -> None:
    stack = synth.create_stack([("pad", {}, 0.0)], 5, 400.0, HarmonySpec(key="A"), home)
    sound = stack.render(int((home - 20.0) * RATE), 8 * RATE)
    harmonics = np.log2(np.outer([110.0, 165.0], np.arange(1, 7))).ravel()
    away = np.abs((_strongest(sound)[:, None] - harmonics + 0.5) % 1.0 - 0.5).min(axis=1)
    assert away.max() < 0.02
    levels = synth.phrase_levels([("pad", {}, 0.0)], 5, 400.0, HarmonySpec(key="A"), home)
    assert len(levels) == max(home, 400.0) + 1


@pytest.mark.parametrize("key", ["D", "G"])
@pytest.mark.parametrize("name", ["drone", "bowls"])
def test_next_to_nothing_deep_sounds_before_the_bass_comes_in(name: str, key: str) -> None:
    full = {"intensity": 1.0, "density": 1.0}
    spec = HarmonySpec(key=key, mode="overtone")
    stack = synth.create_stack([(name, full, 0.0)], 5, 720.0, spec)
    power = np.abs(np.fft.rfft(stack.render(2 * RATE, 16 * RATE).mean(axis=1))) ** 2
    deep = np.fft.rfftfreq(16 * RATE, 1 / RATE) < 240.0
    assert power[deep].sum() < 0.02 * power.sum()


def test_a_pitch_beside_a_harmony_is_refused() -> None:
    with pytest.raises(InvalidValue, match="root: the stack's harmony says it"):
        synth.check("pad", {"root": "D2"}, HARMONY)
    assert synth.check("rain", {}, HARMONY)


def test_modes_that_do_not_go_together_are_told() -> None:
    def voice(name: str, **params: object) -> tuple[str, dict[str, Any]]:
        return name, synth.check(name, params)

    minor, overtone = (
        voice("pad", root="D2", mode="minor"),
        voice("drone", root="D2", mode="overtone"),
    )
    told = synth.mixed_modes([minor, voice("rain"), overtone])
    assert told is not None
    assert told.startswith("pad (minor) and drone (overtone) have tones")
    assert synth.mixed_modes([minor, voice("drone", root="D2", mode="fifths")]) is None
    assert synth.mixed_modes([minor, voice("choir", root="D1", mode="minor")]) is None


def _melody(activity: float = 0.7, plan: str = "areas") -> tuple[Harmony, Melody]:
    harmony = Harmony(110.0, "major", "just", plan, 3, 600.0)
    return harmony, Melody(harmony, Figures(7.0, 2.0, 1.5, activity, ring=3.0), 9)


def test_a_melody_has_only_tones_of_the_chord_within_its_register() -> None:
    harmony, melody = _melody()
    notes = melody.between(0.0, 300.0)
    assert len(notes) > 60
    for note in notes:
        tones = harmony.at(note.time).tones
        away = [abs((np.log2(note.pitch) - tone + 0.5) % 1.0 - 0.5) for tone in tones]
        assert min(away) < 1e-6
        assert 2.0**7.0 - 0.01 <= note.pitch <= 2.0**9.0 + 0.01
        assert 0.0 < note.force <= 1.0


def test_a_melody_is_the_same_however_it_is_asked_for() -> None:
    _, melody = _melody()
    _, again = _melody()
    whole = melody.between(100.0, 200.0)
    assert [
        n for start in range(100, 200, 7) for n in again.between(start, min(start + 7, 200))
    ] == whole


def test_a_figure_comes_again_with_each_period() -> None:
    harmony, melody = _melody(plan="periods")
    rhythm = [
        [note.number % 64 for note in melody.between(chord.begin, chord.end)]
        for chord in map(harmony.chord, range(1, 17))
    ]
    assert all(places == rhythm[0] for places in rhythm)
    assert len(rhythm[0]) >= 3
