"""Packets of a whole session over DMX, held to its sound as a sound server plays it.

The session is started by its command. Its sound leaves through SDL and PulseAudio and is recorded
from the server's monitor; its packets arrive on the loopback network. Both are noted on one clock.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import program
import pulse
import pytest
import soundfile
from dmx_scenes import CLOSE, Relay, late_by
from heard import RATE, heard
from peers import need
from sounds import encode, pink

from soundscape.dmx.slot_values import decode_slots
from soundscape.engine.light_preview import all_messages
from soundscape.ipc import clock
from soundscape.library.files.locate import Library
from soundscape.library.resolve import load_show

pytestmark = [pytest.mark.peer, pytest.mark.timed]

ROOM = """
name: Lab
midi:
  dimmers: {sacn: {universe: 1, to: 127.0.0.7}}
  strips: {artnet: {universe: 2, to: 127.0.0.7}}
lights:
  room: {port: dimmers, address: 12, from: 60%}
  fine: {port: dimmers, address: [13, 14], from: 60%}
  wall: {port: strips, address: 1, from: 60%}
  warmth: {port: strips, address: {20: 100% to 0%, 21: 0% to 100%}, range: 2200K to 4000K}
"""
SCENE = """
fades: {track: 1s, phase: 2s, start: 2s, end: 2s}
phases:
  arrival:
    duration: 10s
    music: [{file: noise1.flac}]
    lights: [{set: {room: 20%, fine: 30%, wall: 30%, warmth: 2400K}, over: 8s}]
  peak:
    duration: 8s
    music: [{file: noise2.flac}]
    lights:
      - {set: {room: 40%, wall: 60%}, over: 5s}
      - {at: 1s, set: {fine: 45%, warmth: 3600K}, over: 5s}
"""
APART = 0.010
"""Seconds between the server's blocks; the pieces of one come together."""
FRAME = 8  # bytes: two channels of float32


class Recording(threading.Thread):
    """What the server plays. `times` has when each block came, and the frames before it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        command = [need("parec"), "--device=@DEFAULT_MONITOR@", "--rate=48000", "--channels=2"]
        self._recorder = subprocess.Popen(
            [*command, "--format=float32le", "--latency-msec=20"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._sound = bytearray()
        self.times: list[tuple[float, int]] = []
        self.began = threading.Event()

    def run(self) -> None:
        assert self._recorder.stdout is not None
        pipe, last = self._recorder.stdout.fileno(), 0.0
        while data := os.read(pipe, 1 << 16):
            now = clock.now()
            if now - last > APART:
                self.times.append((now, len(self._sound) // FRAME))
            last = now
            self._sound += data
            self.began.set()

    def end(self) -> tuple[np.ndarray, float]:
        """The left side, and the time of its first frame (s).

        The server gives out a block when it begins to play it, and we may get it later, never
        earlier: the promptest of all has the time.
        """
        self._recorder.terminate()
        self._recorder.wait()
        self.join(5.0)
        assert self._recorder.stdout is not None
        self._recorder.stdout.close()
        whole = len(self._sound) // FRAME * FRAME
        sound = np.frombuffer(bytes(self._sound[:whole]), "<f4").reshape(-1, 2)[:, 0]
        return sound, min(at - frames / RATE for at, frames in self.times)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A library with the scene, and the environment in which a session finds its sound server."""
    folder = tmp_path / "server"
    for name in ("scenes", "playlists", "server"):
        (tmp_path / name).mkdir()
    for seed in (1, 2):
        encode(tmp_path / f"noise{seed}.flac", pink(30, seed=seed), RATE)
    (tmp_path / "room.yaml").write_text(ROOM)
    (tmp_path / "scenes" / "desk.yaml").write_text(SCENE)
    own = {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_SERVER": f"unix:{folder}/socket",
        "SOUNDSCAPE_HOME": str(tmp_path / "home"),
        "SDL_AUDIODRIVER": "pulseaudio",
    }
    server = pulse.start(folder / "socket", own, rewinds=False)
    yield os.environ | own
    server.kill()
    server.wait()


def test_packets_come_within_50_ms_of_their_sound(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.soundscape(tmp_path, environment, "render", "desk", "-o", "out.wav")
    planned = soundfile.read(tmp_path / "out.wav", dtype="float32")[0][:, 0]
    loaded = load_show(Library(tmp_path), "desk")
    messages = list(all_messages(loaded.room, loaded.show))
    relays = {"dimmers": Relay("sacn"), "strips": Relay("artnet")}
    recording = Recording(environment)
    recording.start()
    assert recording.began.wait(20.0)
    try:
        program.soundscape(tmp_path, environment, "start", "desk", "--foreground")
    finally:
        recorded, epoch = recording.end()
        said = program.soundscape(tmp_path, environment, "lights", "release")
        for relay in relays.values():
            relay.close()
    assert said.count(": released") == 2, "at once after the end"
    session, times = heard(planned, recorded, epoch).T
    for port, relay in relays.items():
        plan = [
            (float(np.interp(m.frame / RATE, session, times)), dict(decode_slots(m.data)))
            for m in messages
            if m.port == port and session[0] < m.frame / RATE < session[-1]
        ]
        late = np.array(late_by(plan, relay.packets))
        found = 1000 * late[~np.isnan(late)]
        with capsys.disabled():
            print(  # noqa: T201
                f"\n{port}: {len(found)} of {len(plan)} messages against the sound: median "
                f"{np.median(found):+.1f} ms, 99th percentile {np.percentile(found, 99):+.1f} ms, "
                f"from {found.min():+.1f} to {found.max():+.1f} ms"
            )
        assert len(found) >= 0.95 * len(plan) > 100
        assert np.percentile(np.abs(found), 99) <= 1000 * CLOSE
