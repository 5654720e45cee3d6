"""Checks whether scenes, files and room will work."""
