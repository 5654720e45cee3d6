"""Soundscape: the sound and the light of a ketamine-assisted psychotherapy session."""

__version__ = "0.1.0"
