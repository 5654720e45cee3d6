"""Looks, moves, limits: light values to MIDI messages, in frames."""
