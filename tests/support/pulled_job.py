"""Inside the virtual machine: a session whose MIDI port is pulled and put back, ten times.

The port is a virtual MIDI card's; unbinding its driver takes it away as pulling a cable would.
pulled.jsonl has a line for each thing that happens (time, what, bytes or null): "in" is what
arrived at the other end, "out" the unbinding, "back" the binding. live.raw is what was played.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path("/mnt")
LIBRARY = Path.home() / "library"
DRIVER = Path("/sys/bus/platform/drivers/snd_virmidi")
DEVICE = Path("/dev/snd/midiC0D0")
TIMES = 10
AWAY = 2.0  # s

notes: list[tuple[float, str, str | None]] = []


def note(what: str, data: bytes | None = None) -> None:
    notes.append((time.perf_counter(), what, None if data is None else data.hex()))


def listen() -> None:
    """Read the other end of the cable, whenever there is one."""
    while True:
        try:
            end = os.open(DEVICE, os.O_RDONLY)
        except OSError:
            time.sleep(0.02)
            continue
        try:
            while data := os.read(end, 256):
                note("in", data)
        except OSError:
            pass
        os.close(end)


def pull() -> None:
    """Pull the cable and put it back."""
    for _ in range(TIMES):
        (DRIVER / "unbind").write_text("snd_virmidi.0")
        note("out")
        time.sleep(AWAY)
        (DRIVER / "bind").write_text("snd_virmidi.0")
        note("back")
        time.sleep(4.0)


def main() -> None:
    shutil.copytree(HERE / "library", LIBRARY)
    os.environ["SOUNDSCAPE_HOME"] = str(Path.home() / "soundscape")
    warm = "import soundscape.engine.player.main, soundscape.remote.service.main, soundscape.cli"
    subprocess.run([sys.executable, "-c", warm], check=True)
    soundscape = [sys.executable, "-m", "soundscape", "--library", str(LIBRARY)]
    subprocess.run([*soundscape, "scan"], stdout=subprocess.DEVNULL, check=True)
    threading.Thread(target=listen, daemon=True).start()
    played = Path.home() / "live.raw"
    disk = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(played)}
    session = subprocess.Popen(
        [*soundscape, "start", "pulled", "--foreground"], env={**os.environ, **disk}
    )
    while not notes and session.poll() is None:
        time.sleep(0.1)
    time.sleep(3.0)
    pull()
    status = session.wait()
    shutil.copy(played, HERE)
    lines = "".join(json.dumps(line) + "\n" for line in notes)
    (HERE / "pulled.jsonl").write_text(lines)
    sys.exit(status)


main()
