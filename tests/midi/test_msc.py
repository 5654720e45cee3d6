"""Vectors worked out by hand from MIDI Show Control 1.0."""

from __future__ import annotations

import pytest

from soundscape.errors import InvalidValue
from soundscape.midi.msc import CueRef, command, fire, set_control
from soundscape.midi.msc_codes import COMMANDS, FORMATS

WHOLE = CueRef("12.5", "3", "7")
CUE = "31322e350033 0037".replace(" ", "")  # "12.5" 00 "3" 00 "7"
VECTORS = [
    ("go", CueRef(), None, "01"),
    ("go", CueRef("1"), None, "0131"),
    ("go", CueRef("1", "1"), None, "01310031"),  # the example of the ETC Eos manual
    ("go", WHOLE, None, "01" + CUE),
    ("stop", CueRef("2"), None, "0232"),
    ("resume", CueRef("2", "1"), None, "03320031"),
    ("timed-go", CueRef("9"), 5.5, "04" + "2000050c32" + "39"),  # 5 s, 12.50 frames of 25
    ("timed-go", CueRef("9"), 0.0, "04" + "2000000000" + "39"),  # at once
    ("load", WHOLE, None, "05" + CUE),
    ("all-off", WHOLE, None, "08"),
    ("restore", CueRef(), None, "09"),
    ("reset", CueRef(), None, "0a"),
    ("go-off", CueRef("10"), None, "0b3130"),
    ("go-jam-clock", WHOLE, None, "10" + CUE),
    ("standby-plus", CueRef(list="4"), None, "1134"),
    ("standby-minus", CueRef(), None, "12"),
    ("sequence-plus", CueRef(list="4"), None, "1334"),
    ("sequence-minus", CueRef(list="4"), None, "1434"),
    ("start-clock", CueRef(list="4"), None, "1534"),
    ("stop-clock", CueRef(), None, "16"),
    ("zero-clock", CueRef(list="4.2"), None, "17342e32"),
    ("set-clock", CueRef(list="4"), 3723.0, "18" + "2102030000" + "34"),  # 1:02:03
    ("mtc-chase-on", CueRef(), None, "19"),
    ("mtc-chase-off", CueRef(list="4"), None, "1a34"),
    ("open-cue-list", CueRef(list="4"), None, "1b34"),
    ("close-cue-list", CueRef(list="4"), None, "1c34"),
    ("open-cue-path", CueRef(path="8"), None, "1d38"),
    ("close-cue-path", CueRef(path="8"), None, "1e38"),
]


@pytest.mark.parametrize(("name", "cue", "seconds", "data"), VECTORS)
def test_a_command_is_its_bytes_of_the_standard(
    name: str, cue: CueRef, seconds: float | None, data: str
) -> None:
    assert command(1, "lighting", name, cue, seconds).hex() == f"f07f010201{data}f7"


def test_every_command_of_the_tables_has_a_vector() -> None:
    assert {name for name, *_ in VECTORS} | {"set", "fire"} == set(COMMANDS)


@pytest.mark.parametrize(("form", "code"), FORMATS.items())
def test_every_format_has_its_code(form: str, code: int) -> None:
    assert command(127, form, "go", CueRef())[2:6] == bytes((127, 2, code, 1))


def test_set_sends_fourteen_bits_low_ones_first() -> None:
    assert set_control(1, "lighting", 510, 100).hex() == "f07f010201067e036400f7"
    assert set_control(1, "lighting", 5, 16383).hex() == "f07f0102010605007f7ff7"


def test_fire_sends_its_macro() -> None:
    assert fire(2, "lighting", 9).hex() == "f07f0202010709f7"
    assert fire(2, "lighting", 127).hex() == "f07f020201077ff7"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: command(128, "lighting", "go", CueRef()),
        lambda: command(-1, "lighting", "go", CueRef()),
        lambda: command(1, "lightning", "go", CueRef()),
        lambda: command(1, "lighting", "gogo", CueRef()),
        lambda: command(1, "lighting", "timed-go", CueRef("1")),
        lambda: command(1, "lighting", "timed-go", CueRef("1"), 86400.0),
        lambda: command(1, "lighting", "load", CueRef()),
        lambda: command(1, "lighting", "open-cue-list", CueRef()),
        lambda: command(1, "lighting", "close-cue-list", CueRef()),
        lambda: command(1, "lighting", "open-cue-path", CueRef()),
        lambda: command(1, "lighting", "close-cue-path", CueRef()),
        lambda: command(1, "lighting", "go", CueRef("one")),
        lambda: command(1, "lighting", "go", CueRef(None, "1")),
        lambda: set_control(1, "lighting", 16384, 0),
        lambda: set_control(1, "lighting", 0, 16384),
        lambda: fire(1, "lighting", 128),
    ],
)
def test_what_the_standard_does_not_allow_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(InvalidValue, match="show control"):
        wrong()


@pytest.mark.parametrize(
    ("name", "lacks"),
    [("load", "cue number"), ("open-cue-list", "list"), ("open-cue-path", "path")],
)
def test_what_a_command_lacks_is_named(name: str, lacks: str) -> None:
    with pytest.raises(InvalidValue, match=f"^show control {name}: needs a {lacks}$"):
        command(1, "lighting", name, CueRef())
