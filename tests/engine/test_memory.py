"""A long render needs no more memory than a short one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from sounds import white

MOST = 20 * 1024

RENDER = """
import sys
from pathlib import Path
from soundscape.cli import main
try:
    main()
except SystemExit as end:
    if end.code:
        raise
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM:"):
        print(line.split()[1])
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc"
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with two tracks of a minute and one of thirteen."""
    for folder in ("scenes", "playlists"):
        (tmp_path / folder).mkdir()
    minute = white(60, 44_100)
    for name, minutes in (("a", 1), ("b", 1), ("long", 13)):
        with soundfile.SoundFile(tmp_path / f"{name}.flac", "w", 44_100, 2) as file:
            for _ in range(minutes):
                file.write(minute)
    return tmp_path


def peak(library: Path, minutes: int, music: str) -> int:
    """Peak memory in KiB of a process that renders a scene of so many minutes."""
    (library / "scenes" / "it.yaml").write_text(
        f"name: It\nfades: {{track: 8s, end: 2s}}\n"
        f"phases: {{only: {{duration: {minutes}m, music: {music}}}}}\n"
    )
    arguments = ["--library", str(library), "render", "it", "-o", str(library / "out.wav")]
    done = subprocess.run(
        [sys.executable, "-c", RENDER, *arguments, "--bits", "16"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


@pytest.mark.long
def test_a_render_of_twelve_minutes_needs_no_more_memory_than_one_of_one(library):
    short = peak(library, 1, "[{file: a.flac}, {file: b.flac}]")
    several = peak(library, 12, "[{file: a.flac}, {file: b.flac}]")
    whole = peak(library, 12, "[{file: long.flac}]")
    peaks = f"peak KiB: 1 min {short}, 12 min of short files {several}, of one file {whole}"
    assert several - short <= MOST, peaks
    assert whole - short <= MOST, peaks
