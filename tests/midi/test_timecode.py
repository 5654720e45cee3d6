from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from rooms import LIGHTS, make_room
from timecodes import TIMECODES
from timecodes import full_frame as full_by_hand
from timecodes import quarter_frames as quarters_by_hand

from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.midi.timecode import (
    FASTEST,
    TimecodeGenerator,
    TimecodeReader,
    full_frame,
    quarter_frame,
    time_of,
)
from soundscape.scene.models import TimecodeSpec

S = 48_000
RATES = [24.0, 25.0, 29.97, 30.0]
LENGTHS = {24.0: 2000.0, 25.0: 1920.0, 29.97: 1601.6, 30.0: 1600.0}


@pytest.mark.parametrize(("rate", "time", "row", "quarters"), TIMECODES)
def test_a_time_is_its_bytes_of_the_standard(
    rate: float, time: tuple[int, int, int, int], row: str, quarters: str
) -> None:
    assert full_frame(time, rate) == full_by_hand(row)
    assert [quarter_frame(n, time, rate) for n in range(8)] == quarters_by_hand(quarters)


@pytest.mark.parametrize(
    ("rate", "number", "time"),
    [
        (24.0, 24 * 3600 - 1, (0, 59, 59, 23)),
        (25.0, 25 * 60, (0, 1, 0, 0)),
        (30.0, 30 * 86_400, (0, 0, 0, 0)),  # after a day from midnight
        (29.97, 1799, (0, 0, 59, 29)),
        (29.97, 1800, (0, 1, 0, 2)),  # the first two numbers of a minute are left out …
        (29.97, 17_981, (0, 9, 59, 29)),
        (29.97, 17_982, (0, 10, 0, 0)),  # … but not of each tenth
        (29.97, 17_982 + 1800, (0, 11, 0, 2)),
        (29.97, 107_892, (1, 0, 0, 0)),
    ],
)
def test_frames_are_counted_as_the_standard_does(
    rate: float, number: int, time: tuple[int, int, int, int]
) -> None:
    assert time_of(number, rate) == time


def test_drop_frame_leaves_out_just_the_numbers_of_the_rule() -> None:
    counted = [time_of(number, 29.97) for number in range(2 * 17_982)]
    every = itertools.product(range(1), range(20), range(60), range(30))
    wanted = [t for t in every if not (t[3] < 2 and t[2] == 0 and t[1] % 10)]
    assert counted == wanted


@pytest.mark.parametrize("rate", RATES)
def test_drop_frame_stays_with_the_clock_and_others_are_exact(rate: float) -> None:
    hour, minute, second, frame = time_of(round(7200 * S / LENGTHS[rate]), rate)
    shown = hour * 3600 + minute * 60 + second + frame / round(rate)
    assert shown == pytest.approx(7200, abs=0.08 if rate == 29.97 else 1e-9)


def run(
    *ways: tuple[float, float, float], rate: float = 25.0, until: float = 10.0
) -> list[Message]:
    """The timecode's messages: from each second on it is at a place (s), with a pace."""
    timecode = TimecodeGenerator("desk", rate)
    for at, place, pace in ways:
        timecode.run(int(at * S), place * S, pace)
    return timecode.messages(int(until * S))


def quarters(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if message.data[0] == 0xF1]


def fulls(messages: Sequence[Message]) -> list[tuple[float, str]]:
    return [(m.frame / S, m.data[5:9].hex()) for m in messages if m.data[0] == 0xF0]


@pytest.mark.parametrize("rate", RATES)
def test_quarter_frames_are_evenly_spaced_and_come_in_their_order(rate: float) -> None:
    sent = quarters(run((0, 0, 1), rate=rate, until=60))
    assert len(sent) == pytest.approx(60 * S / LENGTHS[rate] * 4, abs=1)
    for number, message in enumerate(sent):
        assert 0 <= message.frame - number * LENGTHS[rate] / 4 < 1 + 1e-6
        assert message.data[1] >> 4 == number % 8


@pytest.mark.parametrize("rate", RATES)
def test_eight_quarter_frames_say_the_time_at_which_the_first_left(rate: float) -> None:
    sent = quarters(run((0, 3599, 1), rate=rate, until=70))
    for eight in (sent[at : at + 8] for at in range(0, len(sent) - 7, 8)):
        pieces = [message.data[1] & 0x0F for message in eight]
        frame, second, minute, hour = (pieces[n] | pieces[n + 1] << 4 for n in (0, 2, 4, 6))
        place = 3599 * S + eight[0].frame
        assert (hour & 0x1F, minute, second, frame) == time_of(round(place / LENGTHS[rate]), rate)


def test_it_begins_with_a_full_frame() -> None:
    sent = run((0, 62, 1))
    assert sent[0].data == full_frame((0, 1, 2, 0), 25.0)
    assert fulls(sent) == [(0.0, "20010200")]


def test_it_stands_still_after_a_full_frame_and_says_another_when_it_goes_on() -> None:
    sent = run((0, 0, 1), (3.01, 3.01, 0), (7, 3.01, 1))
    assert fulls(sent) == [(0.0, "20000000"), (3.01, "20000300"), (7.0, "20000300")]
    assert [m for m in quarters(sent) if 3.01 * S <= m.frame < 7 * S] == []
    after = quarters(sent)[-1]
    assert after.frame / S == pytest.approx(10.0, abs=0.02)
    resumed = next(m for m in quarters(sent) if m.frame >= 7 * S)
    assert resumed.data[1] >> 4 == 0  # a whole group again
    assert resumed.frame / S == pytest.approx(7.03, abs=1e-4)  # at the next even frame, 3.04 s


def test_a_jump_is_a_full_frame_of_the_new_place() -> None:
    sent = run((0, 0, 1), (2, 600, 1), (3, 30, 1))
    assert fulls(sent) == [(0.0, "20000000"), (2.0, "200a0000"), (3.0, "20001e00")]


def test_of_two_jumps_at_one_frame_the_last_alone_is_told() -> None:
    timecode = TimecodeGenerator("desk", 25.0)
    timecode.run(0, 0.0, 0.0)
    timecode.messages(48_000)
    timecode.run(48_000, 10.0 * 48_000, 0.0)
    timecode.run(48_000, 20.0 * 48_000, 0.0)
    (told,) = timecode.messages(96_000)
    assert (told.frame, told.data) == (48_000, full_frame((0, 0, 20, 0), 25.0))


@pytest.mark.parametrize("pace", [1.0, 0.5, 1.7])
def test_a_phase_that_follows_without_a_jump_is_no_jump(pace: float) -> None:
    """In the middle of eight quarter frames: they go on, and no full frame says otherwise."""
    sent = run((0, 0, 1), (3.013, 3.0131, pace), until=6)
    assert fulls(sent) == [(0.0, "20000000")]
    pieces = [message.data[1] >> 4 for message in quarters(sent)]
    assert pieces == [number % 8 for number in range(len(pieces))]
    gaps = [b.frame - a.frame for a, b in itertools.pairwise(quarters(sent))]
    assert max(gaps) <= 480 / min(1.0, pace) + 1
    assert min(gaps) >= 480 / max(1.0, pace) - 6


def test_in_an_extended_phase_it_runs_slower() -> None:
    sent = quarters(run((0, 0, 0.5)))
    gaps = {b.frame - a.frame for a, b in itertools.pairwise(sent)}
    assert gaps == {960}  # twice those of 25 frames a second


def test_what_runs_too_fast_to_follow_is_a_full_frame_a_second() -> None:
    sent = run((0, 0, FASTEST * 5), until=4)
    assert quarters(sent) == []
    assert fulls(sent) == [
        (0.0, "20000000"),
        (1.0, "20000a00"),
        (2.0, "20001400"),
        (3.0, "20001e00"),
    ]


def test_nothing_depends_on_how_it_is_asked_for() -> None:
    whole = run((0, 0, 1), (2.5, 100, 1))
    timecode, sliced = TimecodeGenerator("desk", 25.0), []
    timecode.run(0, 0, 1)
    for frame in range(0, 10 * S, 777):
        sliced += timecode.messages(min(frame, int(2.5 * S)))
    timecode.run(int(2.5 * S), 100 * S, 1)
    for frame in range(int(2.5 * S), 10 * S, 1024):
        sliced += timecode.messages(frame)
    sliced += timecode.messages(10 * S)
    assert sliced == whole


def test_timecode_goes_before_the_lights_and_costs_them_nothing() -> None:
    code = TimecodeSpec(port="desk", rate=30.0)
    with_code, without = Rig(make_room(timecode=code)), Rig(make_room())
    for rig in (with_code, without):
        rig.clock(0, 0.0, 1.0)
        rig.move(0, dict.fromkeys(LIGHTS, 0.1), 5 * S)
        rig.cue(0, "preset")
    sent = with_code.messages(10 * S)
    assert sent[0].data[0] == 0xF0
    assert [m for m in sent if m.data[0] != 0xF1][1:] == without.messages(10 * S)
    assert [m.frame for m in sent] == sorted(m.frame for m in sent)


def test_timecode_has_a_port_of_its_own_and_says_its_time_when_that_is_back() -> None:
    rig = Rig(make_room(timecode=TimecodeSpec(port="clock", rate=25.0)))
    rig.clock(0, 0.0, 1.0)
    assert {m.port for m in rig.messages(S)} == {"clock"}
    rig.lose(S, "clock")
    assert rig.messages(5 * S) == []
    rig.restore(5 * S, "clock")
    assert fulls(rig.messages(6 * S)) == [(5.0, "20000500")]


def test_at_the_end_timecode_stops() -> None:
    rig = Rig(make_room(timecode=TimecodeSpec(port="desk", rate=25.0)))
    rig.clock(0, 0.0, 1.0)
    rig.messages(S)
    assert rig.finish(S) == []


def quarters_of(hours: int, minutes: int, seconds: int, frames: int) -> list[bytes]:
    """MIDI Time Code: eight nibbles, the lower of each pair first, numbered in the upper half."""
    parts = [n for value in (frames, seconds, minutes, hours) for n in (value & 15, value >> 4)]
    return [bytes((0xF1, piece << 4 | part)) for piece, part in enumerate(parts)]


def test_eight_quarter_frames_are_a_time():
    reader = TimecodeReader()
    said = [reader.feed(data) for data in quarters_of(0x20 | 1, 2, 3, 24)]
    assert said == [None] * 7 + ["01:02:03:24 (25)"]


def test_a_time_that_begins_in_the_middle_or_has_a_gap_is_not_guessed():
    reader = TimecodeReader()
    whole = quarters_of(1, 2, 3, 4)
    assert [reader.feed(data) for data in whole[3:] + whole[:4] + whole[5:]] == [None] * 12
    assert [reader.feed(data) for data in whole][-1] == "01:02:03:04 (24)"
