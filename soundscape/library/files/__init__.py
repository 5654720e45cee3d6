"""The files of a library: found, loaded, and playlists of other programs read."""
