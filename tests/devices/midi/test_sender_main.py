from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pytest
from clocks import STEP, stepped

from soundscape.devices.dmx.keeper import Keeper
from soundscape.devices.dmx.universe_outputs import UniverseOutputs
from soundscape.devices.midi import sender_main
from soundscape.devices.midi.driver_sockets import Sockets
from soundscape.devices.midi.port_messages import CODEC, SendBatch, SendTiming, SendUntil
from soundscape.devices.midi.sender_main import SILENCE, Housekeeping, Inbox, run
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel


def ignore(*_said: object) -> None:
    pass


NONE = UniverseOutputs((), 0, ignore, ignore, 0.0)


class FakeOutputs:
    """Takes all; counts what else is asked of it."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, bytes]] = []
        self.released = 0
        self.told: list[str] = []
        self.looks = 0

    def send(self, index: int, data: bytes) -> bool:
        self.sent.append((index, data))
        return True

    def release_cue_notes(self) -> None:
        self.released += 1

    def poll(self) -> None:
        self.looks += 1

    def abandon(self, why: str) -> None:
        self.told.append(why)


@pytest.fixture
def outputs() -> Any:
    return FakeOutputs()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def rounds_of(
    inbox: Inbox, outputs: Any, driver: Sockets | None = None
) -> tuple[Housekeeping, list[Any]]:
    reports: list[Any] = []

    return Housekeeping(
        inbox, outputs, driver or Sockets(), reports.append, NONE, Keeper(NONE)
    ), reports


def hear(inbox: Inbox, *messages: object) -> None:
    """Listen to these messages, and then to the end of them."""
    stream = BytesIO()
    for message in messages:
        Channel(None, stream, CODEC).send(message)
    stream.seek(0)
    inbox.listen(Channel(stream, None, CODEC))


def test_all_that_is_due_is_sent_in_order_and_then_it_is_over(inbox: Inbox, outputs: Any) -> None:
    now = time.perf_counter()
    batch = [(now - 1.0 + n / 1000, n % 2, bytes((0xB0, 1, n))) for n in range(20)]
    hear(inbox, SendBatch(tuple(batch)), SendUntil(now))
    rounds, _ = rounds_of(inbox, outputs)
    run(inbox, outputs, rounds, NONE)
    assert outputs.sent == [(n % 2, bytes((0xB0, 1, n))) for n in range(20)]
    assert rounds.lateness.report().sent == 20


def test_on_a_clock_in_steps_all_is_sent_in_order_and_nothing_early(
    inbox: Inbox, outputs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[float] = []

    def send(_index: int, data: bytes) -> bool:
        times.append(time.perf_counter())
        outputs.sent.append((0, data))
        return True

    monkeypatch.setattr(outputs, "send", send)
    monkeypatch.setattr(clock, "now", lambda: stepped(time.perf_counter()))
    begin = clock.now() + 2 * STEP
    dues = [begin + n * 0.003 for n in range(50)]
    batch = SendBatch(tuple((due, 0, bytes((0xB0, 1, n))) for n, due in enumerate(dues)))
    hear(inbox, batch, SendUntil(begin + 60.0))
    rounds, _ = rounds_of(inbox, outputs)
    run(inbox, outputs, rounds, NONE)
    assert outputs.sent == [(0, bytes((0xB0, 1, n))) for n in range(50)]
    assert all(at >= due for at, due in zip(times, dues, strict=True))
    assert rounds.lateness.report().sent == 50


def test_the_end_may_be_told_ahead(inbox: Inbox, outputs: Any) -> None:
    now = time.perf_counter()
    soon = SendBatch(((now + 0.05, 0, b"\xb0\x01\x01"), (now + 60.0, 0, b"\xb0\x01\x02")))
    hear(inbox, soon, SendUntil(now + 0.1))
    run(inbox, outputs, rounds_of(inbox, outputs)[0], NONE)
    assert outputs.sent == [(0, b"\xb0\x01\x01")]


def test_an_engine_that_breaks_off_ends_it_with_what_is_due(inbox: Inbox, outputs: Any) -> None:
    later = SendBatch(((time.perf_counter() + 60.0, 0, b"\xb0\x01\x02"), (0.0, 0, b"\xb0\x01\x01")))
    hear(inbox, later)
    run(inbox, outputs, rounds_of(inbox, outputs)[0], NONE)
    assert outputs.sent == [(0, b"\xb0\x01\x01")]


def test_signs_of_life_are_given_and_taken(inbox: Inbox, outputs: Any) -> None:
    inbox.received_at = 0.0
    hear(inbox, Alive())
    assert inbox.received_at > 0.0
    rounds, reports = rounds_of(inbox, outputs)
    rounds.run(time.perf_counter())
    assert [type(report) for report in reports] == [SendTiming, Alive]
    rounds.run(time.perf_counter())
    assert [type(report) for report in reports[2:]] == [Alive], "the timing has not changed"
    assert outputs.sent == []


def test_an_engine_that_is_silent_has_its_notes_let_go_once(inbox: Inbox, outputs: Any) -> None:
    rounds, _ = rounds_of(inbox, outputs)
    for after in (0.0, SILENCE - 0.1, SILENCE + 0.1, SILENCE + 1.0):
        rounds.run(inbox.received_at + after)
    assert outputs.released == 1
    rounds.run(inbox.received_at)
    rounds.run(inbox.received_at + SILENCE + 0.1)
    assert outputs.released == 2


def test_the_names_are_looked_at_once_a_second(inbox: Inbox, outputs: Any) -> None:
    rounds, _ = rounds_of(inbox, outputs)
    begin = time.perf_counter()
    for quarter in range(1, 41):
        rounds.run(begin + quarter * 0.25)
    assert 9 <= outputs.looks <= 10


def test_when_the_driver_is_gone_it_says_so_and_leaves_without_touching_it(
    inbox: Inbox, outputs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(Sockets):
        def hung_up(self) -> bool:
            return True

    class Left(Exception):
        pass

    def leave(_code: int) -> None:
        raise Left

    monkeypatch.setattr(sender_main.os, "_exit", leave)
    rounds, _ = rounds_of(inbox, outputs, Gone())
    with pytest.raises(Left):
        rounds.run(time.perf_counter())
    assert outputs.told == ["the MIDI driver is gone"]
    assert outputs.looks == 0
