"""Inside the virtual machine: QLC+, what it sends as DMX, a session, and the sound that it plays.

Everything is noted with this machine's monotonic clock, for the test outside to compare: dmx.jsonl
has a line per change of the first channels (time, values), midi.jsonl one per message that came out
of the MIDI port, sound.f32 what the sound card played, sound.jsonl when each piece of it had been
played (time, frames so far), hw_params what the kernel says of the sound card's buffer.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path("/mnt")
LIBRARY = Path.home() / "library"
PORT = "Midi Through Port-0"
CHANNELS = 5
FRAME = 8  # bytes: two channels of float32
E131 = b"ASC-E1.17\x00\x00\x00"  # ANSI E1.31: the packet's identifier, at byte 4
ALSA = """
pcm.!default { type plug slave.pcm "hw:Loopback,0,0" }
ctl.!default { type hw card Loopback }
"""


class Dmx(threading.Thread):
    """Listens to E1.31 and notes each change."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 5568))
        self.packets = 0
        self.changes: list[tuple[float, list[int]]] = []

    def run(self) -> None:
        while True:
            packet = self._socket.recv(1500)
            now = time.perf_counter()
            if packet[4:16] != E131 or int.from_bytes(packet[113:115]) != 1:
                continue
            self.packets += 1
            values = list(packet[126 : 126 + CHANNELS])  # 125 is DMX's start code
            if not self.changes or self.changes[-1][1] != values:
                self.changes.append((now, values))


class Capture(threading.Thread):
    """Records what the card plays."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        command = "arecord -q -D hw:Loopback,1,0 -t raw -f FLOAT_LE -r 48000 -c 2"
        self._recorder = subprocess.Popen(
            [*command.split(), "--period-size=480", "--buffer-size=48000"], stdout=subprocess.PIPE
        )
        self.times: list[tuple[float, int]] = []

    def run(self) -> None:
        pipe, frames = self._recorder.stdout.fileno(), 0
        with (HERE / "sound.f32").open("wb", buffering=0) as file:
            while data := os.read(pipe, 480 * FRAME):
                frames += len(data) // FRAME
                self.times.append((time.perf_counter(), frames))
                file.write(data)

    def stop(self) -> None:
        self._recorder.terminate()
        self.join(5.0)


class Cable(threading.Thread):
    """Notes each message that comes out of the MIDI port, beside QLC+."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._dump = subprocess.Popen(
            ["stdbuf", "-oL", "aseqdump", "-p", "14:0"], stdout=subprocess.PIPE, text=True
        )
        self.lines: list[tuple[float, str]] = []

    def run(self) -> None:
        for line in self._dump.stdout:
            self.lines.append((time.perf_counter(), line.strip()))

    def stop(self) -> None:
        self._dump.terminate()
        self.join(5.0)


class Card(threading.Thread):
    """Waits until the sound card is open and copies what the kernel says of its buffer."""

    def run(self) -> None:
        path = Path("/proc/asound/Loopback/pcm0p/sub0/hw_params")
        while (text := path.read_text()) == "closed\n":
            time.sleep(0.1)
        (HERE / "hw_params").write_text(text)


def qlc() -> subprocess.Popen[bytes]:
    home = Path.home() / "qlc"
    home.mkdir()
    workspace = (HERE / "desk.qxw").read_text()
    line = int(os.environ.get("LINE", "0"))
    (home / "desk.qxw").write_text(workspace.replace("@PORT@", PORT).replace("@LINE@", str(line)))
    log = (HERE / "qlc.log").open("wb")
    return subprocess.Popen(
        ["qlcplus", "--nowm", "--nogui", "--operate", "--open", str(home / "desk.qxw"), "-d", "0"],
        env={**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the machine's console


def until(true, seconds: float, what: str) -> None:
    limit = time.perf_counter() + seconds
    while not true():
        if time.perf_counter() > limit:
            sys.exit(what)
        time.sleep(0.1)


def session() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "soundscape", "--library", str(LIBRARY)),
            *("start", "desk", "--foreground"),
        ],
        env={**os.environ, "SDL_AUDIODRIVER": "alsa"},
    )


def warm_up() -> None:
    """Read every file that a session needs once: the first time is slow from the shared root."""
    modules = (
        "engine.player.main",
        "devices.midi.outputs",
        "remote.service.main",
        "remote.api.server",
        "cli",
    )
    names = ", ".join(f"soundscape.{name}" for name in modules)
    used = "soundscape.devices.audio.pygame_output, soundscape.remote.api.pairing"
    subprocess.run([sys.executable, "-c", f"import {names}, {used}"], check=True)
    scan = [sys.executable, "-m", "soundscape", "--library", str(LIBRARY), "scan"]
    subprocess.run(scan, stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    began = time.perf_counter()
    Path("/etc/asound.conf").write_text(ALSA)
    dmx = Dmx()
    dmx.start()
    desk = qlc()
    shutil.copytree(HERE / "library", LIBRARY)
    os.environ["SOUNDSCAPE_HOME"] = str(Path.home() / "soundscape")
    warm_up()
    until(lambda: dmx.packets > 50, 90.0, "QLC+ sends no DMX")
    say(f"ready after {time.perf_counter() - began:.1f} s")
    capture = Capture()
    capture.start()
    Card(daemon=True).start()
    cable = Cable()
    cable.start()
    subprocess.run(["aconnect", "-l"], check=True)
    played = session()
    status = played.wait()
    say(f"the session ended after {time.perf_counter() - began:.1f} s, status {status}")
    time.sleep(1.0)
    capture.stop()
    cable.stop()
    desk.terminate()
    for name, rows in (("dmx", dmx.changes), ("sound", capture.times), ("midi", cable.lines)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (HERE / f"{name}.jsonl").write_text(text)
    sys.exit(status)


main()
