"""Layout of the shared audio's file (see `ipc.shared_audio`). Imports the standard library only, so
that small processes can use it.

The host makes the file. It outlasts the host: it shows whether a player without its host plays, it
has that player's lock, and a word in it requests the end.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from soundscape.ipc import clock
from soundscape.ipc.process_lock import ProcessLock, is_locked, take_lock

HEADER = struct.Struct("<qqqdqq")
"""Turn, first frame, end, moment, underruns, the turn again."""
WISH = struct.Struct("<q")
WISH_AT = 56
"""Where it says that the end is wished."""
PID_AT = 64
"""Where the number of the player's process stands; its lock on the file proves it alive."""
HUNG = 2.0
"""Seconds without a new block after which a player does not play."""
FURTHEST = 10.0
"""Seconds that a block may be ahead of its sound: a sound server may take much in advance."""
START = 128
"""Bytes before the sound."""
LENGTH = 1 << 17
"""Frames that it holds: 2.7 s."""
SIZE = START + LENGTH * 8


def create_shared_audio(path: Path) -> Path:
    """Make a blank file, readable by this user alone. Raises OSError."""
    path.unlink(missing_ok=True)  # another player may still have the last one mapped
    path.touch(0o600)
    with path.open("r+b") as file:
        file.write(bytes(SIZE))  # no hole: on a full disk one would kill who writes to it
    return path


def plays(path: Path, now: float | None = None) -> bool:
    """Whether the player that writes the file plays, at a monotonic time."""
    try:
        with path.open("rb") as file:
            turn, _, _, moment, _, _ = HEADER.unpack(file.read(HEADER.size))
    except (OSError, struct.error):
        return False
    # The clock begins anew with the machine: what lies far ahead was written before.
    since = (clock.now() if now is None else now) - moment
    return bool(turn) and -FURTHEST < since < HUNG


def hold_player_lock(path: Path) -> ProcessLock | None:
    """Prove, as the player of this file, that the process lives. Raises OSError."""
    lock = take_lock(path)
    with path.open("r+b") as file:
        file.seek(PID_AT)
        file.write(WISH.pack(os.getpid()))
    return lock


def player_pid(path: Path) -> int | None:
    """The number of the player's process, proved alive by its lock; None where there is none."""
    if not is_locked(path):
        return None
    try:
        with path.open("rb") as file:
            file.seek(PID_AT)
            (pid,) = WISH.unpack(file.read(WISH.size))
    except (OSError, struct.error):
        return None
    return int(pid) or None


def end_requested(path: Path) -> bool:
    """Whether the end was requested already."""
    try:
        with path.open("rb") as file:
            file.seek(WISH_AT)
            return bool(WISH.unpack(file.read(WISH.size))[0])
    except (OSError, struct.error):
        return False


def wish_end(path: Path) -> None:
    """Request of the player of a file that it fades out. Raises OSError."""
    with path.open("r+b") as file:
        file.seek(WISH_AT)
        file.write(WISH.pack(1))
