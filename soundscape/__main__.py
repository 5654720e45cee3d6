"""`python -m soundscape` is the `soundscape` command."""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """The `soundscape` command, loaded now: the scan's workers import this module too."""
    from soundscape.cli import main as command  # noqa: PLC0415

    command()


if __name__ == "__main__":
    main()
