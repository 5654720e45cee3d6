"""The pygame output against SDL's real drivers and a real sound server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from soundscape.devices.audio_output import BLOCK_FRAMES
from soundscape.devices.audio_pygame import PygameOutput
from soundscape.mixer.source import Block
from soundscape.scene.models import OutputPair

pytestmark = pytest.mark.peer

BLOCKS = 400


def noise(blocks: int) -> Block:
    """Full-range noise in which no frame is silent, so that any silence is the device's."""
    sound = np.random.default_rng(11).uniform(-1.0, 1.0, (blocks * BLOCK_FRAMES, 2))
    sound[np.abs(sound) < 1e-3] = 0.5
    return sound.astype(np.float32)


def disk(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """SDL writes what it would play to a file, 7 % faster than it would sound."""
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(path))
    monkeypatch.delenv("SDL_DISKAUDIODELAY", raising=False)


def play(sound: Block, output: PygameOutput | None = None) -> list[float]:
    output = output or PygameOutput()
    output.open()
    begins = [output.write(part) for part in np.split(sound, len(sound) // BLOCK_FRAMES)]
    output.drain()
    output.close()
    return begins


def captured(path: Path, channels: int = 2) -> Block:
    """What the disk driver wrote, from the first frame with sound to the last one."""
    sound = np.fromfile(path, dtype="<f4").reshape(-1, channels)
    loud = np.flatnonzero(np.abs(sound).max(axis=1))
    return sound[loud[0] : loud[-1] + 1]


@contextmanager
def busy_thread() -> Iterator[None]:
    """Another Python thread that never waits."""
    done = threading.Event()

    def spin() -> None:
        while not done.is_set():
            sum(range(1000))

    thread = threading.Thread(target=spin)
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # what the player sets
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(before)


def joined(sound: Block) -> tuple[Block, int]:
    """The sound without the stretches of silence in it, and how many those are."""
    silent = ~sound.any(axis=1)
    return sound[~silent], int(np.count_nonzero(np.diff(silent.astype(int)) == 1))


def test_every_frame_arrives_once_and_to_the_bit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk(monkeypatch, tmp_path / "out.raw")
    sound = noise(BLOCKS)
    for _ in range(3):  # on a crowded machine a block may come late, which is counted
        output = PygameOutput()
        play(sound, output)
        if output.underruns == 0:
            break
    assert output.underruns == 0
    assert np.array_equal(captured(tmp_path / "out.raw"), sound)


def test_beside_a_busy_thread_no_frame_is_lost_or_doubled_and_each_gap_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk(monkeypatch, tmp_path / "out.raw")
    sound = noise(BLOCKS)
    output = PygameOutput()
    with busy_thread():
        play(sound, output)
    arrived, gaps = joined(captured(tmp_path / "out.raw"))
    assert np.array_equal(arrived, sound)
    assert gaps <= output.underruns


def test_pairs_of_outputs_arrive_on_their_channels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk(monkeypatch, tmp_path / "out.raw")
    outputs = {
        "headphones": OutputPair(channels=(1, 2)),
        "speakers": OutputPair(channels=(3, 4), trim=-6.0),
    }
    sound = noise(40)
    play(sound, PygameOutput(None, outputs))
    arrived = captured(tmp_path / "out.raw", channels=4)
    assert np.array_equal(arrived[:, :2], sound)
    assert np.allclose(arrived[:, 2:], sound * 10 ** (-6 / 20), atol=1e-7)


def test_begins_follow_a_device_that_runs_fast(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk(monkeypatch, tmp_path / "out.raw")
    begins = np.array(play(noise(200)))[60:]
    line = np.polynomial.Polynomial.fit(np.arange(len(begins)), begins, 1)
    off = np.abs(begins - line(np.arange(len(begins))))
    assert np.median(off) < 0.005


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs")
def test_a_device_that_stops_taking_sound_is_an_error_and_no_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    player = f"""
import numpy as np, time
from soundscape.devices.audio_pygame import PygameOutput
from soundscape.errors import AudioDeviceError
output = PygameOutput()
output.open()
try:
    while True:
        asked = time.monotonic()
        output.write(np.full(({BLOCK_FRAMES}, 2), 0.1, dtype=np.float32))
except AudioDeviceError as err:
    print(f"{{time.monotonic() - asked:.2f}} {{err}}", flush=True)
"""
    environment = {**os.environ, "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(pipe)}
    process = subprocess.Popen(
        [sys.executable, "-c", player], env=environment, stdout=subprocess.PIPE, text=True
    )
    with pipe.open("rb") as reader:
        reader.read(96_000)  # then the "device" takes no more, and the pipe fills up
        assert process.stdout is not None
        waited, message = process.stdout.readline().split(" ", 1)
        process.kill()  # SDL itself would wait for the device for ever
    process.wait()
    process.stdout.close()
    assert "has taken no sound for 0.5 s" in message
    assert 0.45 < float(waited) < 2.0


@pytest.mark.skipif(sys.platform != "linux", reason="drivers of Linux")
def test_without_a_sound_card_it_fails_in_one_line_and_nothing_else_is_printed() -> None:
    nowhere = {"ALSA_CONFIG_PATH": os.devnull, "PULSE_SERVER": "unix:/nonexistent/pulse"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SDL_")} | nowhere
    code = (
        "from soundscape.devices.audio_pygame import PygameOutput\n"
        "from soundscape.errors import AudioDeviceError\n"
        "try:\n    PygameOutput().open()\nexcept AudioDeviceError as err:\n    print(err)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("audio device 'default' does not open")
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM")
def test_a_program_with_an_open_device_still_ends_on_sigterm() -> None:
    code = (
        "import time\nfrom soundscape.devices.audio_pygame import PygameOutput\n"
        "PygameOutput().open()\nprint('open', flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "SDL_AUDIODRIVER": "dummy"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == -signal.SIGTERM
    process.stdout.close()
