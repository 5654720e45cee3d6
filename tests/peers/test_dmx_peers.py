"""The lights of a whole scene over DMX, as OLA, unmodified, receives them over the network."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from dmx_scenes import (
    CLOSE,
    ROOM,
    Plan,
    Relay,
    Values,
    late_by,
    light_process,
    play,
    scene,
    steps_beside,
)
from ola import Ola, OlaRecording

from soundscape.ipc import clock
from soundscape.library.files.locate import Library
from soundscape.library.resolve import load_show

pytestmark = [pytest.mark.peer, pytest.mark.timed]


@dataclass
class Course:
    """A scene on its way: when each packet was sent and should have been, and what OLA received."""

    plan: Plan
    packets: list[tuple[float, bytes]]
    received: list[bytes]


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """The scene over each protocol, at once, each from a process of its own."""
    conf = tmp_path_factory.mktemp("ola")
    with Ola(conf), ThreadPoolExecutor() as pool:
        running = {}
        for protocol in ("sacn", "artnet"):
            folder = tmp_path_factory.mktemp(protocol)
            recording = OlaRecording(protocol, conf / f"recording-{protocol}")
            running[protocol] = pool.submit(play_to, recording, protocol, folder)
        return {protocol: course.result() for protocol, course in running.items()}


def play_to(recording: OlaRecording, protocol: str, folder: Path) -> Course:
    loaded = scene(folder, protocol)
    relay = Relay(protocol)
    time.sleep(1.0)
    try:
        with light_process(loaded, folder / "state") as process:
            start, plan = play(process, loaded)
    finally:
        relay.close()
        received = recording.end()
    return Course(plan, [(at - start, frame) for at, frame in relay.packets], received)


@pytest.mark.parametrize("protocol", ["sacn", "artnet"])
def test_ola_receives_a_whole_scene_within_a_step_and_50_ms_of_its_time(
    protocol: str, courses: dict[str, Course], capsys: pytest.CaptureFixture[str]
) -> None:
    course = courses[protocol]
    plan, packets, received = course.plan, course.packets, course.received
    gaps = [after - before for (before, _), (after, _) in pairwise(packets)]
    late = [one for one in late_by(plan, packets) if not math.isnan(one)]
    late.sort()
    beside = {slot: steps_beside(plan, packets, slot) for slot in (12, 13, 20, 21, 30, 31)}
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{protocol}: {len(plan)} messages in {len(packets)} packets, behind their time: "
            f"median {1000 * late[len(late) // 2]:.1f} ms, 99th percentile "
            f"{1000 * late[len(late) * 99 // 100]:.1f} ms, most {1000 * late[-1]:.1f} ms; "
            f"OLA: {len(received)} frames, at most {max(beside.values())} steps beside the plan"
        )
    # Each packet is a frame of OLA's. Its recorder rounds times down, which adds up, so ours count.
    # The last three packets of sACN end the stream.
    ended = 3 if protocol == "sacn" else 0
    assert received == [frame for _, frame in packets[: len(packets) - ended]]
    first, last = packets[0][1], packets[-1][1]
    assert (first[11], first[12], first[29]) == (153, 153, 102), "it begins where the lights are"
    assert max(gaps) <= 1.2, "the frame is repeated"
    assert packets[-1][0] > plan[-1][0] + 2.0, "after the end too"
    assert len(late) >= 0.95 * len(plan)
    assert late[0] >= 0.0
    assert late[len(late) * 99 // 100] <= CLOSE
    end: Values = {}
    for _, values in plan:
        end |= values
    assert {slot: last[slot - 1] for slot in end} == end
    assert max(beside.values()) <= 1


def test_ola_killed_and_started_again_gets_the_frame_it_had_and_the_rest(tmp_path: Path) -> None:
    room = ROOM.replace("PORT", "{sacn: {universe: 1, to: 127.0.0.1}}")
    loaded = scene(tmp_path, "sacn")
    (tmp_path / "room.yaml").write_text(room)
    loaded = load_show(Library(tmp_path), "dimmers")
    conf = tmp_path / "ola"
    conf.mkdir()
    told: list[tuple[str, bool]] = []
    with Ola(conf) as ola, light_process(loaded, tmp_path / "state") as process:
        process.listen(lambda port, there: told.append((port, there)))
        process.send([(clock.now(), "dimmers", b"\x00\x0c\x80")])
        time.sleep(1.0)
        ola.kill()
        until = clock.now() + 10.0
        while process.health()["dimmers"] != "lost" and clock.now() < until:
            time.sleep(0.05)
        assert process.health()["dimmers"] == "lost"
        process.send([(clock.now(), "dimmers", b"\x00\x0c\x10")])  # dropped: nobody is there
        ola.start()
        recording = OlaRecording("sacn", conf / "recording")
        while process.health()["dimmers"] != "ok" and clock.now() < until + 30.0:
            time.sleep(0.05)
        time.sleep(1.0)
        process.send([(clock.now(), "dimmers", b"\x00\x0c\x81")])
        time.sleep(1.0)
        received = [frame[11] for frame in recording.end()]
    assert told == [("dimmers", False), ("dimmers", True)]
    assert received[-1] == 0x81
    assert set(received) <= {0x80, 0x81}
    assert [line.split(":")[0] for line in process.faults()] == ["lights offline", "lights back"]
