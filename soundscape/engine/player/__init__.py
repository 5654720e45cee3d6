"""The player: the session, its sources, the live loop and the offline render."""
