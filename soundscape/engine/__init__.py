"""The running session: sources, session, offline render, live player, and lights without sound."""
