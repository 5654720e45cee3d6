"""The edge to the outside: audio outputs and MIDI ports."""
