from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.errors import MidiPortError
from soundscape.midi.port_names import PortMatch, fitting, match_port, without_index

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
    with pytest.raises(MidiPortError, match="all have that name, so unplug one"):
        match_port("Desk", ["Desk", "Desk"])
    assert fitting(pads[1], pads) == [pads[1]]


def test_a_name_that_would_steer_the_terminal_is_shown_without_it() -> None:
    with pytest.raises(MidiPortError) as raised:
        match_port("Eos", ["\x1b[2JDesk"])
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("Port 1", "MIDI4x4 Port 10"), ("2", "Desk 12"), ("4x", "Desk 14x4"), ("MIDI4", "MIDI48 in")],
)
def test_a_number_is_never_a_part_of_a_longer_one(wanted: str, name: str) -> None:
    with pytest.raises(MidiPortError, match="is not there"):
        match_port(wanted, [name])


def test_a_part_of_a_word_is_enough_where_no_digit_goes_on() -> None:
    assert match_port("Air", ["AirTurn BT200"]) == "AirTurn BT200"
    assert match_port("USB1", ["MyUSB1x"]) == "MyUSB1x"


def test_composed_and_decomposed_names_are_one_name() -> None:
    composed, decomposed = "Pult f\u00fcr Licht", "Pult fu\u0308r Licht"
    assert match_port(composed, [decomposed]) == decomposed
    assert match_port(decomposed, [composed]) == composed
    assert match_port("F\u00dcR", [decomposed + " 20:0"]) == decomposed + " 20:0"


PADS = ["Pads:Pads MIDI 1 20:0", "Pads:Pads MIDI 1 24:0"]


def test_the_nth_of_several_ports_of_one_name_is_found() -> None:
    assert [match_port("Pads", PADS, nth) for nth in (1, 2)] == PADS


def test_which_one_is_not_guessed_where_twins_are_not_all_there() -> None:
    for nth in (1, 2):
        with pytest.raises(MidiPortError, match=r"is there once.* it must be there 2 times"):
            match_port("Pads", PADS[:1], nth)
    with pytest.raises(MidiPortError, match="3 times"):
        match_port("Pads", PADS, 3)


def test_a_twin_keeps_its_number_while_the_other_is_unplugged() -> None:
    first, second = PortMatch("Pads", 1), PortMatch("Pads", 2)
    assert (first.find(PADS), second.find(PADS)) == tuple(PADS)
    with pytest.raises(MidiPortError, match="number 1, has gone"):
        first.find(PADS[1:])
    assert second.find(PADS[1:]) == PADS[1]
    moved = [PADS[1], "Pads:Pads MIDI 1 28:0"]  # it is back in another socket
    assert (first.find(moved), second.find(moved)) == (moved[1], moved[0])


def test_a_twin_takes_no_free_place_while_it_is_unclear_which() -> None:
    match = PortMatch("Pads", 1)
    match.find(PADS)
    for names in ([], ["Pads:Pads MIDI 1 28:0"]):
        with pytest.raises(MidiPortError):
            match.find(names)
    assert match.find(PADS) == PADS[0]


def test_the_twin_that_an_earlier_process_had_is_found_alone() -> None:
    assert PortMatch("Pads", 2, PADS[1]).find(PADS[1:]) == PADS[1]
    with pytest.raises(MidiPortError):
        PortMatch("Pads", 2, PADS[1]).find(PADS[:1])


def test_an_index_that_shifts_is_no_part_of_a_name() -> None:
    """rtmidi ends WinMM's names with the port's place among all, which another device shifts."""
    assert without_index(["Port 1 0", "Desk 1"]) == ["Port 1", "Desk"]
    assert without_index(["Synth 0", "Port 1 1", "Desk 2"]) == ["Synth", "Port 1", "Desk"]
    names = without_index(["Port 0", "Port 1 1", "Port 10 2"])
    assert match_port("Port 1", names) == "Port 1"


def test_ports_of_one_name_on_winmm_are_counted_in_the_order_of_their_indices() -> None:
    listed = ["Pads 10", "Desk 3", "Pads 2"]
    names = without_index(listed)
    assert names == ["Pads 0:2", "Desk", "Pads 0:1"]
    with pytest.raises(MidiPortError, match="nth: 1"):
        match_port("Pads", names)
    # One of two that is left alone may be either, so it is neither.
    match = PortMatch("Pads", 1)
    match.find(without_index(["Pads 0", "Pads 1"]))
    with pytest.raises(MidiPortError, match="has gone"):
        match.find(without_index(["Pads 0"]))
