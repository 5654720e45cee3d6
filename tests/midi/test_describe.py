"""Messages in words; show control and timecode worked out by hand from the standards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.midi.describe import describe
from soundscape.midi.parser import MidiParser


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("90 3c 64", "channel 1  note 60 (C4) on, velocity 100"),
        ("9f 3c 00", "channel 16  note 60 (C4) off"),
        ("81 45 00", "channel 2  note 69 (A4) off"),
        ("b0 07 40", "channel 1  control 7 = 64"),
        ("b0 77 00", "channel 1  control 119 = 0"),
        ("b0 78 00", "channel 1  control 120 = 0 (all sound off)"),
        ("b0 7b 00", "channel 1  control 123 = 0 (all notes off)"),
        ("b0 7c 00", "channel 1  control 124 = 0 (channel mode)"),
        ("c0 04", "channel 1  program 5"),
        ("e0 00 40", "channel 1  pitch bend +0"),
        ("e0 7f 7f", "channel 1  pitch bend +8191"),
        ("d3 10", "channel 4  pressure 16"),
        ("a0 3c 05", "channel 1  note 60 (C4) pressure 5"),
        ("f2 01 01", "song position 129"),
        ("f1 53", "timecode, quarter frame 5: 3"),
        ("f3 00", "song 1"),
        ("f6", "tune request"),
        ("f8", "clock"),
        ("fa", "start"),
        ("fb", "continue"),
        ("fc", "stop"),
        ("fe", "active sensing"),
        ("ff", "reset"),
        ("f0 7d 01 f7", "SysEx, 2 bytes: 7D 01"),
        (f"f0 {'7d' * 16} f7", f"SysEx, 16 bytes: {'7D ' * 15}7D"),
        (f"f0 {'7d' * 17} f7", f"SysEx, 17 bytes: {'7D ' * 16}…"),
        ("f0 7e 7f 01 01 61 02 03 04 f7", "SysEx, 8 bytes: 7E 7F 01 01 61 02 03 04"),
        ("f0 7f 01 02 01 01 31 00 31 f7", "show control, device 1, lighting: go cue 1 list 1"),
        ("f0 7f 7f 02 01 02 f7", "show control, all devices, lighting: stop"),
        (
            "f0 7f 01 02 01 06 7e 03 32 00 f7",
            "show control, device 1, lighting: set control 510 = 50",
        ),
        ("f0 7f 01 02 01 07 05 f7", "show control, device 1, lighting: fire macro 5"),
        (
            "f0 7f 02 02 10 04 20 01 02 03 00 32 2e 35 f7",
            "show control, device 2, sound: timed-go time 00:01:02:03 (25) cue 2.5",
        ),
        (
            "f0 7f 01 02 01 04 20 01 02 03 00 f7",
            "show control, device 1, lighting: timed-go time 00:01:02:03 (25)",
        ),
        ("f0 7f 01 02 01 1b 37 f7", "show control, device 1, lighting: open-cue-list list 7"),
        ("f0 7f 01 02 01 1d 37 f7", "show control, device 1, lighting: open-cue-path path 7"),
        ("f0 7f 01 02 01 17 32 f7", "show control, device 1, lighting: zero-clock list 2"),
        ("f0 7f 01 02 09 55 f7", "show control, device 1, format 09 hex: command 55 hex"),
        ("f0 7f 7f 01 01 61 02 03 04 f7", "timecode 01:02:03:04 (30), full frame"),
        ("f0 7f 7f 01 01 41 02 03 04 f7", "timecode 01:02:03:04 (29.97 drop), full frame"),
    ],
)
def test_a_message_is_said_as_a_person_says_it(data, words):
    assert describe(bytes.fromhex(data)) == words


@given(st.binary(max_size=40))
def test_whatever_comes_has_words_that_a_terminal_can_show(piece):
    for message in MidiParser().feed(piece):
        assert describe(message).isprintable()


@given(st.binary(max_size=20).map(lambda data: bytes(byte & 0x7F for byte in data)))
def test_show_control_of_any_kind_has_words(body):
    assert describe(b"\xf0\x7f\x01\x02" + body + b"\xf7").isprintable()
