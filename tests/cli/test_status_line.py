from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import phase, playlist, show, track

from soundscape.cli.status_line import WORDS, status_line
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.transport import State
from soundscape.units import frames
from soundscape.views.take_snapshot import take_snapshot

MUSIC = playlist("m", track("First light", 40), track("Second", 40))
CONDUCTOR = Conductor(show(phase("peak", 60, MUSIC), phase("return", 60)))
CONDUCTOR.advance(frames(12.9))
VIEW = take_snapshot(CONDUCTOR)


def test_it_says_the_phase_its_time_and_what_plays_and_comes() -> None:
    assert status_line(VIEW, "", 80) == "PEAK  0:12 / 1:00  First light 0:27 → Second"


def test_what_is_out_of_the_ordinary_stands_before_what_plays() -> None:
    view = VIEW.model_copy(
        update={"state": "held", "ducked": True, "since_dose": 75.0, "level_db": -2.0, "care": True}
    )
    assert status_line(view, "lights offline: desk", 120) == (
        "PEAK  0:12 / 1:00  HELD  DUCKED  lights offline: desk  T+1:15  -2 dB  care light"
        "  First light 0:27 → Second"
    )


@pytest.mark.parametrize("state", [state for state in State if state is not State.STOPPING])
def test_every_state_but_playing_has_its_word(state: State) -> None:
    line = status_line(VIEW.model_copy(update={"state": state}), "", 80)
    assert WORDS.get(state, "") in line
    assert (state in WORDS) == (state is not State.PLAYING)


def test_waiting_for_the_dose_is_said_as_such() -> None:
    assert "WAITING FOR DOSE" in status_line(
        VIEW.model_copy(update={"state": "waiting", "waits_for": "dose"}), "", 80
    )


def test_without_music_the_ambience_is_shown_and_without_any_nothing() -> None:
    layer = VIEW.layers["music"]
    assert "First light" in status_line(
        VIEW.model_copy(update={"layers": {"ambience": layer}}), "", 80
    )
    assert status_line(VIEW.model_copy(update={"layers": {}}), "", 80) == "PEAK  0:12 / 1:00"


@given(st.integers(1, 200), st.text(st.characters(codec="utf-8"), max_size=300))
def test_it_is_never_wider_than_the_terminal(width: int, health: str) -> None:
    assert len(status_line(VIEW, health, width)) <= width


def test_a_line_cut_short_ends_in_dots_and_keeps_what_matters_most() -> None:
    assert status_line(VIEW, "", 20) == "PEAK  0:12 / 1:00  …"
