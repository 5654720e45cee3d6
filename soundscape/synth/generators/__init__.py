"""The generators, one module for each."""
