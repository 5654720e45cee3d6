"""`python -m soundscape` is the `soundscape` command."""

import sys


def main() -> None:
    """The `soundscape` command, loaded now: the scan's workers import this module too."""
    try:
        from soundscape.cli import main as command  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
