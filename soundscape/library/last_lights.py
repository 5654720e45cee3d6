"""Keeps the levels at which lights were left, in the user's state folder.

The last level belongs to the light: it is kept by the name of its port and its address there, or by
the topic of a lamp. So a room may get more lights and ports, or another name, and each light still
begins where it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from soundscape.library.files.atomic_write import write_atomically
from soundscape.library.universe_files import universe_levels, universe_starts
from soundscape.midi.port_names import bare
from soundscape.scene.addresses import addresses
from soundscape.scene.models import LightSpec, Room


class LastLights:
    """The last levels sent to a room's lights, as parts of full (0 to 1), by light.

    `levels` has those that are known. They are kept while they change, not only at the end: a
    session that breaks off leaves its last look as well, and the next one must not jump. Those of
    DMX universes are kept by the process that sends them (`universe_files`).
    """

    def __init__(self, folder: Path, room: Room) -> None:
        self._folder = lights_folder(folder)
        self._files: dict[Path, dict[str, str]] = {}  # to the key of each light, by its name
        for name, light in room.lights.items():
            port = room.midi.get(light.port)
            if light.mqtt is not None and room.network.mqtt is not None:
                called = f"mqtt\n{room.network.mqtt.broker}\n{light.mqtt.topic}"
                self._files.setdefault(self._file(called), {})[name] = _key(light)
            elif port is not None and port.output is not None:
                called = f"{bare(port.output)}\n{port.nth or ''}"
                self._files.setdefault(self._file(called), {})[name] = _key(light)
        self.universes = universe_starts(self._folder, room)
        """What the DMX ports begin with."""
        self.levels = universe_levels(self._folder, room)
        for file, keys in self._files.items():
            known = _read(file)
            self.levels.update({name: known[key] for name, key in keys.items() if key in known})

    def keep(self, told: Mapping[str, float]) -> None:
        """Write the levels that lights were sent.

        One that cannot be written is tried again at the next call.
        """
        for file, keys in self._files.items():
            changed = {
                name: told[name]
                for name in keys
                if name in told and told[name] != self.levels.get(name)
            }
            if changed and _write(file, {keys[name]: level for name, level in changed.items()}):
                self.levels.update(changed)

    def _file(self, port: str) -> Path:
        return self._folder / f"{hashlib.sha256(port.encode()).hexdigest()[:16]}.json"


def lights_folder(state: Path) -> Path:
    """Return where the last levels are, in the state folder."""
    return state / "lights"


def _key(light: LightSpec) -> str:
    """Return a light's address at its port; of a 14-bit pair that of the MSB."""
    return " ".join(map(str, next(addresses(light))))


def _write(file: Path, levels: Mapping[str, float]) -> bool:
    """Add levels to a port's file, which other rooms may use too. Return whether it was written."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(file, json.dumps({**_read(file), **levels}))
        return True
    return False


def _read(file: Path) -> dict[str, float]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        key: float(level)
        for key, level in known.items()
        if isinstance(level, (int, float)) and 0.0 <= level <= 1.0
    }
