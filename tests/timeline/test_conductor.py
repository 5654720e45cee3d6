"""The rules of the timeline, each in a show small enough to reckon by hand."""

import contextlib
import copy
import math

import pytest
from conducted import LONG, RAIN, SHORT, Run
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from shows import level, phase, playlist, show, silence, track

from soundscape.command_specs import COMMANDS
from soundscape.errors import CommandRefused
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.timeline.directives import (
    BusLevel,
    ClipEnds,
    ClipFades,
    ClipStarts,
    CueFires,
    LightsMove,
    MusicRuns,
    MusicStops,
    PhaseBegins,
    PromptShows,
    SessionEnds,
    Warned,
)
from soundscape.timeline.show import Cue, Envelope, Layer, Move, Phase, Playlist, Prompt
from soundscape.timeline.transport import State
from soundscape.units import SAMPLE_RATE, At, frames

# tracks and phases --------------------------------------------------------------------------------


def test_the_next_track_begins_its_crossfade_before_the_current_ones_end():
    run = Run(show(phase("p", 100, SHORT))).to(100)
    assert run.starts() == [("s0", 0), ("s1", 32), ("s2", 64), ("s0", 96)]
    fade = run.all(ClipFades)[0].fade
    assert (fade.start, fade.frames, fade.shape) == (frames(32), frames(8), "equal-power")


def test_of_two_tracks_too_short_for_it_the_crossfade_is_half_the_shorter():
    music = playlist("m", track("a", 40), track("b", 10))
    run = Run(show(phase("p", 100, music))).to(60)
    assert run.starts()[:3] == [("a", 0), ("b", 35), ("a", 40)]


def test_a_track_fade_of_zero_is_a_gapless_join():
    run = Run(show(phase("p", 100, SHORT), track=0)).to(90)
    assert run.starts() == [("s0", 0), ("s1", 40), ("s2", 80)]
    assert run.all(ClipFades) == []


def test_at_a_boundary_the_next_phases_layers_start_and_the_old_fade_out():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, RAIN))).to(61)
    assert run.starts() == [("long0", 0), ("rain", 60)]
    fade = run.all(ClipFades)[0].fade
    assert (fade.start, fade.frames, fade.shape) == (frames(60), frames(25), "equal-power")
    assert run.all(ClipStarts)[1].clip.fade_in.frames == frames(25)


def test_a_layer_that_names_the_same_playlist_plays_on_and_its_level_ramps():
    one = phase("one", 60, LONG, loudness=level((0, -26)))
    two = phase("two", 60, LONG, loudness=level((0, -20)))
    run = Run(show(one, two)).to(61)
    assert run.starts() == [("long0", 0)]
    ramp = run.all(BusLevel)[-1]
    assert ramp.points[0] == (frames(60), -26.0)
    assert ramp.points[1] == (frames(85), -20.0)


def test_a_layer_that_the_next_phase_does_not_name_fades_out_alone():
    one = phase("one", 60, LONG, ambience=RAIN)
    run = Run(show(one, phase("two", 60, LONG))).to(61)
    fades = run.all(ClipFades)
    assert [(f.fade.start, f.fade.frames, f.fade.shape) for f in fades] == [
        (frames(60), frames(25), "square")
    ]


def test_a_layer_that_comes_alone_fades_in_from_silence():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, LONG, ambience=RAIN))).to(61)
    fade = run.all(ClipStarts)[1].clip.fade_in
    assert (fade.shape, fade.frames) == ("square", frames(25))


def test_a_playlist_that_comes_again_later_goes_on_with_its_next_track():
    phases = (phase("one", 60, LONG), phase("two", 60, RAIN), phase("three", 60, LONG))
    assert Run(show(*phases)).to(121).starts()[-1] == ("long1", 120)


def test_after_the_last_track_of_a_playlist_without_loop_comes_the_landing_playlist():
    once = playlist("once", track("a", 40), loop=False)
    rest = playlist("rest", track("ground", 400))
    run = Run(show(phase("p", 100, once), landing=rest)).to(90)
    assert run.starts() == [("a", 0), ("ground", 32)]


def test_a_crossfade_into_planned_silence_is_a_fade_to_silence():
    music = playlist("m", track("a", 40), silence(30))
    run = Run(show(phase("p", 100, music))).to(80)
    assert run.all(ClipFades)[0].fade.shape == "square"


def test_the_session_fades_in_and_ends_itself_after_the_last_phase():
    run = Run(show(phase("p", 100, LONG))).to(200)
    assert run.ramps("session") == [(0, 1.0, 20.0), (100, 0.0, 60.0)]
    assert run.all(SessionEnds) == [SessionEnds(frames(160))]
    assert run.state is State.ENDED


def test_a_start_fade_too_short_for_the_limit_on_rising_is_stretched():
    run = Run(show(phase("p", 100, LONG), start=1)).to(1)
    assert run.ramps("session")[0][2] == pytest.approx(6.867, abs=0.001)


def test_at_most_three_clips_of_a_layer_sound_and_the_oldest_is_out_in_a_second():
    run = Run(show(phase("p", 300, LONG))).to(30)
    for _ in range(3):
        run.do("skip")
        run.to(run.conductor.frame / SAMPLE_RATE + 0.5)
    oldest = run.all(ClipStarts)[0].clip.id
    out = [f.fade for f in run.all(ClipFades) if f.clip == oldest]
    assert min(fade.frames for fade in out) == SAMPLE_RATE


# position -----------------------------------------------------------------------------------------


def cued(*cues: Cue, **more) -> Phase:
    return phase("p", 600, LONG, cues=cues, **more)


def test_hold_stops_the_position_and_the_music_goes_on():
    run = Run(show(phase("one", 60, SHORT), phase("two", 60, RAIN))).to(50).do("hold").to(300)
    assert run.conductor.phase.name == "one"
    assert len(run.starts()) > 5
    run.do("release").to(311)
    assert run.all(PhaseBegins)[-1] == PhaseBegins(frames(310), 1, "two")


def test_extend_stretches_what_is_left_with_the_position_unbroken():
    run = Run(show(cued(Cue(At(fraction=0.75), "go")))).to(300).do("extend", by=300).to(900)
    assert run.all(CueFires)[0].frame == frames(600)
    assert len(run.ramps("session")) == 1
    run.to(901)
    assert run.ramps("session")[-1] == (900, 0.0, 60.0)


def test_a_shortened_phase_ends_now_at_the_earliest():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, RAIN))).to(50).do("extend", by=-999)
    run.to(51)
    assert run.all(PhaseBegins)[-1].frame == frames(50)


def test_beyond_the_longest_or_shortest_it_warns():
    ranged = phase("p", 60, LONG, max_frames=frames(90), min_frames=frames(30))
    run = Run(show(ranged)).to(1).do("extend", by=60).to(2)
    assert "longest" in run.all(Warned)[0].text
    run.do("extend", by=-110).to(3)
    assert "shortest" in run.all(Warned)[1].text


def test_end_minus_comes_before_the_real_end_and_once():
    run = Run(show(cued(Cue(At(seconds=30, from_end=True), "chime")))).to(580)
    run.do("extend", by=100).to(700)
    assert [c.frame for c in run.all(CueFires)] == [frames(570)]


def test_an_envelope_lies_over_the_planned_duration_and_stands_while_held():
    rising = phase("p", 100, LONG, loudness=level((0, -30), (1, -20)))
    run = Run(show(rising)).to(50).do("hold").to(80)
    bus = run.conductor.layers["music"].bus
    assert bus.level(frames(80)) == pytest.approx(-25)
    run.do("release").to(90)
    assert bus.level(frames(90)) == pytest.approx(-24)


def test_an_envelope_takes_as_long_as_an_extended_phase():
    rising = phase("p", 100, LONG, loudness=level((0, -30), (1, -20)))
    run = Run(show(rising)).to(50).do("extend", by=50).to(100)
    assert run.all(BusLevel)[-1].frame == frames(50)
    bus = run.conductor.layers["music"].bus
    assert bus.level(frames(100)) == pytest.approx(-22.5)


def test_moves_and_cues_that_next_passes_over_are_not_sent_but_the_look_goes_there():
    one = phase(
        "one",
        600,
        LONG,
        moves=(Move(At(seconds=300), {"room": 0.2}, frames(10)),),
        cues=(Cue(At(seconds=300), "go"),),
    )
    run = Run(show(one, phase("two", 60, RAIN))).to(100).do("next").to(101)
    assert run.all(CueFires) == []
    assert [(m.values, m.frame) for m in run.all(LightsMove)] == [({"room": 0.2}, frames(100))]


def test_a_session_may_begin_in_the_middle_with_the_look_that_would_stand():
    one = phase("one", 600, LONG, moves=(Move(At(), {"room": 0.2}, 0),))
    two = phase("two", 600, RAIN, cues=(Cue(At(seconds=100), "a"), Cue(At(seconds=400), "b")))
    run = Run(show(one, two), index=1, begin_at=frames(300)).to(101)
    assert run.all(LightsMove)[0].values == {"room": 0.2}
    assert [(c.name, c.frame) for c in run.all(CueFires)] == [("b", frames(100))]
    assert run.starts() == [("rain", 0)]


def test_prompts_show_at_their_position():
    run = Run(show(phase("p", 60, LONG, prompts=(Prompt(At(seconds=5), "Mask."),)))).to(6)
    assert run.all(PromptShows) == [PromptShows(frames(5), "Mask.")]


# waiting and the dose -----------------------------------------------------------------------------


def dosed(**more):
    return show(phase("arrival", 60, LONG, advance="dose"), phase("onset", 60, RAIN), **more)


def test_a_phase_that_waits_for_the_dose_waits_at_its_end_playing():
    run = Run(dosed()).to(100)
    assert run.state is State.WAITING
    run.do("dose").to(101)
    assert run.all(PhaseBegins)[-1].frame == frames(100)
    assert run.conductor.dosed_at == frames(100)


def test_the_dose_moves_such_a_phase_on_before_its_end_too():
    run = Run(dosed()).to(20).do("dose").to(21)
    assert run.conductor.phase.name == "onset"


def test_a_dose_may_be_dated_back_and_a_booster_changes_nothing():
    run = Run(dosed()).to(50).do("dose", ago=30.0)
    assert run.conductor.dosed_at == frames(20)
    run.to(55).do("dose")
    assert run.conductor.dosed_at == frames(20)
    assert run.conductor.phase.name == "onset"


def test_since_the_dose_is_counted_from_it_and_not_before():
    run = Run(dosed()).to(10)
    assert run.conductor.since_dose(frames(10)) is None
    run.do("dose").to(30)
    at = (5, 10, 30)
    assert [run.conductor.since_dose(frames(s)) for s in at] == [None, 0, frames(20)]


def test_a_plan_does_not_wait():
    run = Run(dosed(), never_waits).to(61)
    assert run.conductor.phase.name == "onset"


def test_extending_a_phase_that_waits_gives_it_more_time():
    run = Run(dosed()).to(100).do("extend", by=30).to(129)
    assert run.state is State.PLAYING
    run.to(131)
    assert run.state is State.WAITING


# pause, mute, duck, level -------------------------------------------------------------------------


def test_a_pause_fades_in_three_seconds_then_the_music_stands():
    run = Run(show(phase("p", 100, SHORT))).to(10).do("pause").to(50)
    assert run.ramps("pause") == [(10, 0.0, 3.0)]
    assert run.all(MusicStops) == [MusicStops(frames(13))]
    run.do("play").to(90)
    assert run.ramps("pause")[-1] == (50, 1.0, 15.0)
    assert run.all(MusicRuns) == [MusicRuns(frames(50))]
    # 32 s of music are over when the session is at 32 s and the 37 s it stood
    assert run.starts()[1] == ("s1", 69)


def test_played_again_before_it_is_silent_the_music_never_stood():
    run = Run(show(phase("p", 100, SHORT))).to(10).do("pause").to(11).do("play").to(40)
    assert run.all(MusicStops) == []
    assert run.starts()[1] == ("s1", 32)


def test_a_paused_position_stands():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, RAIN))).to(50).do("pause").to(100)
    run.do("play").to(109)
    assert run.conductor.phase.name == "one"
    run.to(111)
    assert run.all(PhaseBegins)[-1].frame == frames(110)


def test_mute_is_a_one_second_fade_with_the_care_light():
    moves = (Move(At(), {"room": 0.1}, 0),)
    run = Run(show(phase("p", 100, LONG, moves=moves))).to(10).do("mute").to(30)
    assert run.ramps("pause") == [(10, 0.0, 1.0)]
    assert run.all(LightsMove)[-1] == LightsMove(frames(10), {"room": 0.6}, frames(3), care=True)
    run.do("play").to(31)
    assert run.all(LightsMove)[-1].values == {"room": 0.1}


def test_a_second_mute_within_a_second_is_silence_within_fifty_milliseconds():
    run = Run(show(phase("p", 100, LONG))).to(10).do("mute").to(10.5).do("mute").to(20)
    assert run.ramps("pause")[-1][2] <= 0.05
    assert run.all(MusicStops)[0].frame <= frames(10.55)


def test_next_while_paused_moves_on_in_silence():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, RAIN))).to(10).do("pause").to(20)
    run.do("next").to(30)
    assert (run.state, run.conductor.phase.name) == (State.PAUSED, "two")
    run.do("play").to(31)
    assert run.state is State.PLAYING
    assert run.starts()[-1] == ("rain", 20)
    assert [ended.clip for ended in run.all(ClipEnds)] == [run.all(ClipStarts)[0].clip.id]


def test_duck_goes_down_and_comes_back():
    run = Run(show(phase("p", 100, LONG))).to(10).do("duck").to(20).do("duck").to(21)
    assert run.ramps("duck") == [(10, -12.0, 1.5), (20, 0.0, 8.0)]


def test_soften_moves_sound_and_light_together():
    run = Run(show(phase("p", 100, LONG))).to(10).do("soften").to(11)
    assert run.ramps("level")[0][1] == -1.0
    assert run.told[-1].factor == pytest.approx(0.8)


# skip, swap, landing, the end ---------------------------------------------------------------------


def test_skip_goes_to_the_next_track_in_its_own_fade():
    run = Run(show(phase("p", 300, LONG))).to(30).do("skip").to(31)
    assert run.starts()[-1] == ("long1", 30)
    assert run.all(ClipStarts)[-1].clip.fade_in.frames == frames(6)


def test_a_track_too_short_for_the_fade_of_a_skip_comes_in_over_its_first_half():
    run = Run(show(phase("p", 300, playlist("m", track("a", 600), track("b", 8))))).to(30)
    run.do("skip").to(31)
    assert run.starts()[-1] == ("b", 30)
    assert run.all(ClipStarts)[-1].clip.fade_in.frames == frames(4)


def test_swap_leaves_the_track_out_for_the_rest_of_the_session():
    run = Run(show(phase("p", 900, SHORT))).to(5).do("swap").to(600)
    assert "s0" not in [key for key, _ in run.starts()[1:]]


def test_with_all_tracks_swapped_away_the_landing_playlist_plays():
    ground = playlist("ground", track("g", 400))
    run = Run(show(phase("p", 900, SHORT), landing=ground)).to(5)
    for _ in range(3):
        run.do("swap")
        run.to(run.conductor.frame / SAMPLE_RATE + 8)
    assert run.starts()[-1][0] == "g"


def test_even_with_the_landing_and_the_drone_swapped_away_something_plays():
    run = Run(show(phase("p", 900, SHORT))).to(5)
    for _ in range(8):
        run.do("swap")
        run.to(run.conductor.frame / SAMPLE_RATE + 8)
    assert run.starts()[-1][0] == "drone"


def test_skip_without_music_is_refused():
    run = Run(show(phase("p", 100, ambience=RAIN))).to(5)
    with pytest.raises(CommandRefused, match="no music"):
        run.do("skip")


def test_land_goes_to_the_landing_playlist_quietly_and_back():
    ground = playlist("ground", track("g", 400))
    one = phase("one", 60, LONG, ambience=RAIN, loudness=level((0, -21)))
    run = Run(show(one, landing=ground)).to(30).do("land").to(50)
    assert run.starts()[-1] == ("g", 30)
    assert run.all(ClipStarts)[-1].clip.fade_in.frames == frames(20)
    assert run.conductor.layers["music"].bus.level(run.conductor.frame) == -28.0
    assert run.conductor.layers["ambience"].bus is None
    assert run.all(LightsMove)[-1].frames == frames(20)
    run.do("land").to(51)
    assert run.state is State.PLAYING
    assert {key for key, at in run.starts() if at == 50} == {"long1", "rain"}


def test_a_landing_stops_the_position():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, RAIN))).to(50).do("land").to(100)
    assert run.conductor.phase.name == "one"
    run.do("next").to(101)
    assert (run.state, run.conductor.phase.name) == (State.PLAYING, "two")


def test_hold_in_the_end_fade_brings_the_sound_back():
    run = Run(show(phase("p", 100, LONG))).to(130).do("hold").to(500)
    assert run.state is State.HELD
    assert run.ramps("session")[-1] == (130, 1.0, 20.0)


def test_extend_in_the_end_fade_brings_the_sound_back_with_more_time():
    run = Run(show(phase("p", 100, LONG))).to(130).do("extend", by=60).to(260)
    assert run.ramps("session")[1:] == [(100, 0.0, 60.0), (130, 1.0, 20.0), (190, 0.0, 60.0)]
    assert run.state is State.ENDED


def test_stop_ends_in_its_own_time_and_is_not_taken_back():
    run = Run(show(phase("p", 100, LONG))).to(30).do("stop", fade=5.0).to(31)
    with pytest.raises(CommandRefused, match="stopping"):
        run.do("hold")
    run.to(36)
    assert run.all(SessionEnds) == [SessionEnds(frames(35))]


def test_next_in_the_last_phase_ends_the_session():
    run = Run(show(phase("p", 100, LONG, advance="manual"))).to(30).do("next").to(91)
    assert run.state is State.ENDED


def test_goto_a_role_goes_to_the_next_phase_that_has_it():
    phases = [
        phase("Anfang", 60, LONG),
        phase("Heimweg", 60, LONG, role="return"),
        phase("x", 60, LONG),
    ]
    run = Run(show(*phases, phase("Ende", 60, LONG, role="return"))).to(5)
    assert run.do("goto", phase="return").to(10).conductor.phase.name == "Heimweg"
    assert run.do("goto", phase="return").to(20).conductor.phase.name == "Ende"


def test_goto_a_role_that_no_phase_has_says_what_to_write():
    run = Run(show(phase("Anfang", 60, LONG))).to(5)
    with pytest.raises(CommandRefused, match="write 'role: return' to one in the scene"):
        run.do("goto", phase="return")


def test_goto_an_unknown_phase_is_refused_with_a_suggestion():
    run = Run(show(phase("peak", 100, LONG))).to(1)
    with pytest.raises(CommandRefused, match="did you mean 'peak'"):
        run.do("goto", phase="peek")


# care, voice, faults ------------------------------------------------------------------------------


def test_the_care_light_lies_over_moves_and_gives_back_the_look_that_stands_then():
    moves = (Move(At(), {"room": 0.3}, 0), Move(At(seconds=20), {"room": 0.1}, 0))
    run = Run(show(phase("p", 100, LONG, moves=moves))).to(10).do("care").to(30)
    assert [m.values["room"] for m in run.all(LightsMove)] == [0.3, 0.6]
    run.do("care").to(31)
    assert run.all(LightsMove)[-1].values == {"room": 0.1}


def test_a_duck_is_as_deep_as_the_show_says_and_that_under_a_voice_is_not():
    voice = playlist("v", track("hello", 10), loop=False)
    run = Run(show(phase("p", 100, LONG, voice=voice), duck_db=-18.0)).to(20).do("duck").to(30)
    assert run.ramps("duck") == [(20, -18.0, 1.5)]
    assert run.ramps("voice")[0] == (0, -12.0, 1.5)


def test_the_other_layers_are_ducked_while_the_voice_speaks():
    voice = playlist("v", track("hello", 10), loop=False)
    run = Run(show(phase("p", 100, LONG, voice=voice))).to(60)
    assert run.starts() == [("long0", 0), ("hello", 1.5)]
    assert run.ramps("voice") == [(0, -12.0, 1.5), (11.5, 0.0, 8.0)]


def test_a_voice_plays_its_tracks_once_and_one_after_the_other():
    voice = Playlist("v", (track("one", 10), track("two", 10)), loop=False)
    run = Run(show(phase("p", 100, LONG, voice=voice))).to(60)
    assert run.starts()[1:] == [("one", 1.5), ("two", 11.5)]


def test_a_voice_whose_tracks_cannot_be_played_is_silent_and_no_drone():
    voice = playlist("v", track("v1", 5), loop=False)
    run = Run(show(phase("p", 60, LONG, voice=voice)))
    run.conductor.mark_unplayable("v1")
    assert run.to(50).starts() == [("long0", 0)]
    assert run.ramps("voice") == [(0, -12.0, 1.5), (1.5, 0.0, 8.0)]


def test_a_file_that_ends_early_is_left_by_a_crossfade_before_its_end():
    run = Run(show(phase("p", 300, SHORT))).to(15)
    run.conductor.truncate_clip(run.all(ClipStarts)[0].clip.id, frames(22))
    run.to(30)
    assert run.starts()[1] == ("s1", 18)
    assert run.all(ClipFades)[0].fade.end == frames(22)


def test_a_file_a_moment_shorter_than_its_header_said_changes_nothing():
    run = Run(show(phase("p", 300, SHORT))).to(25)
    run.conductor.truncate_clip(run.all(ClipStarts)[0].clip.id, frames(40) - 1000)
    run.to(40)
    assert run.starts()[1] == ("s1", 32)


def test_a_gapless_join_follows_the_real_end_of_the_file():
    run = Run(show(phase("p", 300, SHORT), track=0)).to(30)
    run.conductor.truncate_clip(run.all(ClipStarts)[0].clip.id, frames(40) - 7)
    run.to(41)
    assert run.all(ClipStarts)[1].frame == frames(40) - 7


def test_a_copy_looks_ahead_without_touching_the_session():
    run = Run(show(phase("p", 300, SHORT))).to(10)
    ahead = copy.deepcopy(run.conductor)
    ahead.command(Command("skip"))
    ahead.advance(frames(250))
    run.to(40)
    assert run.starts()[1] == ("s1", 32)


def test_layers_have_levels_of_their_own():
    quiet = Layer(RAIN, Envelope(((At(), -12.0), (At(fraction=1), -20.0))))
    one = Phase("p", frames(100), "auto", level((0, -26)), {"ambience": quiet})
    run = Run(show(one)).to(50)
    assert run.conductor.layers["ambience"].bus.level(frames(50)) == pytest.approx(-42)


# edges --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["hold", "pause"])
def test_a_cue_at_the_very_frame_of_a_command_is_not_lost_nor_those_after_it(what):
    run = Run(show(cued(Cue(At(fraction=1 / 3 + 1e-8), "one"), Cue(At(fraction=0.5), "two"))))
    due = run.conductor.cue_schedule.due(run.conductor.clock)
    run.to(due / SAMPLE_RATE).do(what).to(400).do("release" if what == "hold" else "play").to(700)
    assert [cue.name for cue in run.all(CueFires)] == ["one", "two"]


def test_with_fades_of_zero_what_goes_out_is_gone_without_a_click():
    run = Run(show(phase("one", 60, LONG), phase("two", 60, RAIN), phase=0, skip=0)).to(60.1)
    assert [f.fade.frames for f in run.all(ClipFades)] == [frames(0.05)]
    run.do("skip").to(61)
    assert len(run.conductor.layers["music"].clips) == 1


def test_with_a_phase_fade_of_zero_the_level_still_gets_there_but_no_faster_than_the_limit():
    one, two = (phase(n, 60, LONG, loudness=level((0, db))) for n, db in (("a", -26), ("b", -22)))
    run = Run(show(one, two, phase=0)).to(61)
    bus = run.conductor.layers["music"].bus
    assert bus.level(frames(60.25)) == pytest.approx(-24)
    assert bus.level(frames(60.5)) == -22


@pytest.mark.parametrize("what", [("hold", {}), ("extend", {"by": 60}), ("goto", {"phase": "p"})])
@pytest.mark.parametrize("paused", ["pause", "mute"])
def test_what_brings_back_from_the_end_brings_back_from_a_pause_beneath_it(what, paused):
    run = Run(show(phase("p", 100, LONG))).to(10).do(paused).to(10.5).do("next").to(10.7)
    run.do(what[0], **what[1]).to(20)
    assert run.all(MusicStops) == []
    assert run.ramps("pause")[-1] == (10.7, 1.0, 15.0)
    assert run.conductor.looks.covers == set()


def test_a_dose_in_a_paused_landing_leaves_the_landing_where_it_is():
    run = Run(dosed()).to(10).do("land").to(40).do("pause").to(50).do("dose").to(51).do("play")
    assert run.state is State.LANDING
    assert run.conductor.phase.name == "onset"
    run.to(60).do("land").to(61)
    assert run.starts()[-1] == ("rain", 60)


HELLO = playlist("v", track("hello", 10), loop=False)


def spoken(run):
    return [at for key, at in run.starts() if key == "hello"]


def test_the_same_voice_in_the_next_phase_speaks_again():
    phases = (phase("one", 60, LONG, voice=HELLO), phase("two", 60, LONG, voice=HELLO))
    run = Run(show(*phases)).to(70).do("goto", phase="two").to(80)
    assert spoken(run) == [1.5, 61.5]
    assert spoken(run.to(90).do("goto", phase="two").to(100)) == [1.5, 61.5, 91.5]


def test_coming_back_from_a_landing_the_voice_does_not_speak_again():
    run = Run(show(phase("one", 300, LONG, voice=HELLO))).to(50).do("land").to(80).do("land")
    assert spoken(run.to(150)) == [1.5]


def test_a_voice_that_gives_way_to_another_is_out_before_that_begins():
    other = playlist("w", track("world", 10), loop=False)
    run = Run(show(phase("one", 5, LONG, voice=HELLO), phase("two", 60, LONG, voice=other)))
    run.to(10)
    assert run.starts()[1:] == [("hello", 1.5), ("world", 6.5)]
    assert run.all(ClipFades)[-2].fade.end == frames(6.5)


def test_a_playlist_that_plays_on_takes_the_next_phases_order():
    straight, mixed = (playlist("p", *LONG.tracks, *SHORT.tracks, shuffle=s) for s in (False, True))
    run = Run(show(phase("one", 60, straight), phase("two", 9000, mixed))).to(9000)
    assert run.starts()[0] == ("long0", 0)
    assert [key for key, _ in run.starts()[1:6]] != ["long1", "long2", "s0", "s1", "s2"]


def test_many_skips_at_once_keep_the_power_of_the_music():
    run = Run(show(phase("p", 300, LONG))).to(30)
    for n in range(20):
        run.do("skip").to(30.05 + n / 20)
    run.to(60)
    fades = {}
    for start in run.all(ClipStarts):
        fades[start.clip.id] = [start.clip.fade_in] if start.clip.fade_in else []
    for out in run.all(ClipFades):
        fades[out.clip].append(out.fade)
    for frame in range(frames(30), frames(40), 997):
        begun = [d.clip.id for d in run.all(ClipStarts) if d.clip.start <= frame]
        power = sum(math.prod(f.gain(frame) ** 2 for f in fades[ident]) for ident in begun)
        assert power == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("what", ["skip", "swap"])
def test_music_that_is_only_fading_out_cannot_be_skipped(what):
    run = Run(show(phase("one", 60, LONG), phase("two", 60, ambience=RAIN))).to(70)
    with pytest.raises(CommandRefused, match="no music in two"):
        run.do(what)


def test_an_end_fade_of_zero_is_an_end_without_a_click():
    run = Run(show(phase("p", 60, LONG), end=0)).to(61)
    assert run.ramps("session")[-1] == (60, 0.0, 0.05)
    assert run.all(SessionEnds) == [SessionEnds(frames(60.05))]


anything = st.sampled_from(sorted(COMMANDS)).flatmap(
    lambda do: st.builds(
        Command,
        st.just(do),
        by=st.sampled_from([-90.0, -1.0, 1.0, 90.0]) if do in ("extend", "level") else st.none(),
        phase=st.sampled_from(["a", "b", "c"]) if do == "goto" else st.none(),
        fade=st.sampled_from([0.0, 5.0]) if do == "stop" else st.none(),
    )
)
gaps = st.one_of(st.integers(0, 3), st.integers(0, frames(40)))


@examples(150)
@given(st.lists(st.tuples(gaps, anything), max_size=25), st.sampled_from([0.0, 3.0, 25.0]))
def test_no_commands_leave_a_session_that_plays_silent_or_in_a_wrong_light(lines, fade):
    brief = playlist("brief", *(track(n, 0.1) for n in "xy"), shuffle=True)
    phases = (
        phase("a", 20, SHORT, advance="dose", voice=HELLO),
        phase("b", 1, ambience=RAIN, voice=HELLO),
        phase("c", 20, brief, advance="manual", ambience=RAIN),
    )
    conductor, last = Conductor(show(*phases, track=fade, phase=fade, skip=fade)), 0
    for gap, command in lines:
        for directive in conductor.advance(conductor.frame + gap):
            assert directive.frame >= last
            last = directive.frame
        with contextlib.suppress(CommandRefused):
            conductor.command(command)
        _is_sound(conductor)
    with contextlib.suppress(CommandRefused):
        conductor.command(Command("stop", fade=1.0))
    conductor.advance(conductor.frame + frames(61))
    assert conductor.ended


def _is_sound(conductor):
    state, transport, master = conductor.transport.state, conductor.transport, conductor.master
    over = state in (State.ENDING, State.STOPPING, State.ENDED)
    if state in (State.PLAYING, State.HELD, State.WAITING, State.LANDING):
        assert not master.standing
        assert master.stands_at is None
    assert over or master.ends_at is None
    assert over or ("land" in conductor.looks.covers) == transport.beneath(State.LANDING)
    assert over or ("mute" in conductor.looks.covers) == (state is State.MUTED)
    for name in ("music", "ambience"):
        layer = conductor.layers[name]
        assert state is State.ENDED or layer.bus is None or layer.clips


def test_a_step_at_the_very_end_of_a_phase_that_is_extended_there_does_no_harm():
    late = level((0, -30), (1 - 1e-6, -30), (1, -20))
    run = Run(show(phase("p", 60, LONG, loudness=late, advance="manual"))).to(61)
    run.do("extend", by=30).to(100)
    assert run.state is State.WAITING
