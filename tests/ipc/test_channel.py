import io
import os
import struct
from collections import deque
from queue import Empty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.errors import MessageError
from soundscape.ipc.channel import BACKLOG, LONGEST, Channel, Outbox
from soundscape.ipc.player_messages import CODEC, CommandRequest
from soundscape.timeline.commands import Command


@pytest.fixture
def pipe():
    source, sink = os.pipe()
    streams = os.fdopen(source, "rb", 0), os.fdopen(sink, "wb", 0)
    yield streams
    for stream in streams:
        stream.close()


def test_values_come_out_as_they_went_in_and_in_their_order(pipe):
    channel = Channel(*pipe, CODEC)
    for number in range(3):
        channel.send(CommandRequest(number, Command("hold")))
    assert [channel.receive().number for _ in range(3)] == [0, 1, 2]


def test_the_end_of_the_other_side_is_told(pipe):
    source, sink = pipe
    sink.close()
    with pytest.raises(EOFError):
        Channel(source, None, CODEC).receive()


def test_a_value_cut_off_in_the_middle_is_the_end_too(pipe):
    source, sink = pipe
    sink.write(b"\x40\x00\x00\x00half")
    sink.close()
    with pytest.raises(EOFError):
        Channel(source, None, CODEC).receive()


def test_a_length_that_is_none_of_ours_is_refused_before_anything_is_read(pipe):
    source, sink = pipe
    sink.write(struct.pack("<I", LONGEST + 1))
    with pytest.raises(MessageError):
        Channel(source, None, CODEC).receive()


def test_what_an_outbox_has_no_place_for_is_dropped_and_nobody_waits():
    outbox = Outbox()
    for number in range(BACKLOG + 10):
        outbox.put(number)
    assert [outbox.get(timeout=0) for _ in range(BACKLOG)] == list(range(BACKLOG))
    with pytest.raises(Empty):
        outbox.get()


@given(st.binary(max_size=60), st.integers(0, 80))
def test_whatever_comes_through_a_pipe_is_messages_and_then_an_end_or_an_error_of_ours(
    noise, length
):
    for data in (noise, struct.pack("<I", length) + noise):
        channel = Channel(io.BytesIO(data), None, CODEC)
        with pytest.raises((EOFError, MessageError)):
            deque(iter(channel.receive, object()), maxlen=0)
