"""The host: starts the player, mirrors its session, watches its health."""
