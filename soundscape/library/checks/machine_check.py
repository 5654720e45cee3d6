"""Checks the computer: its disk, its sleep, its clock, and the drives that the music is on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from soundscape.errors import Problem
from soundscape.library.files.locate import Library, spelled
from soundscape.translation import gettext as _
from soundscape.views import check_texts

FULL = 20_000_000
NEARLY_FULL = 500_000_000
"""Bytes. The journal of a long session takes a few megabytes."""
COMPUTER = "this computer"


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive that may be slow or go away; `name` says of which kind it is (`nfs4`)."""

    kind: Literal["network", "removable"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class MachineState:
    """What the system says of itself.

    `free` bytes are left where sessions are written. `clock_set`: by a time server; None if the
    system does not say. `drive` returns the drive of a folder if it may be slow or go away.
    """

    free: int
    stays_awake: bool
    clock_set: bool | None
    drive: Callable[[Path], Drive | None]


def computer_problems(machine: MachineState) -> Iterator[Problem]:
    """Yield what may disturb a session."""
    if machine.free < NEARLY_FULL:
        severity: Literal["error", "warning"] = "error" if machine.free < FULL else "warning"
        yield Problem(COMPUTER, 0, 0, check_texts.disk_full(machine.free), severity)
    if not machine.stays_awake:
        yield Problem(COMPUTER, 0, 0, _(check_texts.MAY_SLEEP), "warning")
    if machine.clock_set is False:
        yield Problem(COMPUTER, 0, 0, _(check_texts.CLOCK_NOT_SET), "note")


def drive_problems(
    library: Library, files: Iterable[str], machine: MachineState
) -> Iterator[Problem]:
    """Yield a warning for each drive with music on it that may be slow or go away."""
    seen: set[Drive] = set()
    folders = {os.path.dirname(file) for file in files}  # noqa: PTH120 - for each track
    for folder in map(Path, sorted(folders)):
        drive = machine.drive(folder)
        if drive is None or drive in seen:
            continue
        seen.add(drive)
        shown = library.shown(folder)
        if drive.kind == "network":
            message = check_texts.network_drive(drive.name, spelled(shown))
        else:
            message = check_texts.removable_drive(spelled(shown))
        yield Problem(shown, 0, 0, message, "warning")
