import pytest
from shows import level, phase, playlist, show, track

from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import Move
from soundscape.timeline.snapshot import snapshot
from soundscape.units import At, frames

MUSIC = playlist("m", track("a", 40, gain_db=2.0), track("b", 40))


def at(seconds, *commands, **more):
    moves = (Move(At(), {"room": 0.2}, 0),)
    one = phase("one", 60, MUSIC, loudness=level((0, -24)), moves=moves)
    conductor = Conductor(show(one, phase("two", 30), **more))
    conductor.advance(frames(seconds))
    for command in commands:
        conductor.command(command)
    return snapshot(conductor)


def test_it_says_where_the_session_is():
    view = at(15)
    assert (view.scene, view.state, view.phase, view.phase_index) == ("test", "playing", "one", 0)
    assert (view.phase_elapsed, view.phase_remaining, view.phase_duration) == (15, 45, 60)
    assert (view.elapsed, view.remaining, view.position) == (15, 45 + 30 + 60, 0.25)
    assert view.since_dose is None


def test_it_says_what_plays_and_what_comes_next():
    music = at(15).layers["music"]
    assert (music.title, music.elapsed, music.remaining, music.next) == ("a", 15, 25, "b")
    assert (music.gain_db, music.loudness_target) == (-22, -24)
    assert set(at(15).layers) == {"music"}


def test_the_dose_counts_from_when_it_was_given():
    assert at(15, Command("dose", ago=10.0)).since_dose == 10


def test_an_extended_phase_has_its_new_length():
    view = at(15, Command("extend", by=30.0))
    assert (view.phase_duration, view.phase_remaining, view.position) == (90, 75, 0.25)


def test_level_duck_lights_and_care_are_shown():
    view = at(15, Command("level", by=-2.0), Command("duck"), Command("care"))
    assert (view.level_db, view.ducked, view.care) == (-2, True, True)
    assert view.lights == {"room": 0.6}


@pytest.mark.parametrize("do", ["pause", "mute", "hold", "land"])
def test_the_state_is_in_a_word(do):
    told = {"pause": "paused", "mute": "muted", "hold": "held", "land": "landing"}
    assert at(15, Command(do)).state == told[do]


def test_stopping_is_shown_as_ending_with_the_time_to_silence():
    view = at(15, Command("stop", fade=5.0))
    assert (view.state, view.remaining) == ("ending", 5)


def test_every_moment_of_a_session_can_be_looked_at():
    conductor = Conductor(show(phase("one", 60, MUSIC), phase("two", 30), end=5))
    while not conductor.ended:
        view = snapshot(conductor)
        assert 0 <= view.position <= 1
        conductor.advance(conductor.frame + 7001)
    assert snapshot(conductor).state == "ended"
