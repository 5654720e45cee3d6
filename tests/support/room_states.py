"""States of rooms as they are published."""

from __future__ import annotations

from typing import Any

from soundscape.remote.mqtt.room_state import RoomState
from soundscape.scene.network_spec import ALLOWED


def a_state(**changed: Any) -> RoomState:
    """A session in the second of three phases, five minutes after its beginning."""
    usual: dict[str, Any] = {
        "name": "Treatment room 1",
        "at": 1_800_000_000.0,
        "state": "playing",
        "phase": "onset",
        "number": 2,
        "phases": 3,
        "left": 480.0,
        "elapsed": 300.0,
        "remaining": 1500.0,
        "since_dose": 120.0,
        "waits_for": None,
        "last_phase": False,
        "level_db": 0.0,
        "ducked": False,
        "care": False,
        "health": {"audio": "ok", "lights": "ok", "controls": "off", "files": "ok"},
        "allow": list(ALLOWED),
    }
    return RoomState(**{**usual, **changed})
