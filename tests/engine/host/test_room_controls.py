"""Controls and a session, both without a device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import Queue
from threading import Semaphore
from types import SimpleNamespace

import pytest
from standing import Stand

from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.engine.host import room_controls as module
from soundscape.engine.host.room_controls import STALE, RoomControls
from soundscape.errors import EngineError
from soundscape.ipc.player_messages import MidiSent
from soundscape.scene.models import Control, PortSpec, Room
from soundscape.timeline.commands import Command

ROOM = Room(
    midi={"pads": PortSpec(input="Pads"), "desk": PortSpec(output="Desk")},
    controls=(
        Control(port="pads", note=36, do="hold", feedback=True),
        Control(port="pads", note=37, do="duck"),
        Control(port="pads", cc=7, do="level"),
        Control(port="unplugged", note=1, do="next"),
    ),
)
NOW = 1000.0
PRESS = b"\x90\x24\x64"


class Inputs:
    """What comes in is what the test puts there."""

    def __init__(self, ports: dict[str, PortSpec], only: dict[str, set[tuple[int, int]]]) -> None:
        self.ports, self.only = ports, only
        self.news: Queue[MidiReceived | PortStatus | None] = Queue()
        self.turns = Semaphore(0)

    def start(self) -> None: ...

    def close(self) -> None: ...

    def wake(self) -> None:
        self.news.put(None)

    def take(self, timeout: float) -> MidiReceived | PortStatus | None:
        self.turns.release()  # all that was taken before has been dealt with
        return self.news.get(timeout=60.0)


class Session:
    def __init__(self) -> None:
        self.ports: dict[str, str] = {}
        self.sent: Queue[MidiSent] = Queue()
        self.view = Stand()
        self.submitted: list[Command] = []
        self.lit: list[tuple[str, str]] = []
        self.fare: list[tuple[dict[str, str], list[str]]] = []
        self.refuses = False

    def submit(self, command: Command) -> Future:
        self.submitted.append(command)
        if self.refuses:
            raise EngineError("the session is over")
        return Future()

    def snapshot(self) -> Stand:
        return self.view

    def send_midi(self, port: str, data: bytes) -> None:
        self.lit.append((port, data.hex()))

    def add_listener(self, listener: Callable[[], object]) -> Callable[[], None]:
        return lambda: None

    def set_control_status(
        self, ports: dict[str, str], opened: dict[str, str], faults: list[str]
    ) -> None:
        self.fare.append((ports, faults))
        self.opened = opened


class Bench:
    def __init__(self, inputs: Inputs, session: Session) -> None:
        self.inputs, self.session = inputs, session

    def come(self, *news: MidiReceived | PortStatus) -> None:
        """All of it has been taken when this returns: what comes is taken in turn."""
        for one in (*news, None):
            self.inputs.news.put(one)
            assert self.inputs.turns.acquire(timeout=60.0)

    def press(self, data: bytes = PRESS, ago: float = 0.0) -> None:
        self.come(MidiReceived("pads", NOW - ago, data))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made: list[Inputs] = []
    monkeypatch.setattr(module, "MidiInputs", lambda *args: made.append(Inputs(*args)) or made[0])
    session = Session()
    monkeypatch.setattr(module, "clock", SimpleNamespace(now=lambda: NOW))
    controls = RoomControls(ROOM, session)
    controls.start()
    assert made[0].turns.acquire(timeout=60.0)  # it listens
    yield Bench(made[0], session)
    controls.close()


def test_it_listens_to_what_is_bound_on_ports_that_the_room_has(bench):
    assert set(bench.inputs.ports) == {"pads"}
    assert bench.inputs.only["pads"] == {(0x90, 36), (0x90, 37), (0xB0, 7)}


def test_a_press_is_asked_for_and_its_state_is_shown(bench):
    bench.press()
    assert bench.session.submitted == [Command("hold")]
    bench.session.view = Stand("held")
    bench.come()
    assert bench.session.lit == [("pads", "802400"), ("pads", "90247f")]


def test_a_press_that_was_held_up_does_nothing(bench):
    bench.press(ago=STALE + 0.5)
    assert bench.session.submitted == []


def test_our_own_message_that_comes_back_is_no_press(bench):
    bench.session.sent.put(MidiSent(NOW, b"\x90\x25\x64"))
    bench.press(b"\x90\x25\x64")
    assert bench.session.submitted == []


def test_a_session_that_is_over_ends_nothing_here(bench):
    bench.session.refuses = True
    bench.press()
    bench.press(b"\x90\x25\x64")
    assert [command.do for command in bench.session.submitted] == ["hold", "duck"]


def test_how_the_inputs_fare_is_told_and_each_fault_once(bench):
    bench.come(PortStatus("pads", "absent", "not there"), PortStatus("pads", "ok", "Pads 1"))
    assert bench.session.fare == [
        ({"pads": "absent"}, ["controls offline: pads: not there"]),
        ({"pads": "ok"}, ["controls back: pads: Pads 1"]),
    ]
    assert bench.session.opened == {"pads": "Pads 1"}


def test_pads_are_shown_anew_when_their_port_is_back(bench):
    bench.come()
    bench.session.lit.clear()
    for state in ("failed: gone", "ok"):
        bench.session.ports = {"pads": state}
        bench.come()
    assert bench.session.lit == [("pads", "802400")]
