"""A session whose host died, as another host finds it: what happened, and the player that plays."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from soundscape.engine.event_log import Event
from soundscape.ipc import clock
from soundscape.ipc.shared_audio_layout import player_pid
from soundscape.ipc.spawn import KILL

POLL_EVERY = 0.01
NUMBERS_APART = 1 << 32
"""From the first number of one host's commands to that of the next one's."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What another host needs beside the job.

    `happened` is the player's history, in order; `output` what the session first played on;
    `missing` why there is no audio device, "" for none. `hosts` have died. `lines` are the event
    lines that are in the journal, and `is_written` finds out whether one is, each line once.
    """

    happened: tuple[Any, ...]
    output: str
    missing: str
    hosts: int
    lines: Sequence[Event]
    is_written: Callable[[Event], bool]


class AdoptedPlayer:
    """The player's process, which started this one. It is known by its lock on the shared audio.

    `source` and `sink` are the pipes from it and to it.
    """

    def __init__(self, source: IO[bytes], sink: IO[bytes], shared_audio: Path) -> None:
        self.stdin: IO[bytes] | None = sink
        self.stdout: IO[bytes] | None = source
        self.returncode: int = 0
        self._shared_audio = shared_audio
        self.pid = player_pid(shared_audio) or 0

    def poll(self) -> int | None:
        """Its exit code, which nobody but its parent knows, as 0; None while it lives."""
        return None if self._lives() else 0

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        limit = None if timeout is None else clock.now() + timeout
        while self._lives():
            if limit is not None and clock.now() >= limit:
                raise subprocess.TimeoutExpired("player", timeout or 0.0)
            time.sleep(POLL_EVERY)
        return 0

    def kill(self) -> None:
        """End it at once, if its lock still proves that it is the one."""
        if self._lives():
            with suppress(OSError):
                os.kill(self.pid, KILL)

    def _lives(self) -> bool:
        return bool(self.pid) and player_pid(self._shared_audio) == self.pid
