"""What a clinic writes: scenes, playlists, rooms, read from YAML with every error and its place."""

from __future__ import annotations

from soundscape.scene.document import Document
from soundscape.scene.json_schema import json_schema
from soundscape.scene.read import read_playlist, read_room, read_scene

__all__ = ["Document", "json_schema", "read_playlist", "read_room", "read_scene"]
