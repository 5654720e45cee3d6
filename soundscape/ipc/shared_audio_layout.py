"""The tape's file (see `ipc.shared_audio`), for who has not loaded much else, or does not mean to.

The host makes it. It outlasts the host: whoever finds the tape of a player that is on its own can
tell by it that it plays, and ask it, by a word in the file, to fade out.
"""

from __future__ import annotations

import struct
from pathlib import Path

from soundscape.ipc import clock

HEADER = struct.Struct("<qqqdqq")
"""Turn, first frame, end, moment, underruns, the turn again."""
WISH = struct.Struct("<q")
WISH_AT = 56
"""Where it says that the end is wished."""
HUNG = 2.0
"""Seconds without a new block after which a player does not play."""
FURTHEST = 10.0
"""Seconds that a block may be ahead of its sound: a sound server may take much in advance."""
START = 64
"""Bytes before the sound."""
LENGTH = 1 << 17
"""Frames that it holds: 2.7 s."""
SIZE = START + LENGTH * 8


def create_shared_audio(path: Path) -> Path:
    """Make a blank tape, readable by this user alone. Raises OSError."""
    path.unlink(missing_ok=True)  # another player may still have the last one mapped
    path.touch(0o600)
    with path.open("r+b") as file:
        file.write(bytes(SIZE))  # no hole: on a full disk one would kill who writes to it
    return path


def plays(path: Path, now: float | None = None) -> bool:
    """Whether the player of a tape plays, at a monotonic time."""
    try:
        with path.open("rb") as file:
            turn, _, _, moment, _, _ = HEADER.unpack(file.read(HEADER.size))
    except (OSError, struct.error):
        return False
    # The clock begins anew with the machine: what lies far ahead was written before.
    since = (clock.now() if now is None else now) - moment
    return bool(turn) and -FURTHEST < since < HUNG


def wish_end(path: Path) -> None:
    """Ask the player of a tape to fade out. Raises OSError."""
    with path.open("r+b") as file:
        file.seek(WISH_AT)
        file.write(WISH.pack(1))
