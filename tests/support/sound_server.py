"""Recordings of what a PulseAudio of our own plays."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pulse

STEREO = "front-left,front-right"


@dataclass(frozen=True)
class SoundServer:
    """A server that runs: its process, and the environment in which programs find it."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    channels: str = STEREO

    @contextmanager
    def recorded(self, path: Path) -> Iterator[None]:
        """Write what it plays to a file, float32, all channels, 48 kHz, from its first frame."""
        command = ["parec", "--device=@DEFAULT_MONITOR@", "--rate=48000", "--format=float32le"]
        with path.open("wb") as file:
            recorder = subprocess.Popen(
                [
                    *(*command, "--latency-msec=20"),
                    f"--channels={self.channels.count(',') + 1}",
                    f"--channel-map={self.channels}",
                ],
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
def running_sound_server(
    folder: Path, real_time: bool = False, channels: str = STEREO
) -> Iterator[SoundServer]:
    """Run a server with a null sink; its files are in `folder`. See `pulse.start`."""
    socket = folder / "socket"
    places = {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_SERVER": f"unix:{socket}",
    }
    process = pulse.start(socket, places, real_time, channels)
    try:
        yield SoundServer(process, {**places, "SDL_AUDIODRIVER": "pulseaudio"}, channels)
    finally:
        process.kill()
        process.wait()
