"""A PulseAudio of our own with one output, called "Room"."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from peers import need

_NAMED = "device.description=Room"


def start(
    socket: Path,
    environment: Mapping[str, str],
    real_time: bool = False,
    channels: str = "front-left,front-right",
    rewinds: bool = True,
) -> subprocess.Popen[bytes]:
    """Start it; there is its socket when this returns.

    `real_time`: not only the thread of its output is to have that priority. `channels`: the
    positions of the output's channels. Without `rewinds` the output renders 50 ms at a time; else
    it begins with 2 s, and a stream that is opened meanwhile waits for their end.
    """
    socket.unlink(missing_ok=True)
    layout = f"channels={channels.count(',') + 1} channel_map={channels}"
    rendering = f"norewinds={int(not rewinds)} sink_properties={_NAMED}"
    modules = (
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        f"module-null-sink rate=48000 format=float32le {layout} {rendering}",
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
