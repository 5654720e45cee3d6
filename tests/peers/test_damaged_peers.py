"""A live session over damaged files: nothing startles, and the status says what is wrong."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from peers import need

pytestmark = [pytest.mark.peer, pytest.mark.waits, pytest.mark.long]

RATE = 48_000
SECONDS = 8
FORMATS: dict[str, list[str]] = {
    "flac": [],
    "wv": [],
    "mp3": ["-b:a", "128k"],
    "m4a": ["-c:a", "aac"],
    "ogg": ["-c:a", "libvorbis"],
    "opus": ["-c:a", "libopus"],
    "wma": ["-c:a", "wmav2"],
    "mka": ["-c:a", "flac"],
}


def zeros(data: bytes) -> bytes:
    """A long stretch lost, which is zeros."""
    begin, end = len(data) * 6 // 10, len(data) * 8 // 10
    return data[:begin] + bytes(end - begin) + data[end:]


def gap(data: bytes) -> bytes:
    """A long stretch missing."""
    return data[: len(data) * 6 // 10] + data[len(data) * 8 // 10 :]


def holes(data: bytes) -> bytes:
    """Some bytes of noise in several places."""
    chance = random.Random(3)
    damaged = bytearray(data)
    for place in range(3, 9):
        at = len(data) * place // 10
        damaged[at : at + 150] = chance.randbytes(150)
    return bytes(damaged)


def end(data: bytes) -> bytes:
    """The last third missing."""
    return data[: len(data) * 2 // 3]


KINDS = {
    "zeros": (zeros, ("flac", "mp3", "m4a", "ogg", "opus", "wma")),
    "gap": (gap, ("flac", "mp3", "wma", "mka")),
    "holes": (holes, ("flac", "mp3", "m4a", "wv", "wma")),
    "end": (end, ("flac", "mp3", "ogg", "opus", "wv")),
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library whose one playlist names twenty damaged files."""
    ffmpeg = need("ffmpeg")
    for folder in ("scenes", "playlists", "music"):
        (tmp_path / folder).mkdir()
    names = []
    for format_, options in FORMATS.items():
        whole = tmp_path / f"whole.{format_}"
        source = f"anoisesrc=d={SECONDS}:c=pink:r=44100:a=0.3:s=1"
        command = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", source, *options, str(whole)]
        subprocess.run(command, check=True)
        for kind, (damage, formats) in KINDS.items():
            if format_ in formats:
                names.append(f"music/{kind}.{format_}")
                (tmp_path / names[-1]).write_bytes(damage(whole.read_bytes()))
    assert len(names) == 20
    tracks = "".join(f"  - file: {name}\n" for name in names)
    (tmp_path / "playlists" / "p.yaml").write_text(f"tracks:\n{tracks}")
    (tmp_path / "scenes" / "s.yaml").write_text(
        "name: s\nfades: {track: 1s, phase: 1s, start: 7s, end: 1s}\n"
        "phases:\n  peak: {duration: 80s, music: p}\n"
    )
    return tmp_path


def test_twenty_damaged_files_startle_nobody_and_the_status_names_them(library: Path) -> None:
    captured = library / "live.raw"
    environment = {
        **os.environ,
        "SOUNDSCAPE_HOME": str(library / "home"),
        "SDL_AUDIODRIVER": "disk",
        "SDL_DISKAUDIOFILE": str(captured),
        "SDL_DISKAUDIODELAY": "20",  # half speed: a busy machine is not what is tested here
    }

    def soundscape(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "soundscape", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    soundscape("--library", str(library), "scan")
    started = soundscape("--library", str(library), "start", "s", "--headless")
    assert started.returncode == 0, started.stderr
    status = json.loads(soundscape("status", "--json").stdout)
    assert "damaged" in json.dumps(status)
    deadline = time.monotonic() + 400
    while soundscape("status").returncode == 0 and time.monotonic() < deadline:
        time.sleep(2)

    sound = np.fromfile(captured, "<f4").reshape(-1, 2)[:, 0]
    heard = np.flatnonzero(np.abs(sound) > 1e-3)
    sound = sound[heard[0] + 8 * RATE : heard[-1] - 2 * RATE]
    assert len(sound) > 60 * RATE
    tens = np.abs(sound[: len(sound) // 480 * 480]).reshape(-1, 480)
    peaks = tens.max(axis=1)
    silent = "".join("1" if peak < 1e-4 else "0" for peak in peaks)
    assert "1" * 11 not in silent, "dead air of more than 0.1 s"
    assert peaks.max() < 4 * np.median(peaks), "a burst"
    power = (sound[: len(sound) // 4800 * 4800] ** 2).reshape(-1, 4800).mean(axis=1)
    momentary = 10 * np.log10(np.convolve(power, np.full(4, 0.25), "valid") + 1e-12)
    rises = [
        momentary[at] - momentary[max(0, at - 10) : at].min() for at in range(1, len(momentary))
    ]
    assert max(rises) <= 10, "a rise of more than 10 LU within a second"
