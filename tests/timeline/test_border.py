"""No track begins shortly before its phase ends."""

import copy

import conducted
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from shows import generated, level, phase, playlist, show, silence, track

from soundscape.errors import CommandRefused
from soundscape.timeline.conductor import never_waits, waits_as_written
from soundscape.timeline.directives import BusLevel, ClipEnds, ClipStarts, ClipStretches
from soundscape.timeline.plan import plan
from soundscape.units import SAMPLE_RATE, frames

FILES = playlist("files", *(track(f"f{n}", 100) for n in range(20)))
LONG = playlist("long", *(track(f"long{n}", 1200) for n in range(3)))
RAIN = playlist("rain", track("rain", 9000))
ENDLESS = playlist("endless", *(generated(f"d{n}", 130) for n in range(20)))


class Run(conducted.Run):
    """With the starts of one layer, in whole seconds."""

    def __init__(self, a_show, waits=never_waits):
        super().__init__(a_show, waits)

    def starts(self, layer="music"):
        return [
            (d.clip.track.key, round(d.frame / SAMPLE_RATE))
            for d in self.told
            if isinstance(d, ClipStarts) and d.clip.layer == layer
        ]


# files: 100 s each, so they start at 0, 92, 184, 276, 368 s


def test_after_a_file_the_next_phases_first_track_begins():
    run = Run(show(phase("one", 300, FILES), phase("two", 600, LONG))).to(320)
    assert run.starts() == [("f0", 0), ("f1", 92), ("f2", 184), ("long0", 276)]
    assert run.to(900).starts()[4:] == []  # it plays on over the border
    early = [d.clip for d in run.told if isinstance(d, ClipStarts)][-1]
    assert early.phase == "two"


def test_what_begins_early_goes_over_to_its_phases_level_at_the_border():
    one = phase("one", 300, FILES, loudness=level((0, -22)))
    two = phase("two", 600, LONG, loudness=level((0, -25)))
    run = Run(show(one, two)).to(310)
    clip = [d.clip for d in run.told if isinstance(d, ClipStarts)][-1]
    levels = [d for d in run.told if isinstance(d, BusLevel) and d.bus == clip.bus]
    assert [value for _, value in levels[0].points] == [-25.0]  # no louder than its own phase
    assert levels[-1].points[0][1] == -25.0
    three = Run(show(two, one)).to(1)
    assert three.starts() == [("long0", 0)]


def test_a_sound_without_an_end_plays_on_to_the_end_of_the_crossfade():
    run = Run(show(phase("one", 300, ENDLESS), phase("two", 600, LONG))).to(330)
    assert run.starts() == [("d0", 0), ("d1", 122), ("long0", 300)]
    (stretch,) = [d for d in run.told if isinstance(d, ClipStretches)]
    assert stretch.end >= frames(325)
    ended = [d.frame for d in run.told if isinstance(d, ClipEnds)]
    assert ended == [frames(130), frames(325)]


def test_before_the_session_ends_a_file_is_followed_by_what_else_sounds():
    run = Run(show(phase("one", 300, FILES, ambience=RAIN))).to(400)
    assert run.starts() == [("f0", 0), ("f1", 92), ("f2", 184)]


def test_where_nothing_else_sounds_the_landing_playlist_carries_on():
    rest = playlist("rest", track("ground", 900))
    run = Run(show(phase("one", 300, FILES), landing=rest)).to(400)
    assert run.starts() == [("f0", 0), ("f1", 92), ("f2", 184), ("ground", 276)]


def test_a_planned_silence_before_a_border_is_kept_and_lasts_until_it():
    music = playlist("m", track("a", 200), silence(40), track("b", 500))
    run = Run(show(phase("one", 300, music), phase("two", 300, LONG))).to(310)
    assert run.starts() == [("a", 0), ("silence", 192), ("long0", 224)]
    last = Run(show(phase("one", 300, music))).to(400)
    assert last.starts() == [("a", 0), ("silence", 192)]


def test_a_layer_that_plays_on_knows_no_border():
    run = Run(show(phase("one", 300, FILES), phase("two", 300, FILES))).to(300)
    assert ("f3", 276) in run.starts()


def test_while_a_phase_is_held_its_tracks_follow_one_another():
    run = Run(show(phase("one", 300, FILES), phase("two", 600, LONG))).to(250).do("hold").to(500)
    assert run.starts()[2:] == [("f2", 184), ("f3", 276), ("f4", 368), ("f5", 460)]
    run.do("release").to(600)  # 50 s are left
    assert run.starts()[6:] == [("long0", 550)]


def test_an_extended_phase_has_its_border_later():
    run = Run(show(phase("one", 300, FILES), phase("two", 600, LONG))).to(250)
    run.do("extend", by=300).to(620)
    assert run.starts()[3:] == [("f3", 276), ("f4", 368), ("f5", 460), ("long0", 552)]


def test_a_phase_that_waits_has_no_border_until_it_is_known():
    waiting = phase("one", 300, FILES, advance="dose")
    run = Run(show(waiting, phase("two", 600, LONG)), waits_as_written).to(290)
    assert run.starts()[-1] == ("f3", 276)
    dosed = Run(show(phase("zero", 200, FILES), waiting, phase("two", 600, LONG)), waits_as_written)
    dosed.to(20).do("dose").to(510)
    assert dosed.starts()[-1][0] == "long0"


def test_music_that_had_ended_comes_back_slowly_when_the_phase_is_held():
    run = Run(show(phase("one", 300, FILES, ambience=RAIN))).to(290).do("hold").to(400)
    assert run.starts()[3:5] == [("f3", 296), ("f4", 388)]
    back = [d.clip for d in run.told if isinstance(d, ClipStarts)][4]
    assert back.fade_in.frames == frames(25)
    assert back.fade_in.shape == "square"


def test_no_track_begins_while_the_session_fades_out():
    run = Run(show(phase("one", 600, ENDLESS), end=60)).to(200).do("stop").to(300)
    assert run.starts() == [("d0", 0), ("d1", 122)]


def test_a_phase_too_short_for_the_rule_plays_as_before():
    run = Run(show(phase("one", 170, FILES), phase("two", 600, LONG))).to(169)
    assert run.starts() == [("f0", 0), ("f1", 92)]


acts = st.sampled_from(
    [
        ("hold", {}),
        ("release", {}),
        ("extend", {"by": 60.0}),
        ("extend", {"by": -45.0}),
        ("next", {}),
        ("back", {}),
        ("skip", {}),
        ("pause", {}),
        ("play", {}),
        ("land", {}),
        ("stop", {}),
    ]
)
mixed = playlist("mixed", track("m0", 70), generated("m1", 60), silence(20), track("m2", 90))


@given(st.lists(st.tuples(acts, st.floats(0.5, 140)), max_size=8), st.booleans())
@examples(60)
def test_the_layer_is_never_without_a_next_track_and_a_copy_decides_the_same(steps, accompanied):
    ambience = RAIN if accompanied else None
    phases = [
        phase("one", 240, mixed, ambience=ambience),
        phase("two", 240, ENDLESS, ambience=ambience),
        phase("three", 240, FILES, ambience=ambience),
    ]
    run = Run(show(*phases))
    at = 0.0
    for (what, arguments), wait in steps:
        twin = copy.deepcopy(run.conductor)
        at += wait
        ahead = twin.advance(frames(at))
        assert run.conductor.advance(frames(at)) == ahead
        try:
            run.do(what, **arguments)
        except CommandRefused:
            continue
        music = run.conductor.layers["music"]
        others = run.conductor.layers["ambience"]
        assert run.conductor.ended or not (music.silent and others.silent)


@given(st.floats(185, 900), st.lists(st.floats(30, 400), min_size=1, max_size=6))
@examples(40)
def test_no_planned_track_is_cut_within_ninety_seconds(length, tracks):
    music = playlist("m", *(track(f"t{n}", one) for n, one in enumerate(tracks)))
    other = playlist("o", *(generated(f"o{n}", one) for n, one in enumerate(tracks)))
    rest = playlist("rest", track("ground", 9000))
    made = plan(show(phase("a", length, music), phase("b", length, other), landing=rest))
    ends = {one.phase.name: one.start + one.frames for one in made.phases}
    begins = {one.phase.name: one.start for one in made.phases}
    for one in made.clips:
        own = one.clip.phase
        early = one.start < begins[own]
        assert early or one.start <= ends[own] - frames(90) or one.clip.track.key == "ground"
