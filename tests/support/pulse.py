"""A PulseAudio of our own with one output, called "Room"."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from peers import need


def start(
    socket: Path, environment: Mapping[str, str], real_time: bool = False
) -> subprocess.Popen[bytes]:
    """Start it; there is its socket when this returns.

    `real_time`: not only the thread of its output is to have that priority.
    """
    socket.unlink(missing_ok=True)
    modules = (
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        "module-null-sink rate=48000 format=float32le sink_properties=device.description=Room",
    )
    server = subprocess.Popen(
        [
            *(("chrt", "--rr", "4") if real_time else ()),
            *(need("pulseaudio"), "-n", "--daemonize=no", "--exit-idle-time=-1"),
            *("--use-pid-file=no", "-L", modules[0], "-L", modules[1]),
        ],
        env=os.environ | environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Linux shares the processor between sessions: as on a desktop
    )
    for _ in range(200):
        if socket.exists():
            break
        time.sleep(0.05)
    return server
