"""The files of a library: finds and loads them, and reads playlists of other programs."""
