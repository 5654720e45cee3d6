"""Ports, cues and timecode."""

from __future__ import annotations

import pytest

PORTS = "midi: {desk: {output: Desk}, pedal: {input: Pedal}}\n"


def said(faults, text: str) -> str:
    found = faults("room", PORTS + text)
    assert len(found) == 1
    return found[0].split(": ", 1)[1]


def cue(faults, keys: str) -> str:
    return said(faults, f"cues: {{a: {{port: desk, {keys}}}}}")


def test_a_port_has_one_direction(faults):
    assert "needs exactly one of output, input" in faults("room", "midi: {a: {virtual: true}}")[0]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("after: 1s", "needs exactly one of note, cc, program, msc, sysex: it has none"),
        ("note: 1, velocity: 0", "0 would end the note"),
        ("note: 1, value: 3", "goes with cc, not with note"),
        ("cc: 1", "the key 'value' is missing"),
        ("program: 0", "needs a whole number from 1 to 128"),
        ("program: 1, bank: 16384", "needs a whole number from 0 to 16383"),
        ("sysex: [240]", "leave out F0 and F7"),
        ("sysex: []", "needs a list of 1 to 1024 numbers"),
        ("msc: {device: 1}", "the key 'command' is missing"),
        ("msc: {command: resmue}", "'resmue' is not known here (did you mean 'resume'?)"),
        ("msc: {command: gogo}", "'gogo' is not known here: write one of go, stop, resume"),
        ("msc: {command: set, control: 1}", "command: set needs 'value'"),
        ("msc: {command: set, control: 1, value: 9, scale: 14-bit}", "goes with a light"),
        ("msc: {command: go, macro: 1}", "goes with command: fire"),
        ("msc: {command: go, format: lihgting}", "did you mean 'lighting'?"),
    ],
)
def test_a_cue_is_one_message_with_what_fits_it(faults, keys, expected):
    assert expected in cue(faults, keys)


def test_show_control_names_may_be_written_as_in_the_standard(model):
    text = PORTS + "cues: {a: {port: desk, msc: {format: Moving Lights, command: ALL_OFF}}}"
    msc = model("room", text).cues["a"][0].msc
    assert (msc.format, msc.command, msc.device) == ("moving-lights", "all-off", 127)


def test_show_control_commands_take_what_they_need(model):
    text = (
        PORTS
        + """\
cues:
  a: {port: desk, msc: {command: set, control: 5, value: 100}}
  b: {port: desk, msc: {command: fire, macro: 3}}
  c: {port: desk, msc: {command: timed-go, time: 5s}}
"""
    )
    cues = model("room", text).cues
    assert (cues["a"][0].msc.control, cues["a"][0].msc.value) == (5, 100)
    assert (cues["b"][0].msc.macro, cues["c"][0].msc.time) == (3, 5.0)


def test_a_cue_may_be_a_group_with_pauses(model):
    group = model(
        "room", PORTS + "cues: {a: [{port: desk, note: 1}, {port: desk, program: 128, after: 2s}]}"
    )
    assert [(m.note, m.program, m.after) for m in group.cues["a"]] == [
        (1, None, 0.0),
        (None, 128, 2.0),
    ]


@pytest.mark.parametrize(
    ("written", "rate"), [("24", 24.0), ("25", 25.0), ("29.97", 29.97), ("30.0", 30.0)]
)
def test_timecode_has_four_rates(model, written, rate):
    assert model("room", PORTS + f"timecode: {{port: desk, rate: {written}}}").timecode.rate == rate


def test_timecode_has_no_other_rate(faults):
    assert "24, 25, 29.97 or 30" in said(faults, "timecode: {port: desk, rate: 29.98}")
