"""The client of a running session."""
