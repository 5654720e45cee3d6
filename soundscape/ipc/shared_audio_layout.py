"""Layout of the shared audio and of its file (see `ipc.shared_audio`). Imports the standard library
only, so that small processes can use it.

The host makes both. The file names the memory, and outlasts the host: it shows whether a player
without its host plays, holds that player's lock, and has a number that requests the stop.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path

from soundscape.ipc import clock
from soundscape.ipc.process_lock import ProcessLock, is_locked, take_lock
from soundscape.ipc.shared_memory import create_memory, remove_memory

HEADER = struct.Struct("<qqqdqq")
"""Turn, first frame, end, moment, underruns, the turn again."""
NUMBER = struct.Struct("<q")
STOP_AT = 56
"""Where the file says that a stop is requested: 1."""
PID_AT = 64
"""Where the number of the player's process stands; its lock on the file proves it alive."""
HUNG = 2.0
"""Seconds without a new block after which a player does not play."""
FURTHEST = 10.0
"""Seconds that a block may be ahead of its sound: a sound server may take much in advance."""
NAME_AT = 72
NAME_LENGTH = 32
"""Where the name of the memory stands, in ASCII, filled up with zeros."""
FILE_SIZE = 128
START = 128
"""Bytes of the memory before the sound."""
LENGTH = 1 << 17
"""Frames that it holds: 2.7 s."""
SIZE = START + LENGTH * 8


def create_shared_audio(path: Path) -> Path:
    """Make blank memory and its file, readable by this user alone. Raises OSError."""
    remove_shared_audio(path)  # another player may still have the last one open
    name = create_memory(SIZE)
    try:
        path.touch(0o600)
        content = bytearray(FILE_SIZE)
        content[NAME_AT : NAME_AT + len(name)] = name.encode("ascii")
        path.write_bytes(content)
    except OSError:
        remove_memory(name)
        raise
    return path


def memory_name(path: Path) -> str:
    """Return the name of the memory of a file. Raises OSError, also if the file is not ours."""
    with path.open("rb") as file:
        file.seek(NAME_AT)
        name = file.read(NAME_LENGTH).rstrip(b"\0")
    if not name.isascii() or not name.startswith(b"soundscape-"):
        raise OSError(f"{path} names no shared memory")
    return name.decode("ascii")


def remove_shared_audio(path: Path) -> None:
    """Remove the memory's name and the file, if they exist. Raises OSError."""
    with suppress(OSError):
        remove_memory(memory_name(path))
    path.unlink(missing_ok=True)


def plays(path: Path, now: float | None = None) -> bool:
    """Return whether the player that writes the file plays, at a monotonic time (s)."""
    try:
        with path.open("rb") as file:
            turn, _, _, moment, _, _ = HEADER.unpack(file.read(HEADER.size))
    except (OSError, struct.error):
        return False
    # The clock starts at zero with the machine: what lies far ahead was written before that.
    since = (clock.now() if now is None else now) - moment
    return bool(turn) and -FURTHEST < since < HUNG


def hold_player_lock(path: Path) -> ProcessLock | None:
    """Lock the file as its player, which proves that this process lives. Raises OSError."""
    lock = take_lock(path)
    with path.open("r+b") as file:
        file.seek(PID_AT)
        file.write(NUMBER.pack(os.getpid()))
    return lock


def player_pid(path: Path) -> int | None:
    """Return the process number of the player, proved alive by its lock; None without one."""
    if not is_locked(path):
        return None
    try:
        with path.open("rb") as file:
            file.seek(PID_AT)
            (pid,) = NUMBER.unpack(file.read(NUMBER.size))
    except (OSError, struct.error):
        return None
    return int(pid) or None


def stop_requested(path: Path) -> bool:
    """Return whether the stop was requested already."""
    try:
        with path.open("rb") as file:
            file.seek(STOP_AT)
            return bool(NUMBER.unpack(file.read(NUMBER.size))[0])
    except (OSError, struct.error):
        return False


def request_stop(path: Path) -> None:
    """Request that the player of a file fades out. Raises OSError."""
    with path.open("r+b") as file:
        file.seek(STOP_AT)
        file.write(NUMBER.pack(1))
