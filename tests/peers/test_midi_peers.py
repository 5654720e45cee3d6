"""The light process against a real MIDI driver: JACK, with its own monitor at the other end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from jack import ports, received, until
from peers import need
from rooms import make_room

from soundscape.devices.midi import input_names, output_names
from soundscape.engine.light import LightProcess
from soundscape.lighting.message import Message
from soundscape.lighting.rig import Rig
from soundscape.scene.models import PortSpec

pytestmark = pytest.mark.peer

S = 48_000


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


def play(process: LightProcess, messages: Sequence[Message]) -> None:
    """Hand the messages over block by block, a fifth of a second ahead of time."""
    assert process.wait_ready(20.0), process.health()
    assert set(process.health().values()) == {"ok"}
    start = time.monotonic() + 0.3
    for block in range(0, 12 * S + S, 1024):
        batch = [m for m in messages if block <= m.frame < block + 1024]
        process.send([(start + m.frame / S, m.port, m.data) for m in batch])
        time.sleep(max(0.0, start - 0.2 + block / S - time.monotonic()))
    process.close()


def test_a_real_receiver_gets_every_message_in_order(
    dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = scripted()
    process = LightProcess({"desk": PortSpec(output="dumper")})
    process.start()
    play(process, messages)
    wanted = [message.data for message in messages]
    until(lambda: len(received(dump)) >= len(wanted), "messages are lost")
    assert received(dump) == wanted
    timing = process.timing
    assert timing is not None
    with capsys.disabled():
        print(  # noqa: T201 - a figure to read
            f"\n{timing.sent} messages, due to sent: median {timing.median * 1000:.1f} ms,"
            f" 99 % {timing.p99 * 1000:.1f} ms, worst {timing.worst * 1000:.1f} ms"
        )


def test_a_virtual_port_is_there_for_others_to_connect(dump: Path) -> None:
    process = LightProcess({"feed": PortSpec(output="room lights", virtual=True)})
    process.start()
    assert process.wait_ready(20.0)
    assert process.health() == {"feed": "ok"}
    until(lambda: "Soundscape:room lights" in ports(), "no virtual port")
    connect = [need("jack_connect"), "Soundscape:room lights", "dumper:input"]
    subprocess.run(connect, check=True)
    process.send([(time.monotonic(), "feed", b"\x90\x3c\x5a")])
    until(lambda: received(dump) == [b"\x90\x3c\x5a"], "nothing arrives")
    process.close()


def test_the_ports_of_a_real_driver_are_listed(dump: Path) -> None:
    assert output_names() == ["dumper:input"]
    assert input_names() == []


def test_a_port_that_is_not_there_is_absent_and_says_what_is(dump: Path) -> None:
    process = LightProcess({"desk": PortSpec(output="QLC+")})
    process.start()
    assert process.wait_ready(20.0)
    process.close()
    assert process.health() == {"desk": "absent"}
    assert process.faults() == [
        "lights offline: desk: MIDI port 'QLC+' is not there; there are 'dumper:input'"
    ]
