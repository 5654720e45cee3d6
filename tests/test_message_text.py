from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape import message_text


def test_a_quoted_value_is_short_and_holds_nothing_a_terminal_obeys():
    assert message_text.quoted("\x1b[2J\a") == "'�[2J�'"
    assert message_text.quoted("x" * 100) == "'" + "x" * 37 + "…'"
    assert message_text.quoted(None) == "nothing"
    assert message_text.quoted(True) == "'true'"


@given(st.text(st.characters()))
def test_what_is_shown_can_be_encoded_and_moves_no_cursor(text):
    said = message_text.one_line(text)
    assert said.encode().decode() == said
    assert not any(ord(mark) < 32 or 127 <= ord(mark) < 160 for mark in said)
    assert message_text.one_line(said) == said


def test_a_near_miss_is_guessed_and_anything_else_is_not():
    assert (
        message_text.did_you_mean("duratoin", ["duration", "music"])
        == " (did you mean 'duration'?)"
    )
    assert message_text.did_you_mean("zzz", ["duration", "music"]) == ""


def test_a_long_list_of_names_is_cut_to_what_a_line_holds():
    assert message_text.listed(["a", "b", "c", "d"]) == "a, b, c, d"
    assert message_text.listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
