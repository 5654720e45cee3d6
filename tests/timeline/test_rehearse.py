import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import level, phase, playlist, show, silence, track

from soundscape.timeline.plan import plan
from soundscape.timeline.rehearse import shortened
from soundscape.timeline.show import Cue, Move
from soundscape.units import At, frames

MUSIC = playlist("m", track("a", 400), silence(60))


def scene(*lengths, **more):
    return show(*(phase(f"p{n}", length, MUSIC) for n, length in enumerate(lengths)), **more)


@given(st.lists(st.integers(600, 7200), min_size=1, max_size=6), st.integers(60, 600))
def test_it_is_as_long_as_asked_with_its_last_fade(lengths, asked):
    total = sum(lengths)
    if total <= asked:
        return
    duration = plan(shortened(scene(*lengths), frames(asked))).duration
    assert duration == pytest.approx(frames(asked), abs=len(lengths) + 1)


def test_phases_keep_their_proportions():
    one, two = shortened(scene(600, 1200), frames(120)).phases
    assert two.frames == pytest.approx(2 * one.frames, abs=2)


def test_positions_and_planned_silences_are_scaled_and_tracks_are_not():
    cues = (Cue(At(seconds=300), "a"), Cue(At(fraction=0.5), "b"), Cue(At(60, from_end=True), "c"))
    moves = (Move(At(seconds=300), {"room": 0.1}, frames(60)),)
    rising = level((0, -30), (1, -20))
    one = phase("p", 600, MUSIC, cues=cues, moves=moves, loudness=rising, max_frames=frames(700))
    short = shortened(show(one, end=0), frames(60)).phases[0]
    assert short.frames == frames(60)
    assert [cue.at for cue in short.cues] == [
        At(seconds=30),
        At(fraction=0.5),
        At(6, from_end=True),
    ]
    assert (short.moves[0].at.seconds, short.moves[0].over) == (30, frames(6))
    assert [t.frames for t in short.layers["music"].playlist.tracks] == [frames(400), frames(6)]
    assert short.loudness == rising
    assert short.max_frames is None


def test_a_fade_is_at_most_a_quarter_of_the_shorter_phase_beside_it():
    short = shortened(scene(60, 600, 600), frames(120))
    one, two, three = short.phases
    assert two.fade == one.frames // 4
    assert three.fade == min(frames(25), two.frames // 4)
    for fade in (short.fades.track, short.fades.skip, short.fades.start):
        assert fade <= one.frames / 4
