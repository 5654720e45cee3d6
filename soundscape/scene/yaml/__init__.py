"""YAML 1.2 text to nodes that know their line and column."""
