"""`python -m soundscape` is the `soundscape` command."""

import gc
import sys

GARBAGE_AFTER = 100_000
"""New objects after which Python looks for garbage in reference cycles."""


def main() -> None:
    """The `soundscape` command, loaded now: the scan's workers import this module too."""
    # Loading makes hundreds of thousands of objects and drops hardly any. Looking for garbage after
    # each 700 of them, the default, takes a fifth of the time of `check`.
    gc.set_threshold(GARBAGE_AFTER)
    try:
        from soundscape.remote.service.early_host import spawn_early  # noqa: PLC0415

        spawn_early(sys.argv[1:])
        from soundscape.cli import main as command  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
