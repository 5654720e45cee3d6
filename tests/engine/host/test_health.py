"""What the snapshot says of a session's health."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rooms import make_room
from shows import phase, playlist, show, track

from soundscape.engine.host.health import SessionHealth
from soundscape.ipc.job import Job

SHOW = show(phase("one", 60, playlist("m", track("a", 60))))


@pytest.fixture
def vitals() -> SessionHealth:
    return SessionHealth(Job(SHOW, make_room()))


def test_all_is_well_until_something_is_not(vitals: SessionHealth) -> None:
    health = vitals.health
    assert (health.audio, health.midi, health.files) == ("ok", "ok", "ok")
    assert (health.underruns, health.late_messages) == (0, 0)


def test_a_session_that_nobody_hears_or_sees_says_so() -> None:
    room = make_room(controls=())
    health = SessionHealth(Job(SHOW, room, output="null", lights=False)).health
    assert (health.audio, health.midi) == ("no sound: output null", "off")


def test_a_player_that_hangs_is_told_of_as_long_as_it_does(vitals: SessionHealth) -> None:
    vitals.sound(3, hangs=True)
    assert vitals.health.audio == "no sound: the player does not answer"
    vitals.sound(4, hangs=False)
    assert (vitals.health.audio, vitals.health.underruns) == ("ok", 4)


def test_gaps_are_counted_over_all_players_and_a_change_of_players_is_one(
    vitals: SessionHealth,
) -> None:
    vitals.sound(2, hangs=False)
    vitals.sound(0, hangs=False)
    vitals.player_replaced()
    vitals.sound(1, hangs=False)
    assert vitals.health.underruns == 4


def test_ports_that_are_away_are_named_of_lights_and_controls(vitals: SessionHealth) -> None:
    vitals.ports("lights", {"desk": "lost", "eos": "ok", "wing": "absent", "fog": "opening"}, {})
    vitals.ports("controls", {"pedal": "lost"}, {})
    assert vitals.health.midi == "lights offline: desk, wing; controls offline: pedal"
    assert vitals.health.lights == "lights offline: desk, wing"
    assert vitals.health.controls == "controls offline: pedal"
    vitals.ports("lights", {"desk": "ok", "eos": "ok", "wing": "ok", "fog": "ok"}, {})
    assert vitals.health.midi == "controls offline: pedal"
    vitals.ports("controls", {"pedal": "ok"}, {})
    assert vitals.health.midi == "ok"


def test_the_systems_ports_are_named_as_long_as_they_are_open(vitals: SessionHealth) -> None:
    vitals.ports("lights", {"desk": "ok", "pads": "ok"}, {"desk": "Port 1", "pads": "Pads out"})
    vitals.ports("controls", {"pads": "ok", "pedal": "ok"}, {"pads": "Pads in", "pedal": "Foot"})
    assert vitals.health.ports == {
        "desk": ["Port 1"],
        "pads": ["Pads out", "Pads in"],
        "pedal": ["Foot"],
    }
    vitals.ports("controls", {"pads": "ok", "pedal": "lost"}, {"pads": "Pads out", "pedal": "Foot"})
    assert vitals.health.ports == {"desk": ["Port 1"], "pads": ["Pads out"]}


def test_each_track_that_is_left_out_counts_once(vitals: SessionHealth) -> None:
    vitals.left_out("a")
    vitals.left_out("a")
    assert vitals.health.files == "1 track left out"
    vitals.left_out("b")
    assert vitals.health.files == "2 tracks left out"


def test_what_is_wrong_with_files_is_told_the_first_in_full() -> None:
    faults = tuple(f"'{name}.mp3': damaged at 0:10" for name in "abcde")
    health = SessionHealth(Job(replace(SHOW, file_faults=faults), make_room()))
    assert health.health.files == "; ".join((*faults[:3], "and 2 more with faults"))
    health.left_out("x")
    assert health.health.files.startswith("1 track left out; 'a.mp3': damaged at 0:10")


def test_what_a_file_is_found_to_lack_while_it_plays_is_told_once(vitals: SessionHealth) -> None:
    fault = "'music/a.flac': damaged at 0:10, where 2.0 s are missing: it ends there"
    vitals.file_fault(fault)
    vitals.file_fault(fault)
    assert vitals.health.files == fault


def test_what_was_known_of_a_file_before_is_not_told_twice() -> None:
    known = replace(SHOW, file_faults=("'a.mp3': cut off at 0:10",))
    session = SessionHealth(Job(known, make_room()))
    session.file_fault("'a.mp3': cut off at 0:10")
    assert session.health.files == "'a.mp3': cut off at 0:10"
