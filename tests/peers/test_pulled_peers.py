"""A MIDI port that is pulled and put back under a session, ten times, in the virtual machine.

One command: pytest -m machine tests/peers/test_pulled_peers.py
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from captured import unbroken
from machine import Machine
from rendering import render
from running_status import control_changes
from sounds import encode, pink

pytestmark = [pytest.mark.peer, pytest.mark.machine]

RATE = 48_000
PATIENCE = 900.0
TIMES = 10
STEP = 1.0 / 127

ROOM_YAML = """
name: Lab
midi:
  desk: {output: VirMIDI 0-0}
lights:
  room: {port: desk, channel: 1, cc: 20, from: 60%}
"""

SCENE = """
name: Pulled
fades: {track: 1s, phase: 2s, start: 2s, end: 2s}
phases:
  arrival:
    duration: 75s
    music: [{file: noise.flac}]
    lights:
      - {set: {room: 20%}, over: 10s}
      - {at: 10s, set: {room: 60%}, over: 10s}
      - {at: 20s, set: {room: 20%}, over: 10s}
      - {at: 30s, set: {room: 60%}, over: 10s}
      - {at: 40s, set: {room: 20%}, over: 10s}
      - {at: 50s, set: {room: 60%}, over: 10s}
      - {at: 60s, set: {room: 20%}, over: 10s}
"""


@dataclass(frozen=True)
class Course:
    """What happened: what was heard, sound as planned; times (s) and codes that arrived."""

    captured: Path
    planned: np.ndarray
    codes: list[tuple[float, int]]
    backs: list[float]
    outs: list[float]

    def between(self, begin: float, end: float) -> list[tuple[float, int]]:
        return [(at, code) for at, code in self.codes if begin <= at < end]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    shared = tmp_path_factory.mktemp("shared")
    library = shared / "library"
    for folder in ("scenes", "playlists"):
        (library / folder).mkdir(parents=True)
    encode(library / "noise.flac", pink(80), RATE)
    (library / "room.yaml").write_text(ROOM_YAML)
    (library / "scenes" / "pulled.yaml").write_text(SCENE)
    _, planned = render(library, "pulled", tmp_path_factory.mktemp("rendered"))
    Machine(tmp_path_factory.mktemp("machine")).run("pulled_job.py", shared, PATIENCE)
    rows = [json.loads(line) for line in (shared / "pulled.jsonl").read_text().splitlines()]
    times = {what: [at for at, kind, _ in rows if kind == what] for what in ("out", "back")}
    codes = control_changes(((at, data if what == "in" else None) for at, what, data in rows), 20)
    return Course(shared / "live.raw", planned, codes, times["back"], times["out"])


def test_the_music_is_unbroken_to_the_sample(course: Course) -> None:
    unbroken(course.captured, course.planned)


def test_the_light_is_back_within_three_seconds_each_time(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(course.backs) == TIMES
    waits = [next(at for at, _ in course.codes if at > back) - back for back in course.backs]
    with capsys.disabled():
        text = ", ".join(f"{wait:.1f}" for wait in waits)
        print(f"\nlight back after {text} s")  # noqa: T201 - a figure to read
    assert max(waits) <= 3.0


def test_the_light_comes_back_where_it_was_and_goes_on_by_a_ramp(course: Course) -> None:
    speeds = []
    for out, back in zip(course.outs, course.backs, strict=True):
        before = course.between(0.0, out)[-1][1]
        after = course.between(back, back + 4.0)
        # What was sent to nobody before the loss was noticed, at most a second, is not known here.
        assert abs(before - after[0][1]) <= 14
        steps = [two - one for (_, one), (_, two) in pairwise(after)]
        assert all(1 <= abs(step) <= 2 for step in steps), "no ramp's step, or sent twice"
        for (at, one), (later, two) in zip(after, after[5:], strict=False):
            # 10 %/s. What is due as the port comes back is sent a little late, emulated.
            assert abs(two - one) * STEP <= 0.1 * (later - at + 0.06) + STEP
            speeds.append(abs(two - one) * STEP / (later - at))
    assert max(speeds) > 0.06  # there was something to catch up with: the scene moves 4 %/s


def test_the_light_arrives_where_it_was_to(course: Course) -> None:
    assert course.codes[-1][1] == 25  # 20 % of 127
