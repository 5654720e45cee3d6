"""What keeps a look after a session."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from receivers import UNIVERSE, Receiver, free_address

from soundscape.devices.dmx.keeper_main import KeptUniverse, keep, wait_for_end
from soundscape.devices.dmx.universe_claim import (
    claim_universe,
    is_claimed,
    release_universe,
    request_handover,
    reserve_universe,
)
from soundscape.devices.dmx.universe_messages import (
    KEEPER_CODEC,
    KeepUniverses,
    UniverseRequest,
)
from soundscape.ipc.channel import Alive, Channel

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the loopback has one address")

LAST = bytes([5] * 512)


class Time:
    """A clock that a sleep advances; at a time it does something."""

    def __init__(self, at: float, do: object) -> None:
        self.time, self._at, self._do = 0.0, at, do

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if self.time >= self._at:
            self._do()  # type: ignore[operator]
        assert self.time < self._at + 5.0, "it does not stop"


@pytest.fixture
def request_(tmp_path: Path) -> UniverseRequest:
    path = tmp_path / "one.dmx"
    claim = claim_universe(path, bytes(512))
    assert claim is not None
    claim.save(41, LAST)
    claim.release()
    return UniverseRequest("dimmers", "sacn", UNIVERSE, free_address(), str(path), bytes(512), "t")


def test_the_last_frame_goes_out_at_least_once_a_second_until_it_is_taken_over(
    request_: UniverseRequest,
) -> None:
    path = Path(request_.file)
    with Receiver("sacn", request_.to) as receiver:
        time = Time(20.0, lambda: request_handover(path, "take"))
        keep([KeptUniverse(request_)], time.now, time.sleep)
        packets = receiver.packets()
    assert set(receiver.frames_of(packets)) == {LAST}
    assert 20 <= len(packets) <= 40
    assert not any(packet[112] for packet in packets), "the stream goes on"
    after = claim_universe(path, bytes(512))
    assert after is not None
    assert after.record.frame == LAST
    assert after.record.sequence == packets[-1][111]
    after.release()


def test_a_release_ends_the_stream(request_: UniverseRequest) -> None:
    path = Path(request_.file)
    with Receiver("sacn", request_.to) as receiver:
        time = Time(3.0, lambda: request_handover(path, "release"))
        keep([KeptUniverse(request_)], time.now, time.sleep)
        packets = receiver.packets()
    assert [bool(packet[112] & 0x40) for packet in packets[-4:]] == [False, True, True, True]
    assert not is_claimed(path)


@pytest.mark.waits
def test_a_universe_that_a_session_has_again_is_left_to_it(request_: UniverseRequest) -> None:
    claim = claim_universe(Path(request_.file), bytes(512))
    assert claim is not None
    time = Time(0.0, lambda: None)
    keep([KeptUniverse(request_)], time.now, time.sleep)
    assert claim.requested() is None
    claim.release()


def test_a_release_that_comes_before_the_first_packet_is_heeded(
    request_: UniverseRequest,
) -> None:
    path = Path(request_.file)
    kept = KeptUniverse(request_)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        keep([kept], lambda: 0.0, slept.append)

    assert release_universe(path, sleep=sleep), "nothing is sent yet, but it is about to be"
    assert not is_claimed(path)
    assert not release_universe(path)


def test_who_hands_over_sends_the_frame_once_more_so_that_the_next_has_a_second(
    request_: UniverseRequest,
) -> None:
    path = Path(request_.file)
    with Receiver("sacn", request_.to) as receiver:
        before: list[int] = []

        def take() -> None:
            before.append(len(receiver.packets()))
            request_handover(path, "take")

        time = Time(10.3, take)
        keep([KeptUniverse(request_)], time.now, time.sleep)
        assert len(receiver.packets()) == before[0] + 1


def test_what_is_no_longer_sent_is_not_kept(request_: UniverseRequest, tmp_path: Path) -> None:
    other = replace(request_, file=str(tmp_path / "two.dmx"))
    stream, answers = BytesIO(), BytesIO()
    for universes in ((request_,), (request_, other), (other,)):
        Channel(None, stream, KEEPER_CODEC).send(KeepUniverses(universes))
    stream.seek(0)
    (kept,) = wait_for_end(Channel(stream, answers, KEEPER_CODEC))
    assert kept.request == other
    free = reserve_universe(Path(request_.file))
    assert free is not None
    free.release()
    assert reserve_universe(Path(other.file)) is None
    kept.close()
    answers.seek(0)
    said = Channel(answers, None, KEEPER_CODEC)
    assert [said.receive() for _ in range(3)] == [Alive()] * 3
