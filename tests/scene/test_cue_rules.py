"""Cues that could flash are refused; those that may make the room dark are warned of."""

from __future__ import annotations

import pytest

DESK = "midi: {desk: {output: QLC+}}\n"


def strobe(message: str, every_ms: int, count: int) -> str:
    lines = (f"    - {{after: {n * every_ms}ms, port: desk, {message}}}" for n in range(count))
    return DESK + "cues:\n  strobe:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("message", "every_ms", "count", "place"),
    [
        ("cc: 30, value: 127", 50, 60, "control 30 on channel 1"),
        ("program: 4", 250, 4, "the programs on channel 1"),
        ("note: 60, length: 10ms", 400, 2, "note 60 on channel 1"),
        ("msc: {command: go}", 499, 3, "show control (lighting)"),
        ("msc: {command: fire, macro: 3}", 300, 3, "the show control macros"),
        ("msc: {command: set, control: 7, value: 1}", 300, 3, "show control 7"),
        ("'sysex': [0x7D, 1]", 300, 3, "the SysEx of one maker"),
    ],
)
def test_a_cue_that_reaches_an_address_three_times_a_second_is_refused(
    faults, message, every_ms, count, place
):
    found = [one for one in faults("room", strobe(message, every_ms, count)) if "flash" in one]
    assert len(found) == 1
    assert f"reaches {place} of port 'desk' for the third time within a second" in found[0]
    line = 5 if "note" in message else 6  # a note's end counts
    assert found[0].startswith(f"{line}:")


@pytest.mark.parametrize(
    ("message", "every_ms", "count"),
    [("cc: 30, value: 127", 500, 60), ("note: 60, length: 10ms", 1000, 5), ("program: 4", 1, 2)],
)
def test_a_cue_that_reaches_an_address_twice_a_second_is_taken(read, message, every_ms, count):
    warnings = read("room", strobe(message, every_ms, count)).warnings
    assert all("flash" not in problem.message for problem in warnings)


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("program: 4", "a program of the desk"),
        ("msc: {command: all-off}", "show control all-off"),
        ("msc: {command: set, control: 510, value: 0}", "a show control level of 0"),
        ("sysex: [0x7F, 1, 2, 1, 8]", "a show control command that takes light away"),
    ],
)
def test_a_cue_that_may_be_a_blackout_is_warned_of(read, message, what):
    (warning,) = read("room", strobe(message, 0, 1)).warnings
    assert f"strobe: {what} may make the room dark at once" in warning.message


def test_many_cues_that_may_be_blackouts_are_one_warning(read):
    cues = "".join(f"  p{n}: {{port: desk, program: {n}}}\n" for n in range(1, 100))
    (warning,) = read("room", f"{DESK}cues:\n{cues}").warnings
    assert "p1, p2, p3 and 96 more: a program" in warning.message


def test_pairs_are_one_warning_that_names_the_other_way(read):
    lights = "".join(f"  p{n}: {{port: desk, cc: [{n}, {n + 32}]}}\n" for n in range(20))
    (warning,) = read("room", f"{DESK}lights:\n{lights}").warnings
    assert "p0, p1, p2 and 17 more: a 14-bit pair is for a desk that acts on the LSB" in (
        warning.message
    )
    assert "scale: 14-bit" in warning.message
