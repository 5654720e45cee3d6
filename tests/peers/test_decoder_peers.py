"""Our show control and timecode as decoders read it that others wrote."""

from __future__ import annotations

from typing import Any

import pytest
from decoders import decode
from timecodes import TIMECODES, full_frame, quarter_frames

from soundscape.midi import timecode as ours
from soundscape.midi.msc import CueRef, command, fire, set_control
from soundscape.midi.msc_codes import COMMANDS, FORMATS
from soundscape.midi.timecode import time_of

pytestmark = pytest.mark.peer

CUES = [CueRef(), CueRef("1"), CueRef("12.5", "3"), CueRef("101.25", "2.1", "63")]
NAMES = {spec.code: name for name, spec in COMMANDS.items()}


def plain(name: str) -> str:
    """Their spelling of our names: 'timed-go' is 'timedGo', 'lighting' is 'lighting.general'."""
    return name.replace("-", "").lower()


def read(messages: list[bytes]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    answer = decode(msc=messages)
    return answer["msc"], answer


def test_every_command_that_the_decoder_knows_is_read_as_ours() -> None:
    sent = []
    for name in COMMANDS:
        if name == "set":
            sent.append((name, set_control(1, "lighting", 5, 70)))
        elif name == "fire":
            sent.append((name, fire(1, "lighting", 9)))
        else:
            whole = CueRef("1", "2", "3")
            seconds = 5.5 if name in {"timed-go", "set-clock"} else None
            sent.append((name, command(1, "lighting", name, whole, seconds)))
    decoded, answer = read([data for _, data in sent])
    known = [name for (name, _), made in zip(sent, decoded, strict=True) if "command" in made]
    assert known == [NAMES[int(code)] for code in answer["commands"]] == list(COMMANDS)[:11]
    for (name, data), made in zip(sent, decoded, strict=True):
        assert made["deviceId"] == 1
        assert made["dataBytes"] == list(data[6:-1])
        if name in known:
            assert plain(made["command"]) == plain(name)


def test_every_format_that_the_decoder_knows_is_read_as_ours() -> None:
    decoded, answer = read([command(2, form, "go", CueRef()) for form in FORMATS])
    theirs = {int(code): name for code, name in answer["formats"].items()}
    assert len(theirs) == 8
    for form, made in zip(FORMATS, decoded, strict=True):
        assert made.get("commandFormat") == theirs.get(FORMATS[form])
    assert {plain(theirs[FORMATS[form]]) for form in FORMATS if FORMATS[form] in theirs} == {
        *(f"{plain(form)}.general" for form in ("lighting", "sound", "machinery", "video")),
        *(f"{plain(form)}.general" for form in ("projection", "process-control", "pyro")),
        "all",
    }


@pytest.mark.parametrize(("device", "theirs"), [(0, 0), (111, 111), (112, "G1"), (126, "G15")])
def test_a_device_a_group_and_all_are_read_as_ours(device: int, theirs: int | str) -> None:
    messages = [command(number, "lighting", "go", CueRef()) for number in (device, 127)]
    decoded, _ = read(messages)
    assert [made["deviceId"] for made in decoded] == [theirs, "all"]


@pytest.mark.parametrize("name", ["go", "stop", "resume", "load", "go-off", "go-jam-clock"])
def test_number_list_and_path_are_read_as_ours(name: str) -> None:
    cues = CUES if name != "load" else CUES[1:]
    decoded, _ = read([command(1, "lighting", name, cue) for cue in cues])
    read_back = [(made["cue"], made["cueList"], made["cuePath"]) for made in decoded]
    assert read_back == [(c.number or "", c.list or "", c.path or "") for c in cues]


def test_the_levels_of_set_and_the_time_of_timed_go_are_in_the_data_as_the_standard_has_them() -> (
    None
):
    decoded, _ = read(
        [
            set_control(1, "lighting", 510, 100),
            set_control(1, "lighting", 5, 16383),
            command(1, "lighting", "timed-go", CueRef("9", "1"), 3661.5),
            fire(1, "lighting", 12),
        ]
    )
    assert [(made["command"], made["dataBytes"]) for made in decoded] == [
        ("set", [0x7E, 0x03, 100, 0]),
        ("set", [5, 0, 0x7F, 0x7F]),
        ("timedGo", [0x21, 1, 1, 12, 50, ord("9"), 0, ord("1")]),
        ("fire", [12]),
    ]


def test_full_frames_of_the_table_are_read_as_their_times() -> None:
    times = decode(mtc=[[full_frame(row)] for _, _, row, _ in TIMECODES])["mtc"]
    assert times == [[rate, *time] for rate, time, _, _ in TIMECODES]


def test_quarter_frames_of_the_table_are_read_as_their_times() -> None:
    # Eight of them take two frames, so at the first of the next eight it is two frames later.
    runs = [[*quarter_frames(row), bytes((0xF1, 0))] for _, _, _, row in TIMECODES]
    times = decode(mtc=runs)["mtc"]
    assert times == [[rate, *two_later(rate, *time)] for rate, time, _, _ in TIMECODES]


TIMES = [
    (rate, time_of(number, rate))
    for rate in (24.0, 25.0, 29.97, 30.0)
    for number in (0, 1, 1_799, 1_800, 17_982, 34_567, 123_456, 2_073_597)
]


def test_our_timecode_is_that_of_the_table() -> None:
    for rate, time, full, quarters in TIMECODES:
        assert ours.full_frame(time, rate) == full_frame(full)
        pieces = [ours.quarter_frame(piece, time, rate) for piece in range(8)]
        assert pieces == quarter_frames(quarters)


def test_our_full_frames_are_read_as_their_times_at_every_rate() -> None:
    times = decode(mtc=[[ours.full_frame(time, rate)] for rate, time in TIMES])["mtc"]
    assert times == [[rate, *time] for rate, time in TIMES]


def test_our_quarter_frames_are_read_as_their_times_at_every_rate() -> None:
    even = [(rate, time) for rate, time in TIMES if time[3] < 20 and time[2:] != (0, 0)]
    runs = [
        [*(ours.quarter_frame(piece, time, rate) for piece in range(8)), bytes((0xF1, 0))]
        for rate, time in even
    ]
    times = decode(mtc=runs)["mtc"]
    assert times == [[rate, *two_later(rate, *time)] for rate, time in even]


def two_later(rate: float, hour: int, minute: int, second: int, frame: int) -> tuple[int, ...]:
    """The time two frames on, where no dropped frame lies between, as in the table."""
    nominal = round(rate)
    ticks = ((hour * 60 + minute) * 60 + second) * nominal + frame + 2
    rest, frame = divmod(ticks, nominal)
    rest, second = divmod(rest % 86_400, 60)
    hour, minute = divmod(rest, 60)
    return hour, minute, second, frame
