from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.devices import midi_sender
from soundscape.devices.midi import OutputPort
from soundscape.devices.midi_sender import (
    BURST,
    END,
    PACE,
    Agenda,
    Pace,
    Ports,
    Punctuality,
    Records,
    pack,
    pack_end,
    run,
)
from soundscape.errors import MidiPortError

messages = st.lists(st.tuples(st.floats(0.0, 1e9), st.integers(0, END), st.binary(max_size=40)))


class Driver:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.broken = False
        self.touched_when_broken = 0

    def send(self, message: Any) -> None:
        if self.broken:
            self.touched_when_broken += 1
            raise OSError("unplugged")
        self.sent.append(bytes(message.bytes()))

    def close(self) -> None:
        pass


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Driver]:
    """The ports that there are, by name."""
    there = {"QLC+": Driver(), "Eos": Driver()}

    def opened(name: str, *, virtual: bool = False) -> OutputPort:
        if name not in there:
            raise MidiPortError(f"MIDI port '{name}' is not there")
        return OutputPort(name, there[name])

    monkeypatch.setattr(midi_sender, "open_output", opened)
    return there


def ports_of(*outputs: str) -> tuple[Ports, list[dict[str, Any]]]:
    reports: list[dict[str, Any]] = []
    specs: list[dict[str, object]] = [
        {"port": f"p{index}", "output": output, "virtual": False}
        for index, output in enumerate(outputs)
    ]
    return Ports(specs, lambda **facts: reports.append(facts)), reports


@given(messages, st.lists(st.integers(0, 60)))
def test_records_come_whole_however_their_bytes_come(
    batch: list[tuple[float, int, bytes]], cuts: list[int]
) -> None:
    data = pack(batch)
    records = Records()
    out = []
    for cut in cuts:
        out += records.feed(data[:cut])
        data = data[cut:]
    assert out + records.feed(data) == batch


def test_the_end_is_a_record_of_its_own() -> None:
    assert Records().feed(pack_end(12.5)) == [(12.5, END, b"")]


def test_equals_leave_in_the_order_in_which_they_came() -> None:
    agenda = Agenda()
    for number in (3, 1, 2):
        agenda.add(1.0, 0, bytes([number]))
    agenda.add(0.5, 0, b"first")
    assert [item[3] for item in agenda.take(1.0)] == [b"first", b"\x03", b"\x01", b"\x02"]


def test_nothing_leaves_before_it_is_due() -> None:
    agenda = Agenda()
    agenda.add(2.0, 0, b"x")
    assert agenda.take(1.5) == []
    assert agenda.wait(1.5) == pytest.approx(0.5)
    assert Agenda().wait(0.0) is None


def test_the_end_forgets_what_is_due_later_and_whatever_comes() -> None:
    agenda = Agenda()
    for due in (3.0, 1.0, 2.0):
        agenda.add(due, 0, b"x")
    agenda.end(2.0)
    agenda.add(0.5, 0, b"x")
    assert not agenda.over
    assert [item[0] for item in agenda.take(9.0)] == [1.0, 2.0]
    assert agenda.over


def test_percentiles_are_as_fine_as_a_tenth_of_a_millisecond() -> None:
    punctuality = Punctuality()
    for number in range(100):
        punctuality.note(number * 1e-4)
    report = punctuality.report()
    assert report["sent"] == 100
    assert report["late"] == 79
    assert report["median"] == pytest.approx(0.005, abs=1.1e-4)
    assert report["p99"] == pytest.approx(0.0099, abs=1.1e-4)
    assert report["worst"] == pytest.approx(0.0099)


def test_a_pair_or_a_small_group_goes_out_at_once() -> None:
    pace = Pace()
    assert [pace.delay(5.0) for _ in range(BURST)] == pytest.approx([0.0] * BURST, abs=1e-9)


def test_what_has_piled_up_is_spread_out() -> None:
    pace, now = Pace(), 5.0
    for _ in range(200):
        now += pace.delay(now)
    assert now - 5.0 == pytest.approx((200 - BURST) * PACE)


def test_an_absent_port_is_reported_once_and_the_others_play(drivers: dict[str, Driver]) -> None:
    ports, reports = ports_of("QLC+", "nowhere")
    assert [ports.send(index, b"\xb0\x14\x01") for index in (1, 0, 1, 7)] == [
        False, True, False, False,
    ]  # fmt: skip
    assert [(r["port"], r["state"]) for r in reports] == [("p0", "ok"), ("p1", "absent")]
    assert drivers["QLC+"].sent == [b"\xb0\x14\x01"]


def test_a_port_that_fails_is_reported_once_and_never_touched_again(
    drivers: dict[str, Driver],
) -> None:
    ports, reports = ports_of("QLC+")
    drivers["QLC+"].broken = True
    for _ in range(3):
        assert not ports.send(0, b"\xb0\x14\x01")
    ports.close()
    assert drivers["QLC+"].touched_when_broken == 1
    assert [r["state"] for r in reports] == ["ok", "failed"]


def test_all_that_is_due_is_sent_in_order_and_then_it_is_over(drivers: dict[str, Driver]) -> None:
    ports, _ = ports_of("QLC+", "Eos")
    agenda, now = Agenda(), time.monotonic()
    for number in range(20):
        agenda.add(now - 1.0 + number / 1000, number % 2, bytes((0xB0, 1, number)))
    agenda.end(now)
    assert run(agenda, threading.Condition(), ports).report()["sent"] == 20
    assert [data[2] for data in drivers["QLC+"].sent] == list(range(0, 20, 2))
    assert [data[2] for data in drivers["Eos"].sent] == list(range(1, 20, 2))
