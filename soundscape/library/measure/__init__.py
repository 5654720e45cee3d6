"""Measurements of sound files: the catalogue, the scan, and the gains that follow."""
