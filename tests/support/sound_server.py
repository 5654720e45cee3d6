"""A PulseAudio of our own with one output, and recordings of what that plays."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "Room"
"""What its output is called."""


@dataclass(frozen=True)
class SoundServer:
    """A server that runs: its process, and the environment in which programs find it."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    @contextmanager
    def recorded(self, path: Path) -> Iterator[None]:
        """Write what it plays to a file, float32, stereo, 48 kHz, from its first frame on."""
        command = ["parec", "--device=@DEFAULT_MONITOR@", "--rate=48000", "--format=float32le"]
        with path.open("wb") as file:
            recorder = subprocess.Popen(
                [*command, "--latency-msec=20"],
                env=os.environ | self.environment,
                stdout=file,
                stderr=subprocess.DEVNULL,
            )
        try:
            while not path.stat().st_size:
                if recorder.poll() is not None:
                    raise RuntimeError("the sound server's monitor cannot be recorded")
                time.sleep(0.02)
            yield
        finally:
            recorder.terminate()
            recorder.wait()


@contextmanager
def sound_server(folder: Path, program: str = "pulseaudio") -> Iterator[SoundServer]:
    """Run a server with a null sink; its files are in `folder`."""
    socket = folder / "socket"
    environment = {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_SERVER": f"unix:{socket}",
        "SDL_AUDIODRIVER": "pulseaudio",
    }
    modules = (
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        f"module-null-sink rate=48000 format=float32le sink_properties=device.description={NAME}",
    )
    process = subprocess.Popen(
        [
            *(program, "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
            *("--high-priority=yes", "-L", modules[0], "-L", modules[1]),
        ],
        env=os.environ | environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            if socket.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        yield SoundServer(process, environment)
    finally:
        process.kill()
        process.wait()
