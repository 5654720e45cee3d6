import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.command_specs import COMMANDS
from soundscape.errors import InvalidValue
from soundscape.timeline.commands import Command, parse_command, softens


@pytest.mark.parametrize(
    ("written", "command"),
    [
        ({"do": "hold"}, Command("hold")),
        ({"do": "extend", "by": "10m"}, Command("extend", by=600)),
        ({"do": "extend", "by": "-5m"}, Command("extend", by=-300)),
        ({"do": "level", "by": -1}, Command("level", by=-1)),
        ({"do": "level", "by": "2 dB"}, Command("level", by=2)),
        ({"do": "goto", "phase": "return"}, Command("goto", phase="return")),
        ({"do": "stop", "fade": "5s"}, Command("stop", fade=5)),
        ({"do": "dose", "ago": "3m"}, Command("dose", ago=180)),
        ({"do": "note", "text": "eyes open"}, Command("note", text="eyes open")),
    ],
)
def test_a_command_is_read_and_written_the_same(written, command):
    assert parse_command(written) == command
    assert parse_command(command.as_json()) == command


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"do": "hodl"}, "did you mean 'hold'"),
        ({}, "not a command"),
        ({"do": 7}, "not a command"),
        ({"do": "hold", "by": 1}, "no such argument"),
        ({"do": "goto"}, "needs `phase`"),
        ({"do": "goto", "phase": 3}, "a text is wanted"),
        ({"do": "extend", "by": "soon"}, "not a duration"),
        ({"do": "extend", "by": [1]}, "not a duration"),
        ({"do": "level", "by": "loud"}, "not a number of dB"),
        ({"do": "level", "by": float("nan")}, "out of range"),
        ({"do": "note", "text": "x" * 20_000}, "20000 characters; at most 2000"),
    ],
)
def test_a_wrong_command_is_refused_in_words(written, said):
    with pytest.raises(InvalidValue, match=said):
        parse_command(written)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("first\nsecond\t third ", "first second third"),
        ("caf\udce9", "caf�"),  # what Python makes of a byte that is no UTF-8
        ("a bell \x07 and \x1b[31m red", "a bell � and �[31m red"),
        ("👩‍⚕️ naïve", "👩‍⚕️ naïve"),
    ],
)
def test_a_note_is_one_line_that_every_screen_can_show(written, text):
    assert parse_command({"do": "note", "text": written}) == Command("note", text=text)


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())
)


@given(st.one_of(st.sampled_from(list(COMMANDS)), anything), st.dictionaries(st.text(), anything))
def test_nothing_but_a_value_fault_comes_of_nonsense(do, more):
    with contextlib.suppress(InvalidValue):
        parse_command({"do": do, **more})


def test_a_duck_softens_unless_the_music_is_ducked_already_or_it_ends_the_duck():
    assert softens(Command("duck"), ducked=False)
    assert softens(Command("duck", on=True), ducked=False)
    assert not softens(Command("duck"), ducked=True)
    assert not softens(Command("duck", on=False), ducked=False)
    assert not softens(Command("duck", on=False), ducked=True)
