"""What a clinic writes: scenes, playlists, rooms, read from YAML with every error and its place."""
