"""Layout of the shared audio and of its file (see `ipc.shared_audio`). Imports the standard library
only, so that small processes can use it.

The host makes both. The file names the memory, and outlasts the host: it shows whether a player
without its host plays, it has that player's lock, and a word in it requests the end.
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
WISH = struct.Struct("<q")
WISH_AT = 56
"""Where it says that the end is wished."""
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
    """The name of the memory of a file. Raises OSError, also where the file is none of ours."""
    with path.open("rb") as file:
        file.seek(NAME_AT)
        name = file.read(NAME_LENGTH).rstrip(b"\0")
    if not name.isascii() or not name.startswith(b"soundscape-"):
        raise OSError(f"{path} names no shared memory")
    return name.decode("ascii")


def remove_shared_audio(path: Path) -> None:
    """Remove the memory's name and the file, where they are. Raises OSError."""
    with suppress(OSError):
        remove_memory(memory_name(path))
    path.unlink(missing_ok=True)


def plays(path: Path, now: float | None = None) -> bool:
    """Whether the player that writes the file plays, at a monotonic time."""
    try:
        with path.open("rb") as file:
            turn, _, _, moment, _, _ = HEADER.unpack(file.read(HEADER.size))
    except (OSError, struct.error):
        return False
    # The clock starts at zero with the machine: what lies far ahead was written before that.
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
