"""What keeps a look after a session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from receivers import Receiver, free_address

from soundscape.devices.dmx.keeper_main import keep
from soundscape.devices.dmx.universe_claim import claim_universe, is_claimed, request_handover
from soundscape.devices.dmx.universe_messages import UniverseRequest

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
    return UniverseRequest("dimmers", "sacn", 1, free_address(), str(path), bytes(512), "t")


def test_the_last_frame_goes_out_at_least_once_a_second_until_it_is_taken_over(
    request_: UniverseRequest,
) -> None:
    path = Path(request_.file)
    with Receiver("sacn", request_.to) as receiver:
        time = Time(20.0, lambda: request_handover(path, "take"))
        keep((request_,), time.now, time.sleep)
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
        keep((request_,), time.now, time.sleep)
        packets = receiver.packets()
    assert [bool(packet[112] & 0x40) for packet in packets[-4:]] == [False, True, True, True]
    assert not is_claimed(path)


def test_a_universe_that_a_session_has_again_is_left_to_it(request_: UniverseRequest) -> None:
    claim = claim_universe(Path(request_.file), bytes(512))
    assert claim is not None
    time = Time(0.0, lambda: None)
    keep((request_,), time.now, time.sleep)
    assert claim.requested() is None
    claim.release()
