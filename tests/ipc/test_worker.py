from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from workers import PipeProcess, worker

from soundscape.ipc.channel import BACKLOG
from soundscape.ipc.codec import Codec

CODEC = Codec(())
LARGE = "x" * 200_000
"""More than a pipe holds."""


@pytest.fixture
def process() -> Iterator[PipeProcess]:
    made = PipeProcess(CODEC)
    yield made
    made.close()


def test_messages_arrive_in_their_order_and_then_the_end(process: PipeProcess) -> None:
    one = worker(process, CODEC)
    assert all(one.send(value) for value in ("first", CODEC.encode("encoded"), {"a": (1, 2)}))
    assert one.close_input()
    assert process.received() == ["first", "encoded", {"a": (1, 2)}]


@pytest.mark.timed
def test_a_process_that_does_not_read_holds_nobody_up_and_what_finds_no_place_is_refused(
    process: PipeProcess,
) -> None:
    one = worker(process, CODEC)
    begin = time.perf_counter()
    taken = sum(one.send(LARGE) for _ in range(BACKLOG + 50))
    assert BACKLOG <= taken <= BACKLOG + 2
    assert not one.send("more")
    assert not one.close_input()
    assert time.perf_counter() - begin < 1.0
    reading = threading.Thread(target=process.received)
    reading.start()
    while not one.close_input():
        time.sleep(0.001)
    reading.join(20)
    assert not reading.is_alive(), "once it reads, it gets what was taken, and its end"


def test_what_the_process_sends_is_read_to_its_end(process: PipeProcess) -> None:
    one = worker(process, CODEC)
    for value in (1, 2, 3):
        process.channel.send(value)
    process.exit(3)
    assert list(one.messages()) == [1, 2, 3]
    assert not one.broken
    assert one.wait(1.0)
    one.kill()
    assert not process.killed, "it had ended by itself"


def test_what_cannot_be_read_ends_the_reading(process: PipeProcess) -> None:
    one = worker(process, CODEC)
    process.channel.send("good")
    process.channel.send_encoded(b"no message")
    assert list(one.messages()) == ["good"]
    assert one.broken
    one.kill()
    assert process.killed
