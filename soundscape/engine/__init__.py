"""The running session: sources, session, offline render, live player, light process."""
