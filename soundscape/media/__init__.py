"""Sound files in and out, through FFmpeg (PyAV): decode, probe, verify, encode."""
