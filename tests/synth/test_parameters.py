from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape import synth
from soundscape.errors import InvalidValue


def problems(name: str, params: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(synth.ParameterProblems) as caught:
        synth.check(name, params)
    assert len({key for key, _ in caught.value.problems}) == len(caught.value.problems)
    assert "\n" not in str(caught.value)
    return dict(caught.value.problems)


@pytest.mark.parametrize("name", synth.NAMES)
def test_the_defaults_are_complete_and_their_seed_is_left_to_the_scene(name: str) -> None:
    assert set(synth.check(name, {})) == {p.name for p in synth.PARAMETERS[name]}


def test_a_root_comes_as_hertz_by_the_concert_pitch() -> None:
    assert synth.check("drone", {"root": "A2", "a4": 432})["root"] == 108.0
    assert synth.check("drone", {"root": 55})["root"] == 55.0


def test_checking_twice_changes_nothing() -> None:
    once = synth.check("drone", {"root": "F#2", "a4": 443, "seed": 9, "mode": "minor"})
    assert synth.check("drone", once) == once


def test_every_bad_key_has_one_message_of_its_own() -> None:
    found = problems("drone", {"rot": "D2", "mode": "majr", "brightness": 1.5, "a4": "high"})
    assert found["rot"] == "no such parameter of drone (did you mean 'root'?)"
    assert found["mode"].endswith("(did you mean 'major'?)")
    assert found["brightness"] == "1.5 is outside 0 to 1"
    assert found["a4"] == "'high' is not a number (432 to 443)"
    assert len(found) == 4


TONAL = {"root", "a4", "mode", "tuning"}
UNTUNED = {"rain", "noise", "ocean", "wind", "stream", "fire", "night", "grains"}
LACKING = dict.fromkeys(UNTUNED, TONAL) | {"pulse": {"mode", "tuning"}}
LACKING["noise"] = TONAL | {"density"}


@pytest.mark.parametrize("name", synth.NAMES)
def test_every_common_parameter_is_there_but_those_that_mean_nothing_to_it(name: str) -> None:
    common = {"brightness", "intensity", "density", "motion", "width", "space", *TONAL}
    lacking = LACKING.get(name, set())
    assert common - {p.name for p in synth.PARAMETERS[name]} == lacking
    if lacking:  # and it says why
        found = problems(name, dict.fromkeys(lacking, 0.5))
        assert all(text.startswith(f"no such parameter of {name}: it") for text in found.values())


@pytest.mark.parametrize("value", [True, None, "loud", [0.5], {}, float("nan"), float("inf"), -0.1])
def test_what_is_no_number_in_range_is_refused(value: object) -> None:
    assert "intensity" in problems("rain", {"intensity": value})


@pytest.mark.parametrize("value", [True, None, "H2", "D9", 12, "2000 Hz", float("nan"), [1], ""])
def test_what_is_no_root_is_refused(value: object) -> None:
    assert "C1 to C5" in problems("drone", {"root": value})["root"]


@pytest.mark.parametrize("value", [1.5, -1, "x", 2**63, True])
def test_a_seed_is_a_whole_number(value: object) -> None:
    assert "seed" in problems("rain", {"seed": value})


def test_an_unknown_generator_is_named_with_a_suggestion() -> None:
    with pytest.raises(InvalidValue, match=r"no generator 'drome' \(did you mean 'drone'\?\)"):
        synth.check("drome", {})


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())


@given(
    st.sampled_from(synth.NAMES),
    st.dictionaries(
        st.sampled_from(["root", "mode", "a4", "seed", "width", "x"]) | st.text(), JUNK
    ),
)
def test_any_parameters_are_complete_or_faults(name: str, params: dict[str, Any]) -> None:
    with contextlib.suppress(synth.ParameterProblems):
        assert set(synth.check(name, params)) >= set(params)
