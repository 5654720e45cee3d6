"""The light process against a real MIDI driver: JACK, with its own monitor at the other end."""

from __future__ import annotations

import os
import subprocess
import time
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

import program
import pytest
from jack import ports, received, until
from peers import need
from rooms import make_room

from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import PortSpec

pytestmark = [pytest.mark.peer, pytest.mark.timed]

S = 48_000
MOST_UNDER_WAY = 300
"""Messages that may be on their way: the receiver has room for 512 and loses what comes then."""


def scripted() -> list[Message]:
    """Twelve seconds of moves, turns and cues of every kind."""
    rig = Rig(make_room())
    rig.move(0, {"room": 0.35, "lamp": 0.2, "warmth": 0.3, "wall": 0.5, "star": 1.0}, 2 * S)
    rig.cue(S // 2, "preset")
    rig.cue(S, "go", "2", "1")
    rig.move(2 * S, {"sub": 0.7}, 3 * S)
    for tenth in range(20, 60, 4):
        rig.cue(tenth * S // 10, "chime")
    rig.move(6 * S, {"room": 0.6, "lamp": 0.6, "warmth": 0.28}, 3 * S, care=True)
    rig.cue(7 * S, "raw")
    rig.trim(8 * S, 0.8)
    rig.cue(9 * S, "wake")
    return rig.messages(12 * S) + rig.finish(12 * S)


def two_hours() -> list[Message]:
    """The lights of two hours: every ten minutes slow moves, a quick one of 14 bits, and cues."""
    rig = Rig(make_room())
    messages: list[Message] = []
    for tenth in range(12):
        start, up = tenth * 600 * S, tenth % 2
        rig.move(start, {"room": 0.35 - 0.2 * up, "warmth": 0.3 + 0.3 * up}, 180 * S)
        rig.move(start, {"wall": 0.2 + 0.3 * up, "sub": 0.7 - 0.4 * up, "star": up}, 120 * S)
        rig.move(start + 300 * S, {"lamp": 0.2 + 0.2 * up}, 2 * S)
        rig.cue(start + 60 * S, "go", str(tenth + 1))
        for second in (61, 62, 360):
            rig.cue(start + second * S, "chime")
        rig.cue(start + 400 * S, "wake")
        messages += rig.messages(start + 600 * S)
    return messages + rig.finish(7200 * S)


def at_once_after(messages: Sequence[Message], longest: float) -> list[tuple[float, Message]]:
    """Each message with its second, where gaps longer than this are cut to it."""
    now, before, out = 0.0, 0, []
    for message in messages:
        now += min(longest, (message.frame - before) / S)
        before = message.frame
        out.append((now, message))
    return out


def play(process: MidiOutputs, messages: Sequence[Message]) -> None:
    """Hand the messages over block by block, a fifth of a second ahead of time."""
    assert process.wait_ready(20.0), process.health()
    assert set(process.health().values()) == {"ok"}
    start = time.perf_counter() + 0.3
    for block in range(0, 12 * S + S, 1024):
        batch = [m for m in messages if block <= m.frame < block + 1024]
        process.send([(start + m.frame / S, m.port, m.data) for m in batch])
        time.sleep(max(0.0, start - 0.2 + block / S - time.perf_counter()))
    process.close()


def test_a_real_receiver_gets_every_message_in_order(
    dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = scripted()
    process = MidiOutputs({"desk": PortSpec(output="dumper")})
    process.start()
    play(process, messages)
    wanted = [message.data for message in messages]
    until(lambda: len(received(dump)) >= len(wanted), "messages are lost")
    assert received(dump) == wanted
    tell(process, capsys)


def tell(process: MidiOutputs, capsys: pytest.CaptureFixture[str]) -> None:
    timing = process.timing
    assert timing is not None
    with capsys.disabled():
        print(  # noqa: T201 - a figure to read
            f"\n{timing.sent} messages, due to sent: median {timing.median * 1000:.1f} ms,"
            f" 99 % {timing.p99 * 1000:.1f} ms, worst {timing.worst * 1000:.1f} ms"
        )


@pytest.mark.parametrize(
    "longest",
    [
        0.005,
        pytest.param(
            7200.0,
            marks=[
                pytest.mark.slow,
                pytest.mark.skipif(
                    "SOUNDSCAPE_SLOW" not in os.environ, reason="SOUNDSCAPE_SLOW=1 asks for it"
                ),
            ],
        ),
    ],
)
def test_every_message_of_two_hours_arrives_in_order(
    dump: Path, capsys: pytest.CaptureFixture[str], longest: float
) -> None:
    """As dense as in real time; the short form leaves out the pauses between."""
    coming = at_once_after(two_hours(), longest)
    wanted = [message.data for _, message in coming]
    process = MidiOutputs({"desk": PortSpec(output="dumper")}, make_room().lights)
    process.start()
    assert process.wait_ready(20.0)
    start, sent = time.perf_counter() + 0.3, 0
    while coming:
        now = time.perf_counter() - start + 1.0
        count = bisect_right(coming, now, key=itemgetter(0))
        count = min(count, len(received(dump)) + MOST_UNDER_WAY - sent)
        process.send([(start + at, m.port, m.data) for at, m in coming[:count]])
        del coming[:count]
        sent += count
        time.sleep(0.02)
    process.close()
    until(lambda: len(received(dump)) >= len(wanted), "messages are lost")
    assert received(dump) == wanted
    tell(process, capsys)


def test_a_virtual_port_is_there_for_others_to_connect(dump: Path) -> None:
    process = MidiOutputs({"feed": PortSpec(output="room lights", virtual=True)})
    process.start()
    assert process.wait_ready(20.0)
    assert process.health() == {"feed": "ok"}
    until(lambda: "Soundscape:room lights" in ports(), "no virtual port")
    connect = [need("jack_connect"), "Soundscape:room lights", "dumper:input"]
    subprocess.run(connect, check=True)
    process.send([(time.perf_counter(), "feed", b"\x90\x3c\x5a")])
    until(lambda: received(dump) == [b"\x90\x3c\x5a"], "nothing arrives")
    process.close()


def test_the_ports_of_a_real_driver_are_listed(dump: Path) -> None:
    said = program.soundscape(dump.parent, os.environ, "midi", "ports")
    assert [line.strip() for line in said.splitlines() if line.startswith(" ")] == [
        "dumper:input",
        "none",
    ]


def test_a_port_that_is_not_there_is_absent_and_says_what_is(dump: Path) -> None:
    process = MidiOutputs({"desk": PortSpec(output="QLC+")})
    process.start()
    assert process.wait_ready(20.0)
    process.close()
    assert process.health() == {"desk": "absent"}
    assert process.faults() == [
        "lights offline: desk: MIDI port 'QLC+' is not there; there are 'dumper:input'"
    ]
