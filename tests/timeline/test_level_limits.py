"""How far the level and the trims of the outputs go."""

import pytest
from conducted import LONG, Run
from shows import level, phase, show

from soundscape.errors import CommandRefused
from soundscape.timeline.directives import OutputTrim
from soundscape.timeline.show import Envelope, Layer, Phase
from soundscape.units import SAMPLE_RATE, At, frames


def test_the_level_rises_slowly_and_ends_three_decibels_over_the_scenes():
    run = Run(show(phase("p", 100, LONG))).to(10).do("level", by=9.0).to(11)
    assert run.ramps("level") == [(10, 3.0, 2.0)]
    with pytest.raises(CommandRefused, match="highest"):
        run.do("level", by=1.0)


OUTPUTS = {"headphones": 0.0, "speakers": -6.0}


def trims(run):
    return [
        (d.output, round(d.frame / SAMPLE_RATE, 3), d.value, round(d.frames / SAMPLE_RATE, 3))
        for d in run.all(OutputTrim)
    ]


def test_an_output_has_a_trim_of_its_own_at_the_pace_of_the_level():
    run = Run(show(phase("p", 100, LONG), outputs=OUTPUTS)).to(10)
    run.do("level", by=-6.0, output="speakers").to(20).do("level", by=3.0, output="speakers").to(30)
    assert trims(run) == [("speakers", 10, -12.0, 0.5), ("speakers", 20, -9.0, 2.0)]
    assert run.ramps("level") == []
    assert run.conductor.master.trims == {"headphones": 0.0, "speakers": -9.0}


def test_an_output_rises_at_most_three_decibels_over_the_rooms_trim_and_never_over_zero():
    run = Run(show(phase("p", 100, LONG), outputs=OUTPUTS)).to(10)
    run.do("level", by=20.0, output="speakers")
    assert run.conductor.master.trims["speakers"] == -3.0
    for output, limit in (
        ("speakers", "speakers is at its highest, -3 dB"),
        ("headphones", "headphones is at its highest, [+]0 dB"),
    ):
        with pytest.raises(CommandRefused, match=limit):
            run.do("level", by=1.0, output=output)
    run.do("level", by=-60.0, output="headphones")
    with pytest.raises(CommandRefused, match="headphones is at its lowest, -40 dB"):
        run.do("level", by=-1.0, output="headphones")


def test_an_unknown_output_is_refused_with_those_that_are_known():
    run = Run(show(phase("p", 100, LONG), outputs=OUTPUTS)).to(10)
    with pytest.raises(CommandRefused, match="no output 'tv': it has headphones and speakers"):
        run.do("level", by=-1.0, output="tv")
    with pytest.raises(CommandRefused, match="names none"):
        Run(show(phase("p", 100, LONG))).do("level", by=-1.0, output="speakers")


def test_the_limit_of_a_calibrated_room_holds_for_an_output_and_the_level_together():
    loud = phase("p", 100, LONG, loudness=level((0, -12.0)))
    run = Run(show(loud, level_cap_lufs=-10.0, outputs=OUTPUTS)).to(10)
    run.do("level", by=1.0).do("level", by=3.0, output="speakers")
    assert run.conductor.master.trims["speakers"] == -5.0
    with pytest.raises(CommandRefused, match="highest"):
        run.do("level", by=1.0)
    run.do("level", by=-3.0, output="speakers").do("level", by=3.0)
    assert run.conductor.master.level_db == 2.0


def test_far_below_the_rooms_limit_a_raised_output_takes_nothing_from_the_level():
    soft = phase("p", 100, LONG, loudness=level((0, -30.0)))
    run = Run(show(soft, level_cap_lufs=-10.0, outputs=OUTPUTS)).to(10)
    run.do("level", by=3.0, output="speakers").do("level", by=3.0)
    assert (run.conductor.master.trims["speakers"], run.conductor.master.level_db) == (-3.0, 3.0)


def test_a_calibrated_room_caps_target_and_level_together():
    loud = phase("p", 100, LONG, loudness=level((0, -12.0)))
    run = Run(show(loud, level_cap_lufs=-11.0)).to(10).do("level", by=3.0)
    assert run.conductor.master.level_db == 1.0
    over = Run(show(phase("p", 9, LONG, loudness=level((0, -5.0))), level_cap_lufs=-11.0))
    assert over.conductor.layers["music"].bus.level(0) == -11.0


def test_going_back_to_a_louder_phase_takes_the_level_down_to_the_rooms_limit():
    loud, quiet = (
        phase(n, 60, LONG, loudness=level((0, db))) for n, db in (("l", -12), ("q", -30))
    )
    run = Run(show(loud, quiet, level_cap_lufs=-11.0)).to(60.1).do("level", by=3).to(65)
    assert run.conductor.master.level_db == 3
    run.do("goto", phase="l").to(66)
    assert run.ramps("level")[-1][:2] == (65, 1.0)


def test_the_rooms_limit_counts_a_layers_own_level_too():
    up = Layer(LONG, Envelope(((At(), 2.0),)))
    one = Phase("p", frames(100), "auto", level((0, -14)), {"music": up})
    run = Run(show(one, level_cap_lufs=-11.0)).to(1).do("level", by=3)
    assert run.conductor.master.level_db == 1
