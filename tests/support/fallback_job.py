"""Inside the virtual machine: a session whose MIDI goes through pygame, without rtmidi.

fallback.json has the ports as `midi ports` lists them, what arrived at the lights' end (time and
bytes), and the status before and after a pedal was pressed.
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
LIGHTS = Path("/dev/snd/midiC0D0")
PEDAL = Path("/dev/snd/midiC0D1")

arrived: list[tuple[float, str]] = []


def listen() -> None:
    """Read the lights' end of the cable."""
    end = os.open(LIGHTS, os.O_RDONLY)
    while data := os.read(end, 256):
        arrived.append((time.perf_counter(), data.hex()))


def soundscape(*arguments: str) -> str:
    command = [sys.executable, "-m", "soundscape", "--library", str(LIBRARY), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def press() -> None:
    end = os.open(PEDAL, os.O_WRONLY)
    os.write(end, bytes((0x90, 60, 100)))
    os.write(end, bytes((0x80, 60, 0)))
    os.close(end)


def main() -> None:
    shutil.copytree(HERE / "library", LIBRARY)
    os.environ["SOUNDSCAPE_HOME"] = str(Path.home() / "soundscape")
    os.environ["SOUNDSCAPE_MIDI_BACKEND"] = "mido.backends.pygame"
    warm = "import soundscape.engine.player.main, soundscape.remote.service.main, soundscape.cli"
    subprocess.run([sys.executable, "-c", warm], check=True)
    found: dict[str, object] = {"ports": json.loads(soundscape("midi", "ports", "--json"))}
    threading.Thread(target=listen, daemon=True).start()
    soundscape("start", "fallback", "--headless", "--output", "null")
    time.sleep(4.0)
    found["before"] = json.loads(soundscape("status", "--json"))
    press()
    time.sleep(1.0)
    found["after"] = json.loads(soundscape("status", "--json"))
    time.sleep(6.0)
    soundscape("stop", "--fade", "1s")
    found["arrived"] = arrived
    (HERE / "fallback.json").write_text(json.dumps(found))


main()
