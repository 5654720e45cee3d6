"""Measuring behind a session: what the scene plays and nobody has measured, while it plays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from soundscape.ipc.channel import Channel
from soundscape.ipc.spawn import outlive, spawn

if TYPE_CHECKING:
    from soundscape.library.measure.unmeasured import Unmeasured
    from soundscape.timeline.show import Show
    from soundscape.timeline.show_update import TrackUpdate


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What is to be measured, and the session that plays it: from frame `begin_at` of a phase."""

    unmeasured: Unmeasured
    show: Show
    index: int
    begin_at: int


def measure_behind(order: ScanRequest, tell: Callable[[tuple[TrackUpdate, ...]], object]) -> None:
    """Have it measured, in a process that outlives this one; `tell` is called from a thread."""
    process = spawn("soundscape.engine.host.background_scan_main")
    outlive(process)
    threading.Thread(
        target=_hear,
        args=(process.stdout, process.stdin, order, tell),
        name="behind",
        daemon=True,
    ).start()


def _hear(
    source: BinaryIO,
    sink: BinaryIO,
    order: ScanRequest,
    tell: Callable[[tuple[TrackUpdate, ...]], object],
) -> None:
    with suppress(OSError, EOFError), source:  # one that has ended: then the next start measures
        with sink:
            Channel(None, sink).send(order)
        while True:
            tell(Channel(source, None).receive())
