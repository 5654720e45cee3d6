from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape.devices.midi.port_messages import (
    CODEC,
    InputRequest,
    MidiReceived,
    OpenInputs,
    OpenOutputs,
    OutputRequest,
    PortStatus,
    SendBatch,
    SendTiming,
    SendUntil,
    joined_pairs,
)
from soundscape.ipc.channel import Alive

times = st.floats(0.0, 1e9)
batches = st.lists(st.tuples(times, st.integers(0, 100), st.binary(max_size=40)), max_size=10)


@given(batches)
def test_a_batch_arrives_as_it_was_sent(batch: list[tuple[float, int, bytes]]) -> None:
    message = SendBatch(tuple(batch))
    assert CODEC.decode(CODEC.encode(message)) == message


def test_every_message_arrives_as_it_was_sent() -> None:
    for message in (
        OpenOutputs((OutputRequest("desk", "QLC", lights=((1, 40),)), OutputRequest("eos", "Eos"))),
        OpenInputs(
            (
                InputRequest("pedal", "Air", True, 2, "Air 1", ((0x90, 60),)),
                InputRequest("a", "b"),
            )
        ),
        SendUntil(12.5),
        SendTiming(3, 1, 0.001, 0.002, 0.003),
        PortStatus("desk", "lost", "'desk' is gone"),
        MidiReceived("pedal", 1.5, b"\x90\x3c\x64"),
        Alive(),
    ):
        assert CODEC.decode(CODEC.encode(message)) == message


def test_the_halves_of_a_14_bit_pair_travel_as_one_message() -> None:
    most, least, alone = b"\xb0\x15\x40", b"\xb0\x35\x01", b"\xb0\x16\x01"
    batch = [(1.0, 0, most), (1.0, 0, least), (1.0, 0, alone), (1.1, 0, least)]
    assert joined_pairs(batch) == ((1.0, 0, most + least), *batch[2:])


def test_other_messages_are_never_joined() -> None:
    most, least = b"\xb0\x15\x40", b"\xb0\x35\x01"
    for second in ((1.0, 1, least), (1.1, 0, least), (1.0, 0, b"\xb1\x35\x01"), (1.0, 0, most)):
        batch = ((1.0, 0, most), second)
        assert joined_pairs(batch) == batch
