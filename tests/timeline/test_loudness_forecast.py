from dataclasses import replace

import numpy as np
import pytest
from shows import level, phase, playlist, show, silence, track

from soundscape.dsp.meter import LoudnessMeter
from soundscape.dsp.weighting import in_steps
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.synth import create_stack
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.plan import plan
from soundscape.timeline.show import GeneratedSource, Track, Voice
from soundscape.units import SAMPLE_RATE, frames


def measured(name, *stretches, **more):
    """A track by (seconds, LU over the target), its curve of 400 ms as a meter has it."""
    power = np.concatenate([np.full(round(10 * s), 10 ** (lu / 10)) for s, lu in stretches])
    windows = np.convolve(power, np.full(4, 0.25))[: power.size]
    windows[:3] = windows[3]
    momentary = in_steps((10 * np.log10(windows)).astype(np.float32))
    return replace(track(name, sum(s for s, _ in stretches)), momentary=momentary, **more)


STEADY = measured("steady", (200, 0.0))


def heard(*phases, **more):
    return loudness_forecast(plan(show(*phases, **more)))


def test_a_steady_track_keeps_to_the_target_wherever_that_goes():
    found = heard(phase("one", 100, playlist("m", STEADY), loudness=level((0, -26), (1, -20))))
    settled = slice(250, 990)
    assert found.momentary[settled] == pytest.approx(found.target[settled], abs=0.05)
    assert found.target[499] == pytest.approx(-23, abs=0.01)
    assert found.most_over_target.lu == pytest.approx(0, abs=0.05)


def test_the_power_of_a_crossfade_stays_one():
    found = heard(phase("one", 300, playlist("m", STEADY, measured("other", (200, 0.0)))))
    assert found.momentary[1700:2800] == pytest.approx(0, abs=0.05)


def test_in_a_fade_a_tenth_has_the_mean_power_of_the_whole_tenth():
    planned = plan(show(phase("one", 100, playlist("m", STEADY)), start=8))
    window = frames(0.4)
    for end in range(12, 20):
        at = np.arange(frames(end / 10) - window, frames(end / 10), 10)
        power = np.mean(planned.master["session"].sampled(at) ** 4)
        heard_then = loudness_forecast(planned).momentary[end - 1]
        assert heard_then == pytest.approx(10 * np.log10(power), abs=0.06)


def test_layers_add_up_by_power():
    ambience = playlist("a", measured("rain", (200, 0.0)))
    found = heard(phase("one", 100, playlist("m", STEADY), ambience=ambience))
    assert found.momentary[300:900] == pytest.approx(3.01, abs=0.05)


def test_an_entry_is_told_with_its_second_and_softer_with_calm():
    jump = ((40, -15.0), (60, 5.0))
    wild = heard(phase("one", 90, playlist("m", measured("t", *jump, calm=False))))
    calm = heard(phase("one", 90, playlist("m", measured("t", *jump))))
    assert wild.largest_rise.lu == pytest.approx(20, abs=0.3)
    assert wild.largest_rise.at == pytest.approx(40.5, abs=0.5)
    assert calm.largest_rise.lu <= 10.3


def test_what_is_softer_than_twenty_under_the_target_counts_as_that():
    found = heard(
        phase("one", 90, playlist("m", measured("t", (40, -60.0), (60, 0.0), calm=False)))
    )
    assert found.largest_rise.lu == pytest.approx(20, abs=0.3)


def test_under_the_voice_the_music_is_ducked():
    voice = playlist("v", measured("v", (20, -80.0)), loop=False)
    found = heard(phase("one", 90, playlist("m", STEADY), voice=voice), start=0)
    assert found.momentary[100] == pytest.approx(-12, abs=0.1)
    assert found.momentary[500] == pytest.approx(0, abs=0.1)


def test_a_lower_target_holds_once_its_phase_has_faded_in():
    phases = (
        phase("one", 60, playlist("m", STEADY), loudness=level((0, -20))),
        phase("two", 60, playlist("n", measured("n", (90, 0.0))), loudness=level((0, -28))),
    )
    found = heard(*phases, phase=20)
    assert found.most_over_target.lu < 0.1
    assert found.target[601] == -20
    assert found.target[899] == -28


def test_silence_is_silent_and_a_planned_one_no_rise():
    found = heard(phase("one", 60, playlist("s", silence(90))))
    assert found.momentary.max() <= -119
    assert found.largest_rise.lu == 0


def test_an_edge_between_two_tenths_changes_nothing():
    whole = heard(phase("one", 90, playlist("m", STEADY)), start=7)
    shifted = heard(
        phase("one", 90, playlist("m", replace(STEADY, frames=STEADY.frames - 1234))), start=7
    )
    assert shifted.momentary[:850] == pytest.approx(whole.momentary[:850], abs=0.01)


def test_it_is_printed_for_scripts_and_for_people():
    found = heard(phase("one", 90, playlist("m", measured("t", (40, -15), (60, 2.0), calm=False))))
    told = found.as_json()
    assert set(told) == {"largest_rise", "most_over_target"}
    assert set(told["largest_rise"]) == {"lu", "at"}
    assert str(found).startswith("may startle: rises by at most 17.")
    assert "within a second (at 0:40.4); as loud as planned: its loudest moment is " in str(found)


def test_composed_sound_is_forecast_with_its_phrases_and_other_generated_sound_as_steady():
    voices = (Voice("pad", {}), Voice("strings", {}, -3.0))
    source = GeneratedSource(voices, 7, HarmonySpec(key="D"))
    composed = Track("c", "c", source, frames(240), gain_db=24.0)
    found = heard(phase("one", 200, playlist("m", composed)), start=7, closing=0)
    stack = create_stack(
        [(one.generator, {}, one.level_db) for one in voices], 7, 240, source.harmony
    )
    first, last = 30, 90
    sound = stack.render(first * SAMPLE_RATE, (last - first) * SAMPLE_RATE)
    rendered = short_term(np.array(LoudnessMeter().push(sound)) + 24.0)
    planned = short_term(found.momentary[10 * first : 10 * last])
    assert np.ptp(planned) > 3.0
    assert np.abs(rendered - planned).max() < 2.5
    assert np.std(rendered - planned) < 0.5 * np.std(rendered)
    steady = replace(composed, source=replace(source, harmony=None))
    found = heard(phase("one", 200, playlist("m", steady)), start=7, closing=0)
    assert np.ptp(found.momentary[300:900]) < 1e-6


def short_term(momentary):
    """The loudness of the 3 s about each tenth, without the ends."""
    return (
        10 * np.log10(np.convolve(10 ** (momentary / 10), np.full(30, 1 / 30), mode="valid"))[10:]
    )
