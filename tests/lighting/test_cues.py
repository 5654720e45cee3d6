from __future__ import annotations

import pytest
from rooms import make_room

from soundscape.errors import InvalidValue
from soundscape.lighting.cues import Cues, cue_fault, encode
from soundscape.midi.msc import CueRef
from soundscape.scene.models import CueMessage, MscTarget

NONE = CueRef()
S = 48_000


@pytest.fixture
def cues() -> Cues:
    return Cues(make_room().cues)


def sent(cues: Cues, until: int) -> list[tuple[int, str]]:
    return [(message.frame, message.data.hex()) for message in cues.messages(until)]


def test_a_note_ends_after_its_length(cues: Cues) -> None:
    cues.call(100, "chime", NONE)
    assert sent(cues, S) == [(100, "9f3c5a"), (100 + 9600, "8f3c00")]


def test_the_notes_that_sound_at_a_port_are_known_by_that_port_alone(cues: Cues) -> None:
    cues.call(100, "chime", NONE)
    (message,) = cues.messages(101)
    assert cues.sounding(message.port) == {(16, 60)}
    assert cues.sounding("another") == set()


def test_nothing_leaves_before_its_frame(cues: Cues) -> None:
    cues.call(100, "chime", NONE)
    assert sent(cues, 100) == []
    assert sent(cues, 101) == [(100, "9f3c5a")]


def test_a_note_struck_again_is_ended_first_and_ends_once() -> None:
    cues = Cues({"long": (CueMessage(port="desk", channel=16, note=60, velocity=90, length=2.0),)})
    cues.call(0, "long", NONE)
    cues.call(S, "long", NONE)
    assert sent(cues, 9 * S) == [
        (0, "9f3c5a"), (S, "8f3c00"), (S, "9f3c5a"), (3 * S, "8f3c00"),
    ]  # fmt: skip


STROBE = tuple(
    CueMessage(port="desk", cc=30, value=127 * (n % 2), after=n * 0.05) for n in range(60)
)


def test_a_cue_that_would_strobe_reaches_its_address_twice_a_second_at_most() -> None:
    cues = Cues({"strobe": STROBE})
    cues.call(0, "strobe", NONE)
    frames = [frame for frame, _ in sent(cues, 9 * S)]
    assert len(frames) > 4
    assert all(c - a >= S for a, c in zip(frames, frames[2:], strict=False))


def test_of_what_is_held_back_the_last_is_sent() -> None:
    cues = Cues({"strobe": STROBE})
    cues.call(0, "strobe", NONE)
    assert sent(cues, 9 * S)[-1][1] == "b01e7f"


def test_a_note_that_is_struck_too_often_ends_late_but_always_ends() -> None:
    cues = Cues({"a": (CueMessage(port="desk", note=60, length=0.9),),
                 "b": (CueMessage(port="desk", note=60, length=0.1),)})  # fmt: skip
    cues.call(0, "a", NONE)
    cues.call(S, "b", NONE)
    frames = [frame for frame, _ in sent(cues, 9 * S)]
    assert frames == [0, 43_200, S, S + 43_200]
    cues.call(9 * S, "b", NONE)
    assert [frame for frame, _ in sent(cues, 9 * S + 1)] == [9 * S]
    assert [message.frame for message in cues.finish(9 * S + 2)] == [9 * S + 2]


def test_programs_four_times_a_second_are_held_to_two() -> None:
    cues = Cues({f"p{n}": (CueMessage(port="desk", program=n),) for n in range(1, 9)})
    for n in range(1, 9):
        cues.call(n * S // 4, f"p{n}", NONE)
    got = sent(cues, 9 * S)
    assert got[-1][1] == "c007"
    assert all(c[0] - a[0] >= S for a, c in zip(got, got[2:], strict=False))


def test_a_group_keeps_its_pauses(cues: Cues) -> None:
    cues.call(0, "wake", NONE)
    assert sent(cues, S) == [(0, "c000"), (24000, "9f3d64"), (24000 + 9600, "8f3d00")]


def test_cues_of_one_frame_leave_as_called(cues: Cues) -> None:
    cues.call(0, "raw", NONE)
    cues.call(0, "preset", NONE)
    assert [data for _, data in sent(cues, 1)] == ["f07d01f7", "b00000", "b02000", "c003"]


def test_a_cue_carries_its_number_to_the_desk(cues: Cues) -> None:
    cues.call(0, "go", CueRef("2", "1"))
    assert sent(cues, 1) == [(0, "f07f0102010132 0031f7".replace(" ", ""))]


def test_the_end_owes_note_offs_and_nothing_else(cues: Cues) -> None:
    cues.call(0, "wake", NONE)
    cues.call(23000, "chime", NONE)
    sent(cues, 24001)
    assert sorted(message.data.hex() for message in cues.finish(24500)) == ["8f3c00", "8f3d00"]
    assert cues.messages(10 * S) == []
    assert cues.finish(24600) == []


def test_a_note_that_was_never_struck_is_owed_nothing(cues: Cues) -> None:
    cues.call(0, "wake", NONE)
    sent(cues, 100)
    assert cues.finish(100) == []


@pytest.mark.parametrize(("value", "sent"), [(None, 127), (0, 0), (5, 5)])
def test_a_control_without_a_value_is_sent_as_high_as_it_goes(value: int | None, sent: int) -> None:
    message = CueMessage(port="desk", channel=2, cc=30, value=value)
    assert encode(message, NONE) == (bytes((0xB1, 30, sent)),)


def test_an_unknown_cue_is_refused(cues: Cues) -> None:
    with pytest.raises(InvalidValue, match="no such cue"):
        cues.call(0, "gong", NONE)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (CueMessage(port="desk"), "needs one of"),
        (CueMessage(port="desk", cc=123, value=0), "0 to 119"),
        (CueMessage(port="desk", program=0), "1 to 128"),
        (CueMessage(port="desk", msc=MscTarget(command="set")), "needs a control"),
        (CueMessage(port="desk", msc=MscTarget(command="fire")), "needs a macro"),
        (CueMessage(port="desk", msc=MscTarget(command="timed-go")), "needs a time"),
        (CueMessage(port="desk", msc=MscTarget(command="load")), "needs a cue number"),
        (CueMessage(port="desk", msc=MscTarget(command="open-cue-list")), "needs a list"),
    ],
)
def test_a_cue_that_cannot_be_sent_as_called_is_found_beforehand(
    message: CueMessage, fault: str
) -> None:
    assert fault in str(cue_fault([message], NONE))


@pytest.mark.parametrize(
    ("target", "data"),
    [
        (MscTarget(device=1, command="set", control=3, value=50), "0603003200"),
        (MscTarget(device=1, command="fire", macro=7), "0707"),
        (MscTarget(device=1, command="timed-go", time=5.0), "042000050000"),
        (MscTarget(device=1, command="all-off"), "08"),
        (MscTarget(device=1), "01"),  # go, where no command is given
    ],
)
def test_a_show_control_cue_is_its_commands_bytes(target: MscTarget, data: str) -> None:
    message = CueMessage(port="desk", msc=target)
    assert cue_fault([message], NONE) is None
    assert [part.hex() for part in encode(message, NONE)] == [f"f07f010201{data}f7"]
