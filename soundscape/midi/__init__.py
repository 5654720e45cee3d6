"""MIDI as bytes: messages, a parser, show control, timecode, and descriptions in words."""
