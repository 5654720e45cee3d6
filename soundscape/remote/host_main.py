"""The host process. Its player is started before all else, so that both load at once.

It outlives the terminal that started it.
"""

from __future__ import annotations

from soundscape.engine.spawn import spawn


def main() -> None:
    """Do the commission that comes by standard input, and report on standard output."""
    player = spawn("soundscape.engine.player_main")
    from soundscape.remote.hosting import host  # noqa: PLC0415 - while the player loads too

    host(player)


if __name__ == "__main__":
    main()
