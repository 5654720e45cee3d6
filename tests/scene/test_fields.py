"""How values are written, within what limits, and that a message says so."""

from __future__ import annotations

import pytest

from soundscape.units import At

PHASE = "phases: {a: {duration: 10m, %s}}"


def envelope(model, written: str):
    return model("scene", PHASE % f"loudness: {written}").phases["a"].loudness.points


def value_fault(faults, key: str) -> str:
    return faults("scene", PHASE % key)[0].split("phases.a.", 1)[1]


@pytest.mark.parametrize(
    ("written", "points"),
    [
        ("-24", ((At(), -24.0),)),
        ("-24 LUFS", ((At(), -24.0),)),
        ("-26 to -24 LUFS", ((At(), -26.0), (At(fraction=1.0), -24.0))),
        ("{0%: -24, 100%: -22 LUFS}", ((At(), -24.0), (At(fraction=1.0), -22.0))),
        ("{30: -24, end: -22}", ((At(30.0), -24.0), (At(from_end=True), -22.0))),
    ],
)
def test_an_envelope_is_one_value_a_way_or_points(model, written, points):
    assert envelope(model, written) == points


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("loudness: 24", "'24': a loudness is between -70 and -10 LUFS, so that nothing startles"),
        ("loudness: -24 to 24", "'24': a loudness is between"),
        ("loudness: {}", "has no points: write {0%: -24 LUFS}"),
        ("loudness: [-24]", "needs a loudness, such as -24 LUFS"),
        ("music: {playlist: a, level: 13 dB}", "a gain is at most +12 dB"),
        ("lights: [{set: {a: 1%}, over: 31m}]", "no fade or move is longer than 30 minutes"),
        ("lights: {a: 2700}", "write a light level like 35%, on or off, or 2700K for a light with"),
        ("lights: {a: 101%}", "'101%' is outside 0% to 100%"),
        ("lights: {a: 200K}", "'200K' is outside 1000K to 20000K"),
        ("advance: [auto]", "needs one of auto, manual, dose"),
    ],
)
def test_a_value_out_of_its_form_or_limits_is_told_the_right_one(faults, key, said):
    assert said in value_fault(faults, key)


def test_off_is_silence_for_a_gain_only(model, faults):
    layer = model("scene", PHASE % "music: {playlist: a, level: off}").phases["a"].music
    assert layer.level.points == ((At(), -120.0),)
    assert "'off' is not a loudness" in value_fault(faults, "loudness: off")


def test_a_text_is_kept_as_written_and_is_not_blank(model, faults):
    assert model("scene", "name: 007\n" + PHASE % "advance: auto").name == "007"
    assert "needs a name" in faults("scene", "name: ' '\n" + PHASE % "advance: auto")[0]
    assert "longer than 2000" in faults("scene", f"name: {'x' * 2001}\n" + PHASE % "fit: 1")[0]
