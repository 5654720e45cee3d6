"""Audio outputs: pygame, a file, a clock."""
