"""Which running session has the lights that somebody else is about to move.

Each would keep to the limits, and both together would be a flicker.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from soundscape.midi.port_names import fitting
from soundscape.remote.session_file import running
from soundscape.scene.addresses import Address, Held


def claimed_by(folder: Path, wanted: Iterable[Held], names: Sequence[str]) -> str | None:
    """The label, fit for a shell, of a session that moves any of these lights.

    `names` are those of the ports there are: two rooms may write one port in different ways.
    """
    wanted = tuple(wanted)
    for session in running(folder):
        for theirs in session.content.lights:
            if any(_same(one, theirs, names) for one in wanted):
                return shlex.quote(session.content.label)
    return None


def _same(one: Held, other: Held, names: Sequence[str]) -> bool:
    if not Address(*one[1:]).meets(Address(*other[1:])):
        return False
    if one[0].casefold() == other[0].casefold():
        return True
    return bool(set(fitting(one[0], names)) & set(fitting(other[0], names)))
