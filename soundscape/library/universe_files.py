"""What is kept of the DMX universes of a room: a file each, in the user's state folder.

The light process writes it with each packet, so that any next session begins where the lights are,
however the last one ended.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from soundscape.dmx.slot_values import SLOTS, decode_slots
from soundscape.dmx.universe_record import decode_record
from soundscape.lighting.dmx_light import part_in
from soundscape.lighting.fixture import fixture
from soundscape.scene.addresses import port_key
from soundscape.scene.models import PortSpec, Room


@dataclass(frozen=True, slots=True)
class UniverseStart:
    """The file of a universe, and the frame (512 values) to begin with where it has none."""

    file: Path
    frame: bytes


def universe_file(folder: Path, port: PortSpec) -> Path:
    """Return the file of a port's universe in the folder of last lights."""
    return folder / f"{hashlib.sha256(port_key(port).encode()).hexdigest()[:16]}.dmx"


def universe_levels(folder: Path, room: Room) -> dict[str, float]:
    """Return the part of full (0 to 1) that each light over DMX was last sent, if it is known."""
    levels: dict[str, float] = {}
    for port, spec in room.midi.items():
        frame = None if spec.dmx is None else _last_frame(universe_file(folder, spec))
        if frame is None:
            continue
        for name, light in room.lights.items():
            if light.port == port and light.address is not None:
                levels[name] = part_in(frame, light.address)
    return levels


def universe_starts(folder: Path, room: Room) -> dict[str, UniverseStart]:
    """Return for each DMX port its file, and the frame in which its lights are presumed to be."""
    return {
        port: UniverseStart(universe_file(folder, spec), _presumed_frame(room, port))
        for port, spec in room.midi.items()
        if spec.dmx is not None
    }


def _presumed_frame(room: Room, port: str) -> bytes:
    frame = bytearray(SLOTS)
    for name, spec in room.lights.items():
        if spec.port == port and spec.address is not None:
            light = fixture(name, room)
            start = float(light.start >= 0.5) if light.is_switch else light.start
            for message in light.encode(light.code(start), None):
                for slot, value in decode_slots(message):
                    frame[slot - 1] = value
    return bytes(frame)


def _last_frame(file: Path) -> bytes | None:
    try:
        record = decode_record(file.read_bytes())
    except OSError:
        return None
    return None if record is None else record.frame
