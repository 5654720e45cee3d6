"""A session of ours and QLC+, unmodified, in a virtual machine with a real MIDI and sound driver.

Sound leaves through SDL, ALSA and a sound card whose output is recorded; light through the ALSA
sequencer into QLC+, and out of it as DMX over E1.31. All are noted on one clock, that of the
machine inside, and compared with what `render` says of the same scene. Our messages are held to
the sound. QLC+ works at 50 Hz, so it is up to 20 ms behind, and now and then two frames more.

One command: pytest -m machine tests/peers/test_qlc_peers.py
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
from heard import heard
from machine import Machine
from rendering import Planned, render
from sounds import encode, pink

from soundscape.devices.audio.driver_buffers import driver_buffer
from soundscape.library.files.locate import Library
from soundscape.library.resolve import load_show
from soundscape.lighting.fixture import fixture
from soundscape.scene.document import read_room
from soundscape.timeline.plan import plan

pytestmark = [pytest.mark.peer, pytest.mark.machine]

SUPPORT = Path(__file__).parents[1] / "support"
RATE = 48_000
PATIENCE = 900.0  # emulated, beside whatever else this machine does
CLOSE = 0.050  # s, of light and sound
OURS = 0.020  # s, of a MIDI message and its sound
FRAME = 0.020  # s, of QLC+
ROOM, WARMTH, WALL, CALM, BELL = range(5)  # DMX channels of desk.qxw

ROOM_YAML = """
name: Lab
midi:
  desk: {output: Midi Through}
lights:
  room: {port: desk, channel: 1, cc: 20, from: 60%, min: 8%, max: 90%}
  warmth: {port: desk, channel: 1, cc: 22, range: 2200K to 4000K, from: 3000K}
  wall: {port: desk, channel: 1, note: 40, from: 40%}
groups: {both: [room, wall]}
looks:
  evening: {both: 35%, wall: 60%, warmth: 2700K}
  leaving: {both: 50%}
aliases: {colour: warmth}
after: {look: leaving, over: 5s}
cues:
  calm: {port: desk, note: 60, velocity: 127, length: 200ms}
  bell: {port: desk, note: 61, velocity: 127, length: 1s}
"""

SCENE = """
name: Desk
fades: {track: 1s, phase: 2s, start: 2s, end: 2s}
phases:
  arrival:
    duration: 12s
    music: [{file: noise1.flac}]
    lights: evening
  peak:
    duration: 10s
    music: [{file: noise2.flac}]
    lights: [{set: {both: 20%, room: 15%, colour: 2400K}, over: 5s}]
    cues: [{at: 1s, cue: calm}, {at: 4s, cue: bell}]
"""


@dataclass(frozen=True)
class Course:
    """What happened. Times in seconds of the session, by the sound that was heard then.

    `looks` are the moves of `plan`, with the time of each. `planned` has the messages of `render`;
    `dmx` the changes that QLC+ sent; `late` are the times at which the sound itself was held up by
    a late block. `midi` are our messages as they arrived, in the words of aseqdump. `card` is what
    the kernel said of the sound card's buffer.
    """

    looks: list[tuple[float, dict[str, float]]]
    planned: Planned
    dmx: list[tuple[float, list[int]]]
    late: list[float]
    midi: list[tuple[float, str]]
    card: dict[str, str]

    def plan(self, light: int) -> list[tuple[float, int]]:
        """When a light is to have which code."""
        return [(at, code) for at, message in self.planned if (code := _code(light, message)) >= 0]

    def steady(self, at: float) -> bool:
        """Whether the sound was on time around a time, and loud enough to be found at all."""
        return at > 1.0 and all(abs(at - late) > 0.5 for late in self.late)

    def seen(self, channel: int) -> list[tuple[float, int]]:
        """When a channel went where, from its first message on."""
        values = [(at, row[channel]) for at, row in self.dmx]
        return [after for before, after in pairwise(values) if before[1] != after[1]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    shared = tmp_path_factory.mktemp("shared")
    library = shared / "library"
    for folder in ("scenes", "playlists"):
        (library / folder).mkdir(parents=True)
    for seed in (1, 2):
        encode(library / f"noise{seed}.flac", pink(30, seed=seed), RATE)
    (library / "room.yaml").write_text(ROOM_YAML)
    (library / "scenes" / "desk.yaml").write_text(SCENE)
    shutil.copy(SUPPORT / "desk.qxw", shared)
    midi, sound = render(library, "desk", tmp_path_factory.mktemp("rendered"))
    Machine(tmp_path_factory.mktemp("machine")).run("desk_job.py", shared, PATIENCE)
    session, clock = _heard(shared, sound).T
    late = session[1:][np.abs(np.diff(clock - session)) > 0.001].tolist()
    begin, end = session[0] - clock[0], session[-1] - clock[-1]

    def noted(name: str) -> list[tuple[float, Any]]:
        rows = [json.loads(line) for line in (shared / f"{name}.jsonl").read_text().splitlines()]
        at = [float(np.interp(t, clock, session, left=t + begin, right=t + end)) for t, _ in rows]
        return [(t, row) for t, (_, row) in zip(at, rows, strict=True)]

    shown = plan(load_show(Library(library), "desk").show)
    looks = [(move.frame / RATE, dict(move.values)) for move in shown.lights]
    card = dict(line.split(": ", 1) for line in (shared / "hw_params").read_text().splitlines())
    return Course(looks, midi, noted("dmx"), late, noted("midi"), card)


def _heard(shared: Path, planned: np.ndarray) -> np.ndarray:
    """When each quarter of a second of the session was heard: by finding it in the recording.

    Shape (n, 2): seconds of the session, seconds of the clock inside. Emulated, the player may be
    late with a block now and then; light goes by what is heard.
    """
    recorded = np.fromfile(shared / "sound.f32", "<f4").reshape(-1, 2)[:, 0]
    rows = [json.loads(line) for line in (shared / "sound.jsonl").read_text().splitlines()]
    times, frames = (np.array(column, float) for column in zip(*rows, strict=True))
    # A piece is noted after it was played, never before: the promptest of all has the time.
    epoch = float((times - frames / RATE).min())
    return heard(planned[:, 0], recorded, epoch)


def test_the_sound_card_holds_what_the_driver_is_believed_to_hold(course: Course) -> None:
    given_to_it = driver_buffer("alsa")
    period, size = int(course.card["period_size"]), int(course.card["buffer_size"])
    assert (course.card["access"], course.card["format"]) == ("RW_INTERLEAVED", "FLOAT_LE")
    assert period == given_to_it.buffer
    assert size / RATE == pytest.approx(given_to_it.held)


@pytest.mark.parametrize("light", [ROOM, WARMTH, WALL], ids=["room", "warmth", "wall"])
def test_every_message_to_a_light_arrives_with_its_sound(
    course: Course, light: int, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {
        ROOM: r"controller 20, value",
        WARMTH: r"controller 22, value",
        WALL: r"note 40, velocity",
    }
    found = ((at, re.search(rf"{words[light]} (\d+)$", line)) for at, line in course.midi)
    arrived = [(at, int(match[1])) for at, match in found if match]
    plan = course.plan(light)
    assert [code for _, code in arrived] == [code for _, code in plan]
    pairs = zip(arrived, plan, strict=True)
    late = [at - due for (at, _), (due, _) in pairs if course.steady(due)]
    _say(capsys, f"{len(late)} messages against the sound {_told(late)}")
    assert abs(np.median(late)) <= 0.005
    assert np.percentile(np.abs(late), 95) <= OURS
    assert max(map(abs, late)) <= CLOSE  # as the emulated processor is busy now and then


def _code(light: int, message: mido.Message) -> int:
    """The code that a message gives a light; -1 where it is for another."""
    if light == WALL:
        ours = message.type == "note_on" and message.note == 40
        return message.velocity if ours else -1
    control = {ROOM: 20, WARMTH: 22}[light]
    ours = message.type == "control_change" and message.control == control
    return message.value if ours else -1


def test_looks_groups_ends_and_the_look_after_the_session_are_as_planned(course: Course) -> None:
    """Just before the next move, and at the end, each light in QLC+ has what `plan` says."""
    room = read_room(ROOM_YAML.encode(), "room.yaml").model
    assert [set(values) for _, values in course.looks] == [
        {"room", "warmth", "wall"}, {"room", "warmth", "wall"}, {"room", "wall"},
    ]  # fmt: skip
    ends = [*(at for at, _ in course.looks[1:]), course.dmx[-1][0] + 1.0]
    for (_, values), end in zip(course.looks, ends, strict=True):
        row = [row for at, row in course.dmx if at < end - CLOSE][-1]
        for name, channel in (("room", ROOM), ("warmth", WARMTH), ("wall", WALL)):
            if name in values:
                assert row[channel] == _dmx(fixture(name, room).code(values[name])), (name, end)


def _dmx(code: int) -> int:
    """QLC+'s value for a code: twice it, and 127 is full."""
    return 255 if code == 127 else 2 * code


@pytest.mark.parametrize("light", [ROOM, WARMTH, WALL], ids=["room", "warmth", "wall"])
def test_a_dimmer_in_qlc_follows_the_plan(
    course: Course, light: int, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, seen = course.plan(light), course.seen(light)
    assert len(plan) > 10
    assert seen[-1][1] == _dmx(plan[-1][1])
    late = []
    for at, value in seen:
        near = [code for when, code in plan if at - 2 * CLOSE <= when <= at + CLOSE]
        before = [code for when, code in plan if when < at][-1:]
        assert any(abs(value / 2 - code) <= 1 for code in near + before), f"{value} at {at:.3f} s"
        times = [when for when, code in plan if _dmx(code) == value and abs(at - when) < 1]
        late += [at - when for when in times if course.steady(at)]
    assert len(late) > 0.7 * len(seen)
    _say(capsys, f"{len(seen)} of {len(plan)} values seen, against the sound {_told(late)}")
    assert np.percentile(np.abs(late), 95) <= CLOSE
    assert max(map(abs, late)) <= CLOSE + 2 * FRAME


def test_a_scene_in_qlc_starts_at_its_cue_and_fades_by_itself(course: Course) -> None:
    (begin,) = [at for at, m in course.planned if m.type == "note_on" and m.note == 60]
    seen = course.seen(CALM)
    assert [value for _, value in seen][-1] == 200
    assert abs(seen[0][0] - begin) <= CLOSE + 0.02  # its first step may be another tick later
    assert abs(seen[-1][0] - (begin + 2.0)) <= CLOSE + 0.02


def test_a_flash_in_qlc_lasts_as_long_as_its_note(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    begin, end = (at for at, m in course.planned if m.type[:4] == "note" and m.note == 61)
    (on, full), (off, dark) = course.seen(BELL)
    assert (full, dark) == (60, 0)
    _say(capsys, f"{len(course.late)} times the sound was late")
    _say(capsys, f"a flash against the sound {_told([on - begin, off - end])}")
    assert abs(on - begin) <= CLOSE
    assert abs(off - end) <= CLOSE


def _told(late: list[float]) -> str:
    at = 1000 * np.array(late)
    return f"median {np.median(at):+.0f} ms, from {at.min():+.0f} to {at.max():+.0f} ms"


def _say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}")  # noqa: T201 - a figure to read
