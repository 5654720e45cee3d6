"""Timecode as `render --midi` writes it, read by a decoder that others wrote: is it on time?"""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from decoders import decode
from smf import messages

pytestmark = pytest.mark.peer

SCENE = """
name: Code
fades: {start: 1s, phase: 1s, end: 1s}
phases:
  arrival: {duration: 40s, music: [{generate: drone, duration: 5m}]}
  peak: {duration: 40s, music: [{generate: drone, duration: 5m}]}
"""
SCRIPT = """
- {at: 4s, do: hold}
- {at: 7s, do: release}
- {at: 12s, do: next}
"""
TICKS = 10_000  # a second, at the file's tempo


def place(tick: int) -> float:
    """Where the scene is (s), by its plan and the script, so many ticks after it began."""
    time = tick / TICKS
    if time < 7.0:
        return min(time, 4.0)
    return time - 3.0 if time < 12.0 else 40.0 + (time - 12.0)


def seconds(rate: float, hour: int, minute: int, second: int, frame: int) -> float:
    """A time in seconds. Of 29.97 the first two numbers of minute 1 are left out."""
    whole = ((hour * 60 + minute) * 60 + second) * round(rate) + frame
    return (whole - 2 * minute) * 1001 / 30_000 if rate == 29.97 else whole / rate


@pytest.fixture(params=["24", "25", "29.97", "30"])
def rendered(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[float, Path]:
    for folder in ("scenes", "playlists"):
        (tmp_path / folder).mkdir()
    (tmp_path / "scenes" / "code.yaml").write_text(SCENE)
    (tmp_path / "script.yaml").write_text(SCRIPT)
    room = f"midi: {{desk: {{output: Desk}}}}\ntimecode: {{port: desk, rate: {request.param}}}\n"
    (tmp_path / "room.yaml").write_text(room)
    command = [sys.executable, "-m", "soundscape", "--library", str(tmp_path), "render", "code"]
    command += ["-o", str(tmp_path / "out.wav"), "--midi", str(tmp_path / "out.mid")]
    command += ["--script", str(tmp_path / "script.yaml")]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return float(request.param), tmp_path / "out.mid"


def test_each_time_in_the_file_is_the_scenes_at_its_moment(rendered: tuple[float, Path]) -> None:
    rate, path = rendered
    found = messages(path)
    runs = [found[first : first + 9] for first in range(len(found) - 8)]
    unbroken = [
        run
        for run in runs
        if all(data[0] == 0xF1 for _, data in run)
        and [data[1] >> 4 for _, data in run] == [*range(8), 0]
    ]
    assert len(unbroken) > 47.0 * rate / 2  # of 49 s that it runs
    heard = decode(mtc=[[data for _, data in run] for run in unbroken])["mtc"]
    for run, (kind, *time) in zip(unbroken, heard, strict=True):
        assert kind == rate
        assert seconds(rate, *time) == pytest.approx(place(run[8][0]), abs=0.25 / rate)
        gaps = [other - one for (one, _), (other, _) in pairwise(run)]
        assert max(gaps) - min(gaps) <= 2  # 0.2 ms


def test_each_jump_and_standstill_is_told_by_a_full_frame(rendered: tuple[float, Path]) -> None:
    rate, path = rendered
    full = [(tick, data) for tick, data in messages(path) if data[0] == 0xF0]
    heard = decode(mtc=[[data] for _, data in full])["mtc"]
    moments = [tick / TICKS for tick, _ in full]
    assert moments == pytest.approx([0.0, 4.0, 7.0, 12.0, 52.0], abs=0.05)
    for (tick, _), (_, *time) in zip(full, heard, strict=True):
        assert seconds(rate, *time) == pytest.approx(place(tick), abs=1.0 / rate)
