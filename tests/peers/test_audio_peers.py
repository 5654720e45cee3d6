"""The pygame output against SDL's real drivers and a real sound server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import numpy as np
import pytest
from peers import need

from soundscape.devices.audio import sdl
from soundscape.devices.audio.driver_buffers import driver_buffer
from soundscape.devices.audio.pygame_output import PygameOutput
from soundscape.mixer.source import Block
from soundscape.scene.models import OutputPair

pytestmark = [pytest.mark.peer, pytest.mark.waits]

BLOCKS = 150


BLOCK_FRAMES = driver_buffer("disk").block
PLAYER = """
import numpy as np, time
from soundscape.devices.audio.pygame_output import PygameOutput
from soundscape.errors import AudioDeviceError
output = PygameOutput("room")
output.open()
count = 0
try:
    while True:
        asked = time.perf_counter()
        output.write(np.full((output.block_frames, 2), 0.1, dtype=np.float32))
        count += 1
        if count == 20:
            print("playing", flush=True)
except AudioDeviceError as err:
    print(f"{time.perf_counter() - asked:.2f} {err}", flush=True)
"""
"""Plays a constant through the device called "Room" until it is lost."""


@contextmanager
def running(code: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


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


def play(sound: Block, output: PygameOutput) -> None:
    output.open()
    for part in np.split(sound, len(sound) // output.block_frames):
        output.write(part)
    output.drain()
    output.close()


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


@pytest.mark.parametrize(
    "beside", [nullcontext, busy_thread], ids=["alone", "beside a busy thread"]
)
def test_every_frame_arrives_once_to_the_bit_and_without_a_gap(
    beside: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    disk(monkeypatch, tmp_path / "out.raw")
    sound = noise(BLOCKS)
    output = PygameOutput()
    with beside():
        play(sound, output)
    assert np.array_equal(captured(tmp_path / "out.raw"), sound)
    assert list(output.gaps) == []


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


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs")
@pytest.mark.timed
def test_a_device_that_stops_taking_sound_is_an_error_and_no_hang(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    disk(monkeypatch, pipe)
    with running(PLAYER.replace('"room"', "")) as player, pipe.open("rb") as reader:
        assert player.stdout is not None
        reader.read(800_000)  # then the "device" takes no more, and the pipe fills up
        assert player.stdout.readline() == "playing\n"
        waited, message = player.stdout.readline().split(" ", 1)
        player.kill()  # SDL itself would wait for the device for ever
    assert "has taken no sound for 0.8 s" in message
    assert 0.45 < float(waited) < 2.0


@pytest.mark.skipif(sys.platform != "linux", reason="a sound server of Linux")
def test_a_sound_server_gets_the_sound_on_the_device_of_that_name(
    sound_server: subprocess.Popen[bytes],
) -> None:
    assert [device.name for device in sdl.devices()] == ["default", "Room"]
    with running(PLAYER) as player:
        assert player.stdout is not None
        assert player.stdout.readline() == "playing\n"
        recorder = [need("parec"), "-d", "@DEFAULT_MONITOR@", "--rate=48000", "--format=float32le"]
        with subprocess.Popen(recorder, stdout=subprocess.PIPE) as recording:
            assert recording.stdout is not None
            heard = np.frombuffer(recording.stdout.read(2 * 4 * 48_000), dtype="<f4")
            recording.kill()
        player.kill()
    assert sound_server.poll() is None
    assert np.median(heard) == pytest.approx(0.1, abs=1e-6)


@pytest.mark.skipif(sys.platform != "linux", reason="a sound server of Linux")
@pytest.mark.timed
def test_a_sound_server_that_dies_is_an_error_and_no_hang(
    sound_server: subprocess.Popen[bytes],
) -> None:
    with running(PLAYER) as player:
        assert player.stdout is not None
        assert player.stdout.readline() == "playing\n"
        sound_server.kill()
        killed = time.perf_counter()
        message = player.stdout.readline()
        noticed = time.perf_counter() - killed
        player.kill()
    assert "audio device 'room' has been taken away" in message
    assert noticed < 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="drivers of Linux")
def test_without_a_sound_card_it_fails_in_one_line_and_nothing_else_is_printed() -> None:
    nowhere = {"ALSA_CONFIG_PATH": os.devnull, "PULSE_SERVER": "unix:/nonexistent/pulse"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SDL_")} | nowhere
    code = (
        "from soundscape.devices.audio.pygame_output import PygameOutput\n"
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
def test_a_program_with_an_open_device_still_ends_on_sigterm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = (
        "import time\nfrom soundscape.devices.audio.pygame_output import PygameOutput\n"
        "PygameOutput().open()\nprint('open', flush=True)\ntime.sleep(60)\n"
    )
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    with running(code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == -signal.SIGTERM
