"""What a clinic writes: scenes, playlists, rooms, read from YAML with every error and its place."""

from __future__ import annotations

from soundscape.scene.document import Document, read_playlist, read_room, read_scene
from soundscape.scene.json_schema import json_schema

__all__ = ["Document", "json_schema", "read_playlist", "read_room", "read_scene"]
