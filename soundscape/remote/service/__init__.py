"""The host's process: claims a session file, follows the player, serves clients."""
