from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.errors import MidiPortError
from soundscape.midi.port_names import fitting, match_port

ALSA = [
    "Midi Through:Midi Through Port-0 14:0",
    "QLC+:__QLC_PORT__ 128:0",
    "MIDI4x4:MIDI4x4 Port 1 20:0",
    "MIDI4x4:MIDI4x4 Port 10 20:9",
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("QLC+", 1),
        ("qlc", 1),
        ("QLC+:__QLC_PORT__ 128:0", 1),
        ("QLC+:__QLC_PORT__ 131:0", 1),  # ALSA gave it another number since
        ("Port 1", 2),  # whole words beat a part of one
        ("MIDI4x4 Port 10", 3),
        ("through", 0),
    ],
)
def test_a_part_of_the_name_finds_the_port(wanted: str, found: int) -> None:
    assert match_port(wanted, ALSA) == ALSA[found]


def test_a_whole_name_beats_a_longer_one() -> None:
    assert match_port("desk", ["desk", "desk two"]) == "desk"


def test_an_ambiguous_name_is_refused_with_what_it_may_be() -> None:
    with pytest.raises(MidiPortError, match=r"'MIDI4x4' may be any of .*1 20:0', '.*Port 10"):
        match_port("MIDI4x4", ALSA)


def test_a_name_that_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(MidiPortError, match="'Eos' is not there; there are 'Midi Through"):
        match_port("Eos", ALSA)
    with pytest.raises(MidiPortError, match="has none"):
        match_port("Eos", [])


@given(st.text(max_size=20), st.lists(st.text(max_size=20)))
def test_any_name_gives_a_port_or_one_plain_line(wanted: str, names: list[str]) -> None:
    with suppress(MidiPortError):
        assert match_port(wanted, names) in names


def test_ports_of_one_name_are_never_told_apart_by_giving_more_of_it() -> None:
    pads = ["Pads:Pads MIDI 1 20:0", "Pads:Pads MIDI 1 24:0"]
    with pytest.raises(
        MidiPortError,
        match=r"20:0', '.*24:0', so none.*: all have that name",
    ):
        match_port("Pads", pads)
    with pytest.raises(MidiPortError, match="all have that name"):
        match_port("Desk", ["Desk", "Desk"])
    assert fitting(pads[1], pads) == [pads[1]]


def test_a_name_that_would_steer_the_terminal_is_shown_without_it() -> None:
    with pytest.raises(MidiPortError) as raised:
        match_port("Eos", ["\x1b[2JDesk"])
    assert "\x1b" not in str(raised.value)
