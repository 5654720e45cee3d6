import json
from dataclasses import replace

import numpy as np
import pytest
from shows import level, phase, playlist, show, silence, track

from soundscape.dsp.weighting import in_steps
from soundscape.timeline.plan import as_json, plan, source_kind, source_name
from soundscape.timeline.show import Cue, GeneratedSource, Move, Prompt, Track, Voice
from soundscape.units import At, frames

MUSIC = playlist("m", track("a", 40, gain_db=2.0), track("b", 40))


def planned(*phases, **more):
    return as_json(plan(show(*phases, **more)))


def test_phases_follow_each_other_and_the_last_fade_comes_on_top():
    told = planned(phase("one", 60, MUSIC), phase("two", 30, MUSIC, advance="manual"))
    assert told["duration"] == 150
    assert [(p["name"], p["start"], p["duration"]) for p in told["phases"]] == [
        ("one", 0, 60),
        ("two", 60, 30),
    ]


def test_a_clip_has_its_times_its_fades_and_its_gain():
    told = planned(phase("one", 60, MUSIC, loudness=level((0, -24), (1, -20))), end=10)
    first, second = told["clips"][:2]
    assert first == {
        "layer": "music",
        "phase": "one",
        "title": "a",
        "source": "a",
        "start": 0,
        "end": 40,
        "fade_in": 20,
        "fade_out": 8,
        "gain_db": -22,
        "join": "",
        "stretched": 0.0,
        "kept": 0.0,
        "opening": None,
    }
    assert (second["start"], second["fade_in"]) == (32, 8)
    assert second["gain_db"] == pytest.approx(-24 + 4 * 32 / 60, abs=0.01)


def test_a_track_that_fades_by_itself_is_met_earlier_and_the_plan_says_why():
    curve = np.zeros(400, np.float32)
    curve[280:] = -30.0
    fading = replace(track("Dusk", 40), momentary=in_steps(curve))
    clips = planned(phase("one", 60, playlist("m", fading, track("b", 40))))["clips"]
    assert [(c["title"], c["start"]) for c in clips[:3]] == [("Dusk", 0), ("b", 28), ("Dusk", 60)]
    assert clips[0]["fade_out"] == clips[1]["fade_in"] == 12
    assert clips[1]["join"] == "Dusk fades out by itself for 12 s"
    assert clips[2]["join"] == "as the scene says"


def test_what_sounds_at_the_end_falls_with_the_session():
    last = planned(phase("one", 60, MUSIC), end=10)["clips"][-1]
    assert (last["end"], last["fade_out"]) == (70, 10)


def test_a_clip_that_a_phase_takes_out_ends_with_that_fade():
    told = planned(phase("one", 10, MUSIC), phase("two", 60, playlist("r", track("r", 900))))
    assert (told["clips"][0]["end"], told["clips"][0]["fade_out"]) == (35, 25)


def test_lights_cues_and_prompts_are_there_at_their_times():
    one = phase(
        "one",
        60,
        MUSIC,
        moves=(Move(At(seconds=5), {"room": 0.1}, frames(3)),),
        cues=(Cue(At(seconds=6), "go", "2"),),
        prompts=(Prompt(At(seconds=7), "Mask."),),
    )
    told = planned(one)
    assert told["lights"] == [{"at": 5, "set": {"room": 0.1}, "over": 3}]
    assert told["cues"] == [{"at": 6, "cue": "go", "number": "2"}]
    assert told["prompts"] == [{"at": 7, "say": "Mask."}]
    json.dumps(told)


def test_the_same_show_gives_the_same_plan():
    shuffled = playlist("m", *(track(n, 7) for n in "abcdef"), shuffle=True)
    assert planned(phase("one", 600, shuffled)) == planned(phase("one", 600, shuffled))


@pytest.mark.long
def test_two_thousand_of_the_shortest_tracks_are_planned_too():
    told = planned(phase("one", 45, playlist("m", track("a", 0.1), track("b", 0.1))))
    assert len(told["clips"]) > 2000
    assert told["duration"] == 105


def test_a_source_is_named_in_a_word():
    voices = (Voice("pad", {}), Voice("rain", {}))
    assert source_name(Track("g", "g", GeneratedSource(voices, 1), 9)) == "pad + rain"
    assert source_name(silence(3)) == "silence"
    assert source_name(track("x.flac", 3)) == "x.flac"


def test_the_kind_of_a_source_is_told():
    voices = (Voice("pad", {}),)
    assert source_kind(Track("g", "g", GeneratedSource(voices, 1), 9)) == "generated"
    assert source_kind(silence(3)) == "silence"
    assert source_kind(track("x.flac", 3)) == "file"
