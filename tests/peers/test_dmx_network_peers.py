"""A receiver of DMX on a real network, in namespaces: cables are cut and joined."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from namespaces import TestNetwork
from peers import need
from receivers import Receiver

from soundscape.devices.dmx.universe_messages import UniverseRequest
from soundscape.devices.dmx.universe_outputs import UniverseOutputs
from soundscape.dmx.slot_values import encode_slots
from soundscape.ipc import clock

pytestmark = [pytest.mark.peer, pytest.mark.waits, pytest.mark.long]


class Room:
    """A room's universe, at work on the host `room`; its receiver is the host `node`."""

    def __init__(self, network: TestNetwork, protocol: str, folder: Path) -> None:
        self.network, self.protocol = network, protocol
        self.address = network.addresses["node"]
        self.states: list[str] = []
        file = str(folder / "one.dmx")
        first = bytes([9] * 512)
        request = UniverseRequest("dimmers", protocol, 1, self.address, file, first, "t")  # type: ignore[arg-type]
        with network.as_host("room"):
            self.outputs = UniverseOutputs(
                (request,), 0, self._state, lambda _sender: None, clock.now()
            )

    def _state(self, _port: str, state: str, _text: str) -> None:
        self.states.append(state)

    def receiver(self) -> Receiver:
        with self.network.as_host("node"):
            return Receiver(self.protocol, self.address)

    def set(self, value: int) -> bool:
        return self.outputs.send(0, encode_slots(((12, value),)))

    def work(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Send for some time, or until something is true."""
        end = clock.now() + seconds
        with self.network.as_host("room"):
            while not until() and clock.now() < end:
                self.outputs.poll(clock.now())
                self.outputs.transmit(clock.now())
                time.sleep(0.02)

    def become(self, *states: str) -> None:
        """Send until the states so far are these."""
        self.work(60.0, lambda: self.states == list(states))
        assert self.states == list(states)


@pytest.fixture(params=["sacn", "artnet"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    need("ip")
    network = TestNetwork(["room", "node"])
    made = Room(network, request.param, tmp_path)
    yield made
    made.outputs.close()
    network.close()


def levels(receiver: Receiver) -> list[int]:
    return [frame[11] for frame in receiver.frames()]


def test_a_cable_that_is_pulled_and_joined_leaves_the_look_and_nothing_jumps(room: Room) -> None:
    with room.receiver() as receiver:
        room.set(100)
        room.work(1.0)
        room.network.plug("room", joined=False)
        room.become("ok", "lost")
        assert not room.set(200), "what is due meanwhile is dropped"
        room.work(2.0)
        room.network.plug("room", joined=True)
        room.become("ok", "lost", "ok")
        assert room.set(101)
        room.work(20.0, lambda: levels(receiver)[-1:] == [101])
        assert set(levels(receiver)) == {100, 101}
        assert levels(receiver)[-1] == 101


def test_a_receiver_that_is_killed_and_started_again_goes_on_with_its_look(room: Room) -> None:
    with room.receiver():
        room.set(100)
        room.work(1.0)
    room.become("ok", "lost")
    with room.receiver() as again:
        room.become("ok", "lost", "ok")
        assert set(levels(again)) == {100}


def test_a_lost_network_is_noticed_where_another_one_leads_elsewhere(room: Room) -> None:
    """As on a computer with a cable and a wireless network, when the cable is pulled."""
    network, own = room.network, f"{room.network.addresses['room']}/24"
    network.ip("room", "link", "add", "wlan0", "type", "veth", "peer", "air")
    network.ip("room", "link", "set", "air", "up")
    network.ip("room", "addr", "add", "10.99.0.2/24", "dev", "wlan0")
    network.ip("room", "link", "set", "wlan0", "up")
    network.ip("room", "route", "add", "default", "via", "10.99.0.1")
    router = ("10.99.0.1", "lladdr", "02:00:00:00:00:01")  # takes everything and says nothing
    network.ip("room", "neigh", "add", *router, "dev", "wlan0")
    with room.receiver() as receiver:
        room.set(100)
        room.work(1.0)
        network.ip("room", "addr", "flush", "dev", "eth0")  # as its manager does
        room.become("ok", "lost")
        room.work(6.0)
        assert room.states == ["ok", "lost"], "it is not back behind the other network's router"
        network.ip("room", "addr", "add", own, "dev", "eth0")
        room.become("ok", "lost", "ok")
        before = len(levels(receiver))
        room.work(2.0)
        assert len(levels(receiver)) > before


def test_a_receiver_behind_a_router_is_sent_to(room: Room) -> None:
    network = room.network
    network.ip("node", "addr", "add", "10.88.0.2/32", "dev", "lo")
    network.ip("room", "route", "add", "default", "via", network.addresses["node"])
    room.outputs.close()
    room.address, room.states = "10.88.0.2", []
    with room.receiver() as receiver:
        behind = UniverseRequest(
            *("dimmers", room.protocol, 2, room.address),  # type: ignore[arg-type]
            *(room.outputs._outputs[0].request.file, bytes(512), "t"),
        )
        with network.as_host("room"):
            room.outputs = UniverseOutputs(
                (behind,), 0, room._state, lambda _sender: None, clock.now()
            )
        room.set(100)
        room.work(20.0, lambda: levels(receiver)[-1:] == [100])
        assert levels(receiver)[-1] == 100
