from __future__ import annotations

import re
from typing import Any

import pytest
from played import Played

from soundscape.command_specs import COMMANDS
from soundscape.views import wording
from soundscape.views.snapshot import (
    Health,
    LayerView,
    MeterView,
    Remote,
    Snapshot,
    Texts,
    WarningView,
)

VIEW = Played().view()


def with_(**changes: Any) -> Snapshot:
    return VIEW.model_copy(update=changes)


def texts(**changes: Any) -> Texts:
    return wording.texts(with_(**changes))


# State --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("playing", "PLAYING"),
        ("held", "HELD"),
        ("paused", "PAUSED"),
        ("landing", "LANDING"),
        ("muted", "MUTED"),
        ("ending", "ENDING"),
        ("ended", "OVER"),
    ],
)
def test_every_state_has_its_word(state: str, word: str) -> None:
    said = texts(state=state, waits_for=None)
    assert (said.state, said.standing) == (word, [word])
    assert said.large == ("" if state == "playing" else word)


def test_a_phase_that_waits_says_what_for() -> None:
    dose, after = texts(state="waiting"), texts(state="waiting", waits_for="next")
    assert (dose.state, dose.large) == ("WAITING FOR DOSE", "WAITING")
    assert dose.hint == "the music goes on; `dose` marks the dose and goes on"
    assert (after.state, after.hint) == ("WAITING", "the music goes on; `next` moves on")


def test_before_the_dose_a_phase_that_goes_on_with_it_says_so() -> None:
    assert texts().hint == "`dose` marks the dose and goes on"
    assert texts(since_dose=12.0).hint == ""
    assert texts(waits_for=None).hint == ""


@pytest.mark.parametrize("state", ["held", "paused", "muted", "landing", "ending"])
def test_every_state_that_can_be_left_names_a_command_that_leaves_it(state: str) -> None:
    named = re.findall("`([a-z]+)`", texts(state=state).hint)
    assert named
    assert set(named) <= set(COMMANDS)


def test_after_a_stop_nothing_is_said_to_bring_the_sound_back() -> None:
    room = Played()
    room.do({"do": "stop"})
    assert room.view().texts.hint == "silence in 0:59"


def test_all_that_stands_is_said() -> None:
    assert texts(state="held", ducked=True, care=True).standing == ["HELD", "DUCKED", "CARE LIGHT"]


def test_a_duck_or_care_light_that_stands_is_said_in_large_letters() -> None:
    assert texts(ducked=True, care=True).large == "DUCKED"
    assert texts(care=True).large == "CARE"


def test_the_times_say_what_they_are() -> None:
    room = Played()
    room.advance(60)
    times = room.view().texts.times
    assert (times.passed.time, times.passed.label) == ("1:00", "in arrival")
    assert (times.left.time, times.left.label) == ("14:00", "left, then onset")
    assert (times.dose.time, times.dose.label) == ("–", "T+ no dose yet")
    room.do({"do": "dose"})
    room.advance(75)
    times = room.view().texts.times
    assert (times.dose.time, times.dose.label) == ("1:15", "T+ since the dose")


def test_while_it_ends_the_time_left_is_the_time_to_silence() -> None:
    said = texts(state="ending", remaining=42.5)
    assert (said.times.left.time, said.times.left.label) == ("0:42", "to silence")
    assert said.silence == "silence in 0:42"
    assert texts(state="ended").silence == ""


def test_what_follows_the_running_phase_is_said() -> None:
    assert texts().then == "then onset, 8:00"
    assert texts(phases=VIEW.phases[:1]).then == "then the end"


def test_a_command_is_called_what_a_screen_calls_it() -> None:
    keys = {"play": "p"}
    text = "`play` brings it back; `dose` too; `extend 10m`"
    said = wording.with_names(text, lambda command: keys.get(command, ""))
    assert said == "“p” brings it back; `dose` too; `extend 10m`"


# What plays ---------------------------------------------------------------------------------------


def test_a_track_with_what_comes_after_it() -> None:
    layer = LayerView(
        title="First light", artist="A. Person", elapsed=10, remaining=100, next="Slow water",
        next_fade=8, gain_db=0, loudness_target=-26,
    )  # fmt: skip
    said = wording.layer_texts(layer)
    assert (said.playing, said.left) == ("First light – A. Person", "1:40 left")
    assert (said.next, said.next_when) == ("Slow water", "in 1:32, crossfade 8 s")
    assert wording.layer_texts(layer.model_copy(update={"next": None})).next == ""
    gapless = layer.model_copy(update={"next_fade": None})
    assert wording.layer_texts(gapless).next_when == "in 1:40"


@pytest.mark.parametrize(
    ("db", "said"), [(0, "as planned"), (-2, "2 under plan"), (1.5, "1.5 over plan")]
)
def test_the_level_is_told_beside_the_scenes(db: float, said: str) -> None:
    assert texts(level_db=db).level == said


def test_the_level_at_the_pillow_is_told_in_a_calibrated_room_only() -> None:
    assert texts().sound_level == ""
    assert texts(sound_level=57.4).sound_level == "about 57 dBA"


def test_a_light_with_a_colour_is_in_kelvin_and_any_other_in_percent() -> None:
    said = texts(lights={"room": 0.35, "warmth": 0.28}, colours={"warmth": 2700.0}).lights
    assert said == "room 35% · warmth 2700K"


def test_no_technical_unit_is_in_what_a_therapist_reads() -> None:
    room = Played(meter=MeterView(momentary=-20, short_term=-20), health=Health(underruns=3))
    room.do({"do": "level", "by": -2})
    said = room.view().texts.model_dump_json(exclude={"details"})
    for word in ("LUFS", "underrun", "dB", "midi"):
        assert word not in said


# Health -------------------------------------------------------------------------------------------


def test_what_works_is_said_of_each_part() -> None:
    assert texts().well == ["sound ok", "lights ok", "files ok"]
    assert texts().trouble == []


def test_what_does_not_work_is_said_once_and_as_it_is() -> None:
    health = Health(
        midi="lights offline: desk; controls offline: pedal",
        lights="lights offline: desk",
        controls="controls offline: pedal",
        files="2 tracks left out",
    )
    said = texts(health=health)
    assert said.trouble == [
        "lights offline: desk",
        "controls offline: pedal",
        "2 tracks left out",
    ]
    assert said.well == ["sound ok"]


def test_lights_left_out_on_purpose_are_no_trouble() -> None:
    said = texts(health=Health(midi="off", lights="off", controls="off"))
    assert (said.well, said.trouble) == (["sound ok", "files ok", "without lights"], [])


def test_gaps_are_counted_and_late_lights_are_a_detail() -> None:
    assert texts().counted == []
    assert texts(health=Health(underruns=1, late_messages=3)).counted == [
        "1 gap in the sound so far"
    ]
    several = texts(health=Health(underruns=2, late_messages=3))
    assert several.counted == ["2 gaps in the sound so far"]
    assert "underruns: 2; late light messages: 3" in several.details


def test_the_midi_ports_that_are_open_are_named_as_the_system_names_them() -> None:
    opened = {"desk": ["Port 1"], "pads": ["Pads out", "Pads in"]}
    said = "desk is 'Port 1', pads is 'Pads out' and 'Pads in'"
    assert texts(health=Health(ports=opened)).ports == said
    assert f"ports: {said}" in texts(health=Health(ports=opened)).details
    assert texts(health=Health()).ports == ""


def test_the_figures_are_behind_a_key() -> None:
    details = texts(meter=MeterView(momentary=-25.6, short_term=-24.4), level_db=-2.0).details
    assert details[:2] == [
        "loudness: now -25.6, over 3 s -24.4, target -26.0 LUFS",
        "level: -2 dB",
    ]
    assert texts(layers={}).details[0] == "loudness: nothing to measure"


def test_warnings_come_newest_first_with_their_time() -> None:
    said = texts(warnings=[WarningView(elapsed=0, text="one"), WarningView(elapsed=61, text="two")])
    assert said.warnings == ["1:01 two", "0:00 one"]
    assert (said.warned, texts().warned) == ("2 warnings", "")


def test_an_open_page_is_said() -> None:
    assert (texts().remote, texts(remote=Remote(on=True)).remote) == ("", "tablet on")


# Marks, and a session that breaks off -------------------------------------------------------------


def test_marks_come_newest_first_with_their_time() -> None:
    room = Played()
    room.advance(60)
    room.do({"do": "mark"})
    room.do({"do": "dose"})
    room.advance(60)
    room.do({"do": "note", "text": "calm"})
    assert room.view().texts.marks == ["T+1:00 calm", "1:00 mark"]


def test_a_session_says_what_takes_it_up_again() -> None:
    room = Played(begun_as="soundscape start kap-im")
    room.advance(60)
    assert room.view().texts.resume == ["soundscape start kap-im --at arrival+1m00s"]
    room.do({"do": "dose"})
    room.advance(70)
    assert room.view().texts.resume == [
        "soundscape start kap-im --at onset+1m10s",
        "soundscape dose --ago 70s",
    ]
    assert texts(begun_as="").resume == []
    assert texts(begun_as="soundscape start x", state="ended").resume == []


def test_a_place_with_blanks_is_quoted_for_the_shell() -> None:
    resume = texts(begun_as="soundscape start x", place="the peak+1m00s").resume
    assert resume == ['soundscape start x --at "the peak+1m00s"']
