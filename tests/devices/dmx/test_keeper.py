"""The keeper as a process, seen from the light process."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from receivers import UNIVERSE, Receiver, free_address

from soundscape.devices.dmx.keeper import Keeper
from soundscape.devices.dmx.universe_claim import is_claimed, release_universe
from soundscape.devices.dmx.universe_messages import UniverseRequest
from soundscape.devices.dmx.universe_outputs import UniverseOutputs
from soundscape.dmx.slot_values import encode_slots
from soundscape.ipc import clock

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the loopback has one address"),
    pytest.mark.waits,
]


def ignore(*_said: object) -> None:
    pass


@pytest.fixture
def request_(tmp_path: Path) -> UniverseRequest:
    file = str(tmp_path / "one.dmx")
    return UniverseRequest(
        "dimmers", "sacn", UNIVERSE, free_address(), file, bytes(512), "t", 100, "R"
    )


def until(true: Callable[[], bool]) -> None:
    limit = clock.now() + 30.0
    while not true():
        assert clock.now() < limit
        time.sleep(0.02)


def test_it_goes_on_at_once_with_what_is_sent_and_a_release_never_comes_too_early(
    request_: UniverseRequest,
) -> None:
    with Receiver("sacn", request_.to) as receiver:
        outputs = UniverseOutputs((request_,), 0, ignore, ignore, clock.now())
        keeper = Keeper(outputs)
        keeper.start()
        outputs.send(0, encode_slots(((12, 100),)))
        until(lambda: keeper.poll() is None and keeper.knows)
        outputs.transmit(clock.now())
        keeper.hand_over()
        assert release_universe(Path(request_.file)), "at once, before it has sent anything"
        frames = receiver.frames()
    assert {frame[11] for frame in frames} == {100}
    assert not is_claimed(Path(request_.file))


def test_what_was_not_sent_is_not_kept(request_: UniverseRequest) -> None:
    outputs = UniverseOutputs((request_,), 0, ignore, ignore, clock.now())
    keeper = Keeper(outputs)
    keeper.start()
    keeper.poll()
    keeper.hand_over()
    assert not release_universe(Path(request_.file))
    until(lambda: keeper.gone)


def test_one_that_died_meanwhile_is_replaced_at_the_end(request_: UniverseRequest) -> None:
    outputs = UniverseOutputs((request_,), 0, ignore, ignore, clock.now())
    keeper = Keeper(outputs)
    keeper.start()
    outputs.send(0, encode_slots(((12, 100),)))
    until(lambda: keeper.poll() is None and keeper.knows)
    assert keeper._process is not None
    os.kill(keeper._process.pid, signal.SIGKILL)
    until(lambda: keeper.gone)
    keeper.poll()
    keeper.hand_over()
    until(lambda: is_claimed(Path(request_.file)))
    assert release_universe(Path(request_.file))


def test_a_system_that_starts_no_process_has_none(
    request_: UniverseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr("soundscape.ipc.spawn.spawn", refuse)
    outputs = UniverseOutputs((request_,), 0, ignore, ignore, clock.now())
    keeper = Keeper(outputs)
    keeper.start()
    outputs.send(0, encode_slots(((12, 100),)))
    keeper.poll()
    keeper.hand_over()
    assert not is_claimed(Path(request_.file))
