"""Scenes: every key, every short form, every rule."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from soundscape.scene import models
from soundscape.scene.models import FadesSpec, PhaseSpec, Scene, role_of
from soundscape.units import At


def phase(model, keys: str) -> PhaseSpec:
    return model("scene", f"phases: {{peak: {{duration: 20m, {keys}}}}}").phases["peak"]


def phase_faults(faults, keys: str) -> list[str]:
    found = faults("scene", f"phases: {{peak: {{duration: 20m, {keys}}}}}")
    return [line.split("phases.peak.", 1)[1] for line in found]


def test_a_scene_needs_only_a_phase_with_a_duration(model):
    scene: Scene = model("scene", "phases: {peak: {duration: 90}}")
    assert (scene.name, scene.description, scene.seed, scene.calm) == (None, "", None, True)
    assert (scene.fades, scene.landing) == (FadesSpec(), {})
    peak = scene.phases["peak"]
    assert (peak.duration.typical, peak.advance, peak.music, peak.loudness) == (
        90.0,
        "auto",
        None,
        None,
    )
    assert (peak.lights, peak.prompts, peak.cues) == ((), (), ())


def test_the_default_fades_are_the_designs():
    fades = FadesSpec()
    assert (fades.track, fades.phase, fades.skip, fades.start, fades.end, fades.curve) == (
        8.0, 25.0, 6.0, 20.0, 60.0, "equal-power",
    )  # fmt: skip


def test_a_fade_of_nothing_between_tracks_is_a_gapless_join(model):
    assert model("scene", "fades: {track: 0s}\nphases: {a: {duration: 5m}}").fades.track == 0.0


def test_phases_keep_their_order(model):
    text = "phases: {z: {duration: 1m}, a: {duration: 1m}, 3: {duration: 1m}}"
    assert list(model("scene", text).phases) == ["z", "a", "3"]


def test_lights_have_a_short_form(model):
    short = phase(model, "lights: {room: 35%, warmth: 2700K, star: on}").lights
    long = phase(model, "lights: [{set: {room: 35%, warmth: 2700K, star: on}}]").lights
    assert short == long
    assert (short[0].at, short[0].over) == (At(), 10.0)


def test_a_prompt_with_a_colon_is_told_to_stand_in_quotes(faults):
    (found,) = phase_faults(faults, "prompts: [{Remember: mask on}]")
    assert 'write - "Remember: mask on"' in found


def test_a_line_with_a_time_before_it_is_shown_with_its_keys(faults):
    (found,) = phase_faults(faults, "prompts: [{5m: Dose ready}]")
    assert '{at: 5m, say: "Dose ready"}' in found


def test_a_phase_s_role_is_written_or_is_its_name(model):
    scene = "phases: {Reise: {duration: 5m, role: peak}, return: {duration: 5m}, a: {duration: 5m}}"
    phases = model("scene", scene).phases
    assert [role_of(name, spec) for name, spec in phases.items()] == ["peak", "return", None]


def test_prompts_have_a_short_form(model):
    prompts = phase(model, "prompts: [Mask., {say: Mask.}, {at: end, say: Done.}]").prompts
    assert prompts[0] == prompts[1]
    assert prompts[2].at == At(from_end=True)


def test_a_position_may_be_the_planned_end_but_not_beyond(model, faults):
    assert phase(
        model, "cues: [{at: 20m, cue: go}, {at: end-20m, cue: go}, {at: 100%, cue: go}]"
    ).cues
    assert phase_faults(faults, "cues: [{at: 20m1s, cue: go}, {at: end-20m1s, cue: go}]") == [
        "cues.1.at: is after the phase's planned end: the phase lasts 20:00",
        "cues.2.at: is before the phase's start: the phase lasts 20:00",
    ]


def test_positions_are_checked_against_their_own_phase(faults):
    text = """\
    phases:
      a: {duration: 5m, prompts: [{at: 6m, say: x}]}
      b: {duration: {typical: 10m}, prompts: [{at: 6m, say: x}]}
    """
    assert len(faults("scene", text)) == 1


def test_an_envelopes_points_rise_over_the_planned_duration(model, faults):
    assert phase(model, "loudness: {0%: -24, 5m: -23, 50%: -22, end-1m: -21, 100%: -20}").loudness
    assert phase_faults(faults, "loudness: {50%: -24, 9m: -22, 9m0s: -21, end: -20}") == [
        "loudness.9m: must come after the point before it, or the level would jump",
        "loudness.9m0s: must come after the point before it, or the level would jump",
    ]


def test_points_of_one_kind_are_compared_also_where_the_duration_is_faulty(faults):
    found = faults("scene", "phases: {a: {duration: x, loudness: {5m: -24, 1m: -20, 50%: -20}}}")
    assert len(found) == 2


def test_a_cue_call_has_number_list_and_path(model):
    cue = phase(model, "cues: [{cue: go, number: 2.10, list: '3', path: 1}]").cues[0]
    assert (cue.number, cue.list, cue.path) == ("2.10", "3", "1")


def test_durations_are_in_order(faults):
    for written, said in (
        ("{min: 6m, typical: 5m}", "min: is more than 'typical'"),
        ("{typical: 5m, max: 4m}", "max: is less than 'typical'"),
        ("{min: 6m, typical: x, max: 5m}", "min: is more than 'max'"),
    ):
        assert said in "\n".join(faults("scene", f"phases: {{a: {{duration: {written}}}}}"))


def test_landing_takes_one_level(model, faults):
    phases = "\nphases: {a: {duration: 5m}}"
    good = "landing: {music: grounding, ambience: {playlist: rain, level: -20}}"
    assert model("scene", good + phases).landing["ambience"].level.points == ((At(), -20.0),)
    bad = "landing: {music: {playlist: a, level: -3 to -6}}"
    assert faults("scene", bad + phases) == [
        "1:39: landing.music.level: landing has no planned end: write one level"
    ]


def test_models_are_frozen_and_forbid_unknown_fields():
    with pytest.raises(TypeError):
        FadesSpec(tracks=8.0)
    with pytest.raises(FrozenInstanceError):
        FadesSpec().track = 5.0


@pytest.mark.parametrize("name", models.__all__)
def test_everything_of_the_files_is_importable_from_here(name):
    assert getattr(models, name)
