"""What the generators are built from."""
