import jsonschema
import pytest
from shows import level, phase, playlist, show, track

from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import Move, Prompt
from soundscape.units import At, frames
from soundscape.views.history import History
from soundscape.views.snapshot import Snapshot
from soundscape.views.take_snapshot import take_snapshot

MUSIC = playlist("m", track("a", 40, gain_db=2.0), track("b", 40))


def at(seconds, *commands, **more):
    moves = (Move(At(), {"room": 0.2}, 0),)
    one = phase("one", 60, MUSIC, loudness=level((0, -24)), moves=moves)
    conductor = Conductor(show(one, phase("two", 30), **more))
    conductor.advance(frames(seconds))
    for command in commands:
        conductor.command(command)
    return take_snapshot(conductor)


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


def test_a_calibrated_room_has_the_level_of_the_music_in_dba():
    assert at(15).sound_level is None
    calibrated = at(15, Command("level", by=-2.0), dba_offset=58.0 + 23.0)
    assert calibrated.sound_level == 58.0 + 23.0 - 24.0 - 2.0


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
        view = take_snapshot(conductor)
        assert 0 <= view.position <= 1
        conductor.advance(conductor.frame + 7001)
    assert take_snapshot(conductor).state == "ended"


def test_it_shows_the_whole_session_as_it_went_and_will_go():
    one, two = phase("one", 60, MUSIC), phase("two", 30, MUSIC)
    conductor, history = Conductor(show(one, two)), History()
    history.follow(conductor.advance(frames(20)))
    conductor.command(Command("extend", by=10.0))
    view = take_snapshot(conductor, history)
    assert [(p.name, p.start, p.duration) for p in view.phases] == [
        ("one", 0, 70),
        ("two", 70, 30),
    ]
    conductor.command(Command("next"))
    history.follow(conductor.advance(frames(25)))
    view = take_snapshot(conductor, history)
    assert [(p.name, p.start, p.duration) for p in view.phases] == [
        ("one", 0, 20),
        ("two", 20, 30),
    ]


def test_a_prompt_stands_until_its_phase_is_over():
    one = phase("one", 60, MUSIC, prompts=(Prompt(At(seconds=10.0), "Blood pressure."),))
    conductor, history = Conductor(show(one, phase("two", 30))), History()
    history.follow(conductor.advance(frames(11)))
    assert take_snapshot(conductor, history).prompt == "Blood pressure."
    history.follow(conductor.advance(frames(61)))
    assert take_snapshot(conductor, history).prompt is None


def test_marks_and_notes_are_kept_with_the_time_since_the_dose():
    conductor, history = Conductor(show(phase("one", 60, MUSIC))), History()
    for at_second, command in (
        (5, Command("mark")),
        (10, Command("dose")),
        (20, Command("note", text="calm")),
    ):
        history.follow(conductor.advance(frames(at_second)))
        conductor.command(command)
        history.done(conductor.frame, command)
    marks = take_snapshot(conductor, history).marks
    assert [(m.elapsed, m.since_dose, m.text) for m in marks] == [(5, None, ""), (20, 10, "calm")]


def test_a_snapshot_stays_small_however_much_is_noted():
    conductor, history = Conductor(show(phase("one", 60, MUSIC))), History()
    for number in range(300):
        history.done(0, Command("note", text=f"{number} " + "x" * 1900))
    marks = take_snapshot(conductor, history).marks
    assert (len(marks), marks[0].text[:4], marks[-1].text[:4]) == (100, "200 ", "299 ")
    assert all(len(mark.text) == 200 and mark.text.endswith("…") for mark in marks)


def test_what_comes_next_comes_with_its_crossfade():
    music = at(15).layers["music"]
    assert music.next_fade == 8


def told_in_every_state():
    found = [at(15), *(at(15, Command(do)) for do in ("hold", "pause", "mute", "land", "stop"))]
    for advance, seconds in (("manual", 61), ("dose", 61), ("auto", 70), ("auto", 500)):
        conductor = Conductor(show(phase("one", 60, MUSIC, advance=advance), end=60))
        conductor.advance(frames(seconds))
        found.append(take_snapshot(conductor))
    return found


def test_it_fits_its_published_schema_in_every_state():
    schema = Snapshot.model_json_schema(mode="serialization")
    told = told_in_every_state()
    for view in told:
        jsonschema.validate(view.model_dump(mode="json"), schema)
    assert {view.state for view in told} == {
        *("playing", "held", "paused", "waiting", "landing", "muted", "ending", "ended"),
    }
    assert {view.waits_for for view in told if view.state == "waiting"} == {"next", "dose"}
