"""Audio outputs and MIDI ports: the drivers' side of the program."""
