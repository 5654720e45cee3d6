"""How a slip is told."""

from __future__ import annotations

import pytest

from soundscape.scene.binding import no_such, not_one_of

PHASE = "phases: {a: {duration: 5m}}\n"


def test_a_near_miss_is_suggested():
    assert no_such("duratoin", "key", ["duration", "music"]) == (
        "no such key (did you mean 'duration'?)"
    )
    assert not_one_of("Shufle", ["sequential", "shuffle"]) == (
        "'Shufle' is not known here (did you mean 'shuffle'?)"
    )


def test_where_nothing_is_near_the_few_choices_are_listed():
    assert no_such("x", "key", ["min", "max"]) == "no such key (there are: min, max)"
    assert no_such("x", "key", []) == "no such key"
    assert no_such("x", "key", [f"name {n}" for n in range(50)]) == "no such key"


def test_a_misspelt_key_is_not_missing_as_well(faults):
    assert len(faults("scene", "phases: {a: {duratoin: 5m}}")) == 1
    assert len(faults("playlist", "tracks: [{fiel: a.flac}]")) == 1


def test_a_key_without_a_value_is_told_what_it_needs(faults):
    assert faults("scene", PHASE + "name:\n") == ["2:6: name: needs a name, such as Evening"]


@pytest.mark.parametrize("word", ["yes", "on", "1", "'true'"])
def test_true_and_false_have_one_spelling(faults, word):
    assert faults("scene", PHASE + f"calm: {word}\n") == ["2:7: calm: needs true or false"]


def test_a_fault_in_an_alias_is_told_where_the_text_stands(faults):
    text = "phases:\n  a: &a {duration: 5x}\n  b: *a\n"
    assert {line.split(": ")[0] for line in faults("scene", text)} == {"2:20"}
