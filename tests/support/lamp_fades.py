"""A room with a lamp over MQTT, and a fade of it by the real process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mosquitto import Mosquitto

from soundscape.devices.room_outputs import RoomOutputs
from soundscape.engine.light_run import LightRun
from soundscape.library.files.locate import Library
from soundscape.library.resolve import Loaded, load_show
from soundscape.lighting.rig import Rig
from soundscape.units import frames

SCENE = """
fades: {track: 1s, phase: 2s, start: 1s, end: 2s}
phases:
  arrival:
    duration: 14s
    music: [{generate: drone, duration: 60s}]
    lights: [{set: {ceiling: 40%, warmth: 2700K}, over: 5s}]
  peak:
    duration: 6s
    music: [{generate: drone, duration: 60s}]
    lights: [{set: {ceiling: 15%}, over: 4s}]
"""


def lamp_scene(folder: Path, broker: Mosquitto) -> Loaded:
    for name in ("scenes", "playlists"):
        (folder / name).mkdir()
    topic = "lamps/room-1/ceiling"
    lamp = {"topic": f"{topic}/set", "availability": f"{topic}/availability"}
    room = {
        "network": {"mqtt": broker.settings("room-1")},
        "lights": {
            "ceiling": {"mqtt": lamp, "from": "60%"},
            "warmth": {"mqtt": lamp, "range": "2200K to 4000K", "from": "3000K"},
        },
    }
    (folder / "room.yaml").write_text(json.dumps(room))
    (folder / "scenes" / "lamps.yaml").write_text(SCENE)
    return load_show(Library(folder), "lamps")


class Fade:
    """A fade of a minute, sent to the lamp by the real process."""

    def __init__(self, loaded: Loaded) -> None:
        self.outputs = RoomOutputs(loaded.room, {}, {}, loaded.root)
        self.outputs.start()
        self.outputs.wait_for_lamps()
        self.rig = Rig(loaded.room)
        self.run = LightRun(self.rig, self.outputs)
        self.rig.move(0, {"ceiling": 0.1}, frames(60.0))
        self.over = False
        self._thread = threading.Thread(
            target=self.run.run, args=(self.rig.messages, lambda: self.over), daemon=True
        )
        self._thread.start()

    def state(self) -> str:
        return self.outputs.health()["ceiling"]

    def close(self) -> None:
        self.over = True
        self.outputs.close(0.0)


@contextmanager
def fade(loaded: Loaded) -> Iterator[Fade]:
    made = Fade(loaded)
    try:
        yield made
    finally:
        made.close()
