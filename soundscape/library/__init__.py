"""The files of a library: found, read, resolved and checked."""
