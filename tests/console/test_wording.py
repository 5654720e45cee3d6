from __future__ import annotations

import pytest
from played import Played

from soundscape.console import wording
from soundscape.console.keys import KeyMap
from soundscape.views.snapshot import Health, LayerView, MeterView, Snapshot

KEY = KeyMap({}).named
VIEW = Played().view()


def with_(**changes: object) -> Snapshot:
    return VIEW.model_copy(update=changes)


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
    view = with_(state=state, waits_for=None)
    assert wording.state_word(view) == word
    assert wording.standing(view, locked=False, lost=False) == [word]
    assert wording.loud_word(view) == ("" if state == "playing" else word)


def test_a_phase_that_waits_says_what_for() -> None:
    assert wording.state_word(with_(state="waiting")) == "WAITING FOR DOSE"
    assert wording.state_word(with_(state="waiting", waits_for="next")) == "WAITING"
    assert wording.what_now(with_(state="waiting"), KEY) == "d: dose given, and on"
    assert "n: next phase" in wording.what_now(with_(state="waiting", waits_for="next"), KEY)


@pytest.mark.parametrize("state", ["held", "paused", "muted", "landing", "ending", "ended"])
def test_every_state_says_how_it_goes_on(state: str) -> None:
    assert wording.what_now(with_(state=state), KEY)


def test_the_key_named_is_the_rooms() -> None:
    assert "F5: release" in wording.what_now(with_(state="held"), lambda _act: "F5")


def test_all_that_stands_is_said() -> None:
    view = with_(state="held", ducked=True, care=True)
    assert wording.standing(view, locked=True, lost=True) == [
        "NO ANSWER",
        "HELD",
        "DUCKED",
        "CARE LIGHT",
        "KEYS LOCKED",
    ]


def test_a_duck_or_care_light_that_stands_is_said_loudly() -> None:
    assert wording.loud_word(with_(ducked=True, care=True)) == "DUCKED"
    assert wording.loud_word(with_(care=True)) == "CARE"


def test_a_track_with_what_comes_after_it() -> None:
    layer = LayerView(
        title="First light", artist="A. Person", elapsed=10, remaining=100, next="Slow water",
        next_fade=8, gain_db=0, loudness_target=-26,
    )  # fmt: skip
    assert wording.playing(layer) == "First light – A. Person"
    assert wording.coming(layer) == "Slow water, in 1:32, crossfade 8 s"
    assert wording.coming(layer.model_copy(update={"next": None})) == ""
    gapless = layer.model_copy(update={"next_fade": None})
    assert wording.coming(gapless) == "Slow water, in 1:40"


def test_the_level_stands_beside_what_is_measured_and_what_is_meant() -> None:
    assert wording.level(with_(level_db=-2.0)) == "-2 dB · target -26 LUFS"
    measured = with_(meter=MeterView(momentary=-25.6, short_term=-24.4))
    assert wording.level(measured) == "0 dB · now -26 · over 3 s -24 · target -26 LUFS"
    assert wording.level(measured, brief=True) == "0 dB · now -24 · target -26 LUFS"
    assert wording.level(with_(layers={})) == "0 dB"


def test_health_says_what_is_wrong() -> None:
    assert wording.health(Health()) == (["audio ok", "lights ok", "files ok"], [])
    assert wording.health(Health(midi="desk is away"))[1] == ["lights: desk is away"]


def test_lights_left_out_on_purpose_are_no_trouble() -> None:
    assert wording.health(Health(midi="off")) == (["audio ok", "files ok", "without lights"], [])


def test_what_went_wrong_for_a_moment_is_counted() -> None:
    assert wording.counted(Health()) == []
    assert wording.counted(Health(underruns=1, late_messages=3)) == [
        "1 gap in the sound so far",
        "3 late light messages so far",
    ]


def test_marks_come_newest_first_with_their_time() -> None:
    room = Played()
    room.advance(60)
    room.do({"do": "mark"})
    room.do({"do": "dose"})
    room.advance(60)
    room.do({"do": "note", "text": "calm"})
    assert wording.marks(room.view(), 5) == ["T+1:00 calm", "1:00 mark"]
    assert wording.marks(room.view(), 1) == ["T+1:00 calm"]


def test_a_phase_that_waits_at_its_end_is_the_running_one() -> None:
    room = Played()
    room.advance(930)
    assert room.view().state == "waiting"
    assert wording.running(room.view()) == 0
    room.do({"do": "dose"})
    assert wording.running(room.view()) == 1
