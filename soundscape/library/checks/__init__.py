"""Whether scenes, files and room will work."""
