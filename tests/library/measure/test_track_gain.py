from __future__ import annotations

from dataclasses import replace

import pytest

from soundscape.library.measure.track_gain import (
    UNMEASURED,
    Loudness,
    default_target,
    effective_loudness,
    loudest,
    of_album,
    of_generators,
    of_track,
)
from soundscape.media.types import Probe


@pytest.mark.parametrize(
    ("phase", "lufs"),
    [("arrival", -26), ("onset", -24), ("peak", -21), ("return", -25), ("rest", -28), ("tea", -24)],
)
def test_a_phase_s_name_says_its_loudness(phase: str, lufs: float) -> None:
    assert default_target(phase) == lufs


def test_replaygain_is_to_minus_18_lufs_with_a_linear_peak() -> None:
    probe = Probe(1, replaygain_track_gain=-6.5, replaygain_track_peak=0.5)
    assert of_track(probe) == Loudness(-11.5, pytest.approx(-6.02, abs=0.01))


def test_r128_is_to_minus_23_lufs_with_an_unknown_peak() -> None:
    assert of_track(Probe(1, r128_track_gain=-5.0)) == Loudness(-18.0, 0.0)


def test_the_album_s_tags_serve_where_a_track_has_none() -> None:
    probe = Probe(1, replaygain_album_gain=-4.0, replaygain_album_peak=1.0)
    assert of_track(probe) == of_album(probe) == Loudness(-14.0, 0.0)


def test_without_tags_a_file_is_taken_for_loud() -> None:
    assert of_track(Probe(1)) == UNMEASURED == Loudness(-14.0, 0.0)
    assert of_album(Probe(1)) is None


@pytest.mark.parametrize("peak", [None, 0.0])
def test_a_peak_that_is_not_said_is_full_scale(peak: float | None) -> None:
    probe = Probe(1, replaygain_track_gain=0.0, replaygain_track_peak=peak)
    assert of_track(probe).peak == 0.0


def test_the_loudest_of_several_has_the_highest_of_both() -> None:
    assert loudest([Loudness(-20, -1), Loudness(-14, -6)]) == Loudness(-14, -1)


def test_a_stack_has_the_highest_peak_of_its_voices() -> None:
    drone, rain, other = (of_generators([name]) for name in ("drone", "rain", "bells"))
    assert drone.lufs == rain.lufs == -24.0
    assert drone.peak < other.peak < rain.peak
    assert of_generators(["drone", "rain"]) == rain
    assert of_generators(["drone"], lift=2.0) == Loudness(-24.0, drone.peak + 2.0)


def test_the_loudest_phase_is_reached_by_every_generator_but_rain() -> None:
    for name in ("drone", "pad", "bells"):
        assert effective_loudness(of_generators([name]), -21.0, -1.0) == -24.0


def test_a_track_is_raised_by_6_db_at_most() -> None:
    assert -24.0 - effective_loudness(Loudness(-60.0, -40.0), -24.0, -1.0) == 6.0


def test_a_track_s_peak_stays_under_the_ceiling_at_level_plus_3() -> None:
    track, target, ceiling = Loudness(-30.0, -2.0), -21.0, -1.0
    gain = target - effective_loudness(track, target, ceiling)
    assert track.peak + gain + 3.0 == pytest.approx(ceiling)


def test_else_a_track_is_brought_to_the_target() -> None:
    assert effective_loudness(Loudness(-14.0, 0.0), -24.0, -1.0) == -14.0


@pytest.mark.parametrize("gain", [-64.0, -20.1, 20.5, 600.0])
def test_a_tag_beyond_belief_does_not_count(gain: float) -> None:
    probe = Probe(48_000, replaygain_track_gain=gain, replaygain_album_gain=gain)
    assert of_track(probe) == UNMEASURED
    assert of_track(replace(probe, r128_track_gain=-3.0)).lufs == -20.0


def test_of_tags_and_a_look_the_louder_counts() -> None:
    probe = Probe(48_000, replaygain_track_gain=0.0, estimate=(-16.0, -3.0))
    assert of_track(probe).lufs == -16.0
    assert of_track(replace(probe, replaygain_track_gain=-8.0)).lufs == -10.0
