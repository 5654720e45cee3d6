"""Presses and faders, from keys, pads, pedals and page, to commands."""
