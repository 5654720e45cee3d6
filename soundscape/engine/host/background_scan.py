"""Measures, while a session plays, the files of its scene that are not in the catalogue."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from soundscape.errors import MessageError
from soundscape.ipc.channel import Channel
from soundscape.ipc.codec import Codec
from soundscape.ipc.job import SHOW
from soundscape.ipc.spawn import outlive, reap, spawn
from soundscape.library.files.locate import Library
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.timeline.show import Show
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """The files to measure, and the session that plays them: from frame `begin_at` of a phase.

    The playlists of the `returned` files, which exist again, are sent first.
    """

    unmeasured: Unmeasured
    show: Show
    index: int
    begin_at: int
    returned: tuple[str, ...] = ()


CODEC = Codec((ScanRequest, Unmeasured, Library, *SHOW))


Updates = tuple[TrackUpdate, ...] | tuple[PlaylistReturn, ...]
Tell = Callable[[Updates], object]


def start_background_scan(request: ScanRequest, tell: Tell) -> None:
    """Start a process that measures and outlives this one. `tell` is called in a thread."""
    process = spawn("soundscape.engine.host.background_scan_main")
    outlive(process)
    threading.Thread(
        target=_exchange,
        args=(process, request, tell),
        name="background scan",
        daemon=True,
    ).start()


def _exchange(process: subprocess.Popen[bytes], request: ScanRequest, tell: Tell) -> None:
    source, sink = cast("BinaryIO", process.stdout), cast("BinaryIO", process.stdin)
    # If the process ends early, the next `start` measures what is left.
    with suppress(OSError, EOFError, MessageError), source:
        with sink:
            Channel(None, sink, CODEC).send(request)
        updates = Channel(source, None, CODEC)
        while True:
            tell(updates.receive())
    reap(process)
