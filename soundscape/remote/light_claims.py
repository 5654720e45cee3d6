"""Finds the running session that moves lights which another command is about to move.

Each keeps to the limits alone, but both together would flicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from soundscape.errors import EngineError
from soundscape.midi.port_names import fitting
from soundscape.remote.session_file import running, shell_argument
from soundscape.scene.addresses import NTH, Address, Held, held
from soundscape.scene.room import Room


def claimed_by(folder: Path, wanted: Iterable[Held], names: Sequence[str]) -> str | None:
    """Return the label, fit for a shell, of a session that moves any of these lights, or None.

    `names` are the ports of the system, since two rooms may write one port in different ways.
    """
    wanted = tuple(wanted)
    for session in running(folder):
        for theirs in session.content.lights:
            if any(_same(one, theirs, names) for one in wanted):
                return shell_argument(session.content.label)
    return None


def lights_must_be_free(folder: Path, room: Room, names: Sequence[str]) -> None:
    """Raise EngineError, with the remedy, if a session moves lights of the room."""
    if there := claimed_by(folder, held(room), names):
        raise EngineError(
            f"the session {there} has this in hand: `soundscape soften`, `lift` and `care` move "
            f"its lights; or stop it first, with `soundscape stop --session {there}`"
        )


def _same(one: Held, other: Held, names: Sequence[str]) -> bool:
    if not Address(*one[1:]).meets(Address(*other[1:])):
        return False
    if one[0].casefold() == other[0].casefold():
        return True
    return bool(_ports(one[0], names) & _ports(other[0], names))


def _ports(written: str, names: Sequence[str]) -> set[str]:
    """Return the system's ports that a written port may mean."""
    name, _, nth = written.partition(NTH)
    found = fitting(name, names)
    return {found[int(nth) - 1]} if nth and len(found) >= int(nth) else set(found)
