import pytest

from soundscape.engine.player.command_queue import MOST_REQUESTS, CommandQueue
from soundscape.ipc.player_messages import CommandRequest
from soundscape.timeline.commands import Command


def request(number, do="lift"):
    return CommandRequest(number, Command(do))


@pytest.fixture
def full():
    queue = CommandQueue()
    assert [queue.put(request(number)) for number in range(MOST_REQUESTS)] == [None] * MOST_REQUESTS
    return queue


def numbers(queue):
    found = []
    queue.collect(0.0)
    while queue.waiting:
        found.append(queue.pop().number)
    return found


def test_requests_keep_their_order_and_the_time_of_their_collection():
    queue = CommandQueue()
    queue.put(request(1))
    queue.collect(5.0)
    queue.put(request(2))
    queue.collect(6.0)
    assert queue.first() == (request(1), 5.0)
    queue.pop()
    assert queue.first() == (request(2), 6.0)


def test_a_full_queue_refuses_the_new_request(full):
    assert full.put(request(5000)).number == 5000
    assert numbers(full) == list(range(MOST_REQUESTS))


def test_a_full_queue_still_refuses_when_its_requests_are_collected(full):
    full.collect(0.0)
    assert full.put(request(5000)).number == 5000


@pytest.mark.parametrize("do", ["stop", "mute", "pause"])
def test_what_works_towards_silence_takes_the_place_of_the_newest(full, do):
    assert full.put(request(5000, do)).number == MOST_REQUESTS - 1
    assert numbers(full)[-2:] == [MOST_REQUESTS - 2, 5000]


def test_what_works_towards_silence_is_taken_beside_collected_requests_and_stays_bounded(full):
    full.collect(0.0)
    assert full.put(request(5000, "stop")) is None
    assert full.put(request(5001, "stop")).number == 5000
    full.collect(0.0)
    assert full.stops
    assert numbers(full)[-1] == 5001
