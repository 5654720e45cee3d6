"""The host process. It loads little before it starts its player, so that both load at once.

It outlives the terminal that started it.
"""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType

from soundscape.ipc.spawn import spawn


def _end(_number: int, _frame: FrameType | None) -> None:
    """Exit at once: there is no session yet that could fade."""
    sys.exit(0)


def main() -> None:
    """Do the request that comes on standard input, and report on standard output."""
    gc.disable()  # `follow` enables it once all is loaded
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    player = spawn("soundscape.engine.player.main", *sys.argv[1:])
    from soundscape.remote.service.claim import host  # noqa: PLC0415 - while the player loads too

    host(player)
