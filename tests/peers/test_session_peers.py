"""A whole session by its real command: through pygame and SDL, and to a real MIDI receiver."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from captured import read, unbroken
from jack import received, until
from smf import messages
from sounds import encode, tone

pytestmark = [pytest.mark.peer, pytest.mark.waits]

ROOM = """
name: Lab
midi:
  desk: {{output: {output}}}
lights:
  room: {{port: desk, channel: 1, cc: 20, from: 60%}}
  lamp: {{port: desk, channel: 2, cc: [21, 53], from: 50%}}
  wall: {{port: desk, channel: 3, note: 40, from: 40%}}
cues:
  go: {{port: desk, program: 4, bank: 2, channel: 5}}
  chime: {{port: desk, note: 60, velocity: 90, length: 200ms}}
timecode: {{port: desk, rate: 25}}
"""

SCENE = """
name: Short
fades: {track: 1s, phase: 2s, start: 7s, end: 2s}
phases:
  arrival:
    duration: 8s
    music: [{file: a.flac}, {file: b.flac}]
    lights: {room: 35%, lamp: 30%}
  peak:
    duration: 6s
    music: [{file: c.flac}]
    ambience: {playlist: [{generate: rain, duration: 1m}], level: -12 dB}
    loudness: -24 to -20
    lights: [{set: {room: 10%, wall: 20%}, over: 2s}]
    cues: [{at: 1s, cue: go}, {at: end-2s, cue: chime}]
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for folder in ("scenes", "playlists"):
        (tmp_path / folder).mkdir()
    for name, hz in (("a", 220.0), ("b", 330.0), ("c", 440.0)):
        encode(tmp_path / f"{name}.flac", tone(9, 44_100, hz), 44_100)
    (tmp_path / "scenes" / "short.yaml").write_text(SCENE)
    (tmp_path / "room.yaml").write_text(ROOM.format(output="nothing of this name"))
    return tmp_path


def soundscape(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "soundscape", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(*arguments: str, **environment: str) -> str:
    process = soundscape(*arguments, **environment)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


def test_what_pygame_plays_is_what_render_writes_to_the_frame(library, tmp_path):
    brief = SCENE.replace("start: 7s", "start: 2s").replace("duration: 8s", "duration: 3s")
    (library / "scenes" / "brief.yaml").write_text(brief.replace("duration: 6s", "duration: 4s"))
    captured, offline = tmp_path / "live.raw", tmp_path / "offline.wav"
    run("--library", str(library), "render", "brief", "-o", str(offline))
    run(
        *("--library", str(library), "start", "brief", "--foreground"),
        SDL_AUDIODRIVER="disk",
        SDL_DISKAUDIOFILE=str(captured),
        SDL_DISKAUDIODELAY="20",  # half speed: a busy machine is not what is tested here
    )
    planned = read(offline)
    assert len(planned) == 9 * 48_000
    unbroken(captured, planned)


@pytest.mark.timed
def test_the_lights_messages_that_arrive_are_those_that_render_writes(library, tmp_path, dump):
    (library / "room.yaml").write_text(ROOM.format(output="dumper"))
    midi, offline = tmp_path / "out.mid", tmp_path / "out.wav"
    run("--library", str(library), "render", "short", "-o", str(offline), "--midi", str(midi))
    run("--library", str(library), "start", "short", "--foreground", "--output", "null")
    planned = [data for _, data in messages(midi)]
    assert sum(data[0] == 0xF1 for data in planned) > 1000
    assert sum(data[0] != 0xF1 for data in planned) > 50
    until(lambda: len(received(dump)) >= len(planned), "messages are missing")
    assert received(dump) == planned


def test_the_events_of_a_render_are_lines_of_json(library, tmp_path):
    events = tmp_path / "events.jsonl"
    offline = tmp_path / "out.wav"
    run("--library", str(library), "render", "short", "-o", str(offline), "--events", str(events))
    kinds = {json.loads(line)["event"] for line in events.read_text().splitlines()}
    assert kinds >= {"phase", "clip-start", "clip-end", "cue", "light", "end"}
