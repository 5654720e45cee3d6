"""Universes on the loopback network: sent, lost, found again, handed over."""

from __future__ import annotations

import errno
import gc
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from receivers import UNIVERSE, Receiver, free_address

from soundscape.devices.dmx.universe_claim import claim_universe, request_handover
from soundscape.devices.dmx.universe_messages import SecondSender, UniverseRequest
from soundscape.devices.dmx.universe_outputs import CLAIM_WITHIN, UniverseOutputs
from soundscape.dmx.reachability import BACK_AFTER
from soundscape.dmx.slot_values import encode_slots

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the loopback has one address")

FIRST = bytes([9] * 512)
CHANGE = encode_slots(((12, 100), (13, 7)))


class Session:
    """What a session is told."""

    def __init__(self) -> None:
        self.states: list[tuple[str, str, str]] = []
        self.senders: list[SecondSender] = []
        self.outputs: list[UniverseOutputs] = []

    def state(self, port: str, state: str, text: str) -> None:
        self.states.append((port, state, text))


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    yield made
    for one in made.outputs:  # a test that is skipped midway has not closed them
        one.close()


@pytest.fixture(params=["sacn", "artnet"])
def request_(request: pytest.FixtureRequest, tmp_path: Path) -> UniverseRequest:
    address, file = free_address(), str(tmp_path / "one.dmx")
    title = f"universe {UNIVERSE} at {address}"
    return UniverseRequest(
        "dimmers", request.param, UNIVERSE, address, file, FIRST, title, 100, "Room"
    )


@pytest.fixture
def receiver(request_: UniverseRequest) -> Iterator[Receiver]:
    with Receiver(request_.protocol, request_.to) as one:
        yield one


def outputs(request: UniverseRequest, session: Session, first: int = 3) -> UniverseOutputs:
    made = UniverseOutputs((request,), first, session.state, session.senders.append, 0.0)
    session.outputs.append(made)
    return made


def test_the_first_packet_has_the_last_look_and_the_change(
    request_: UniverseRequest, receiver: Receiver, session: Session
) -> None:
    made = outputs(request_, session)
    assert session.states == [("dimmers", "ok", request_.title)]
    made.transmit(1.0)
    assert receiver.frames() == []
    assert made.wait(1.0) is None
    assert made.has(3)
    assert not made.has(2)
    assert not made.has(4)
    assert made.send(3, CHANGE)
    assert made.wait(1.0) == 0.0
    made.transmit(1.0)
    (frame,) = receiver.frames()
    assert (frame[11], frame[12]) == (100, 7)
    assert frame[:11] + frame[13:] == FIRST[:510]
    assert made.to_keep() == (request_,)
    made.close()
    assert made.to_keep() == ()


def test_sequence_numbers_rise_by_one_over_senders(
    request_: UniverseRequest, receiver: Receiver, session: Session
) -> None:
    for begin in (0, 10):
        made = outputs(request_, session)
        made.send(3, encode_slots(((1, begin),)))
        for step in range(5):
            made.transmit(begin + step * 0.9)
        made.close()
    numbers = receiver.sequence_numbers()
    assert len(numbers) == 10
    assert numbers == list(range(numbers[0], numbers[0] + 10))
    assert len(receiver.senders()) == 1, "a receiver sees one sender"


def test_a_receiver_that_is_gone_is_lost_and_gets_the_frame_it_had_when_it_is_back(
    request_: UniverseRequest, session: Session
) -> None:
    made = outputs(request_, session)
    with Receiver(request_.protocol, request_.to) as receiver:
        made.send(3, CHANGE)
        made.transmit(1.0)
        (before,) = receiver.frames()
    made.transmit(1.1)  # into nothing
    made.poll(1.2)
    assert [state for _, state, _ in session.states] == ["ok", "lost"]
    assert "nothing there receives it" in session.states[-1][2]
    assert not made.send(3, encode_slots(((12, 200),))), "what is due meanwhile is dropped"
    for step in range(10):
        made.transmit(2.0 + step)
    made.poll(11.0)
    assert session.states[-1][1] == "lost"
    with Receiver(request_.protocol, request_.to) as again:
        for step in range(6):
            made.transmit(12.0 + step * BACK_AFTER / 2)
        assert set(again.frames()) == {before}
        assert [state for _, state, _ in session.states] == ["ok", "lost", "ok"]
        assert made.send(3, encode_slots(((12, 101),)))
        made.transmit(30.0)
        assert again.frames()[-1][11] == 101
    made.close()


def test_a_keeper_hands_over_and_its_frame_goes_on(
    request_: UniverseRequest, receiver: Receiver, session: Session
) -> None:
    keeper = claim_universe(Path(request_.file), FIRST)
    assert keeper is not None
    keeper.save(7, bytes([3] * 512))
    made = outputs(request_, session)
    assert session.states == []
    assert not made.send(3, CHANGE)
    assert keeper.requested() == "take"
    keeper.release()
    made.poll(0.25)
    assert session.states == [("dimmers", "ok", request_.title)]
    made.transmit(0.3)
    assert receiver.frames() == [bytes([3] * 512)]
    made.close()


def test_a_universe_of_another_session_is_reported_and_not_sent(
    request_: UniverseRequest, receiver: Receiver, session: Session
) -> None:
    other = claim_universe(Path(request_.file), FIRST)
    assert other is not None
    made = outputs(request_, session)
    made.poll(CLAIM_WITHIN + 0.1)
    made.poll(CLAIM_WITHIN + 0.2)
    ((port, state, text),) = session.states
    assert (port, state) == ("dimmers", "failed")
    assert "another session" in text
    made.transmit(5.0)
    assert receiver.frames() == []
    assert made.to_keep() == ()
    made.close()
    other.release()


def test_only_what_was_sent_is_kept_and_not_what_another_session_waits_for(
    request_: UniverseRequest, receiver: Receiver, session: Session
) -> None:
    idle = outputs(request_, session)
    assert idle.to_keep() == ()
    idle.close()
    made = outputs(request_, session)
    made.send(3, CHANGE)
    request_handover(Path(request_.file), "take")
    assert made.to_keep() == ()
    made.close()


def test_a_folder_that_cannot_be_written_is_reported(
    request_: UniverseRequest, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    bad = UniverseRequest(
        "dimmers", "sacn", UNIVERSE, "127.0.0.1", f"{tmp_path}/file/x.dmx", FIRST, "t"
    )
    outputs(bad, session)
    assert [state for _, state, _ in session.states] == ["failed"]


@pytest.mark.parametrize("what", ["universe_port.ArtnetWatch", "sender_watch._multicast_socket"])
def test_a_system_without_more_sockets_is_reported_and_asked_again(
    what: str, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = "artnet" if "Artnet" in what else "sacn"
    file = str(tmp_path / "one.dmx")
    request = UniverseRequest("dimmers", protocol, UNIVERSE, free_address(), file, FIRST, "t")

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as full:
        full.setattr(f"soundscape.devices.dmx.{what}", refuse)
        made = outputs(request, session)
        ((_, state, text),) = session.states
        assert (state, "Too many open files" in text) == ("failed", True)
        gc.collect()  # what is left open is warned of
    made.poll(1.0)
    assert [state for _, state, _ in session.states] == ["failed", "ok"]
    made.close()


def test_a_second_sender_is_told_once(session: Session, tmp_path: Path) -> None:
    local = free_address()
    file = str(tmp_path / "one.dmx")
    request = UniverseRequest("dimmers", "sacn", 61, local, file, FIRST, "t", 100, "Room 1")
    made = outputs(request, session)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        from soundscape.dmx.sacn_packets import SacnPackets  # noqa: PLC0415

        packet = SacnPackets(61, bytes(16), "Console", 100).data(FIRST, 1)
        other.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        for _ in range(3):
            other.sendto(packet, ("239.255.0.61", 5568))
    made.poll(1.0)
    made.poll(2.0)
    assert session.senders == [SecondSender("dimmers", "Console", there=True)]
    made.poll(60.0)
    assert session.senders[1:] == [SecondSender("dimmers", "Console", there=False)]
    made.close()
