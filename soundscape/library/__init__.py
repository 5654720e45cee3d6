"""The files that a library is made of: found, read, resolved and checked."""
