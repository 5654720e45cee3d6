"""A light process that reads nothing."""

import time


def main() -> None:
    """Sleep."""
    time.sleep(60)
