"""The host: starts the player, mirrors its session and watches its health."""
