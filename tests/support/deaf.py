"""A light process that reads nothing: `python -m deaf`."""

import time

if __name__ == "__main__":
    time.sleep(60)
