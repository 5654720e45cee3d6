from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from shows import phase, playlist, show, track

from soundscape.cli.status_text import lines, status_line
from soundscape.timeline.conductor import Conductor
from soundscape.units import frames
from soundscape.views.snapshot import Health, Snapshot, WarningView
from soundscape.views.take_snapshot import take_snapshot
from soundscape.views.wording import worded

MUSIC = playlist("m", track("First light", 40), track("Second", 40))
CONDUCTOR = Conductor(show(phase("peak", 60, MUSIC), phase("return", 60)))
CONDUCTOR.advance(frames(12.9))
VIEW = take_snapshot(CONDUCTOR)


def with_(**changes: Any) -> Snapshot:
    return worded(VIEW.model_copy(update=changes))


# One line -----------------------------------------------------------------------------------------


def test_a_line_says_the_phase_its_time_and_what_plays() -> None:
    assert status_line(VIEW, 80) == "PEAK  0:12, 0:47 left  First light, 0:27 left"


def test_what_is_out_of_the_ordinary_stands_before_what_plays() -> None:
    view = with_(
        state="held", ducked=True, since_dose=75.0, level_db=-2.0, care=True,
        health=Health(lights="lights offline: desk"),
    )  # fmt: skip
    assert status_line(view, 150) == (
        "PEAK  0:12, 0:47 left  HELD  DUCKED  CARE LIGHT  lights offline: desk  T+1:15"
        "  2 under plan  First light, 0:27 left"
    )


def test_what_stands_while_it_plays_is_said() -> None:
    assert "left  DUCKED  First" in status_line(with_(ducked=True), 80)


def test_waiting_for_the_dose_is_said_as_such() -> None:
    assert "WAITING FOR DOSE" in status_line(with_(state="waiting", waits_for="dose"), 80)


def test_without_music_the_ambience_is_shown_and_without_any_nothing() -> None:
    layer = VIEW.layers["music"]
    assert "First light" in status_line(with_(layers={"ambience": layer}), 80)
    assert status_line(with_(layers={}), 80) == "PEAK  0:12, 0:47 left"


@given(st.integers(1, 200), st.text(st.characters(codec="utf-8"), max_size=300))
def test_it_is_never_wider_than_the_terminal(width: int, health: str) -> None:
    assert len(status_line(with_(health=Health(audio=health)), width)) <= width


def test_a_line_cut_short_ends_in_dots_and_keeps_what_matters_most() -> None:
    assert status_line(VIEW, 25) == "PEAK  0:12, 0:47 left  F…"


# `status` -----------------------------------------------------------------------------------------


def test_status_says_where_the_session_is_what_plays_and_what_comes() -> None:
    assert list(lines(VIEW)) == [
        "test: peak, playing",
        "0:12 in peak, 0:47 left, then return",
        "session 0:12, silence in 2:47",
        "music: First light, 0:27 left; next Second, in 0:19, crossfade 8 s",
        "level: as planned",
    ]


def test_status_names_the_command_that_goes_on_and_what_is_wrong() -> None:
    view = with_(
        state="held", since_dose=75.0, prompts=["Blood pressure.", "Breath."],
        health=Health(
            lights="lights offline: desk", underruns=2, ports={"pedal": ["Foot 1"]}
        ),
        warnings=[WarningView(elapsed=0, text="a track is missing")],
        lights={"room": 0.35}, colours={},
    )  # fmt: skip
    said = list(lines(view))
    assert said[:2] == [
        "test: peak, held",
        "  `release` lets the phase go on; the music plays meanwhile",
    ]
    assert "T+1:15, session 0:12, silence in 2:47" in said
    assert said[-7:] == [
        "lights: room 35%",
        "ports: pedal is 'Foot 1'",
        "“Blood pressure.”",
        "“Breath.”",
        "lights offline: desk",
        "2 gaps in the sound so far",
        "warning: 0:00 a track is missing",
    ]
