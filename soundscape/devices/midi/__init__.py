"""MIDI ports, each direction in a process of its own."""
