"""Which running session has the lights that somebody else is about to move.

Each would keep to the limits, and both together would be a flicker.
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
    """The label, fit for a shell, of a session that moves any of these lights.

    `names` are those of the ports there are: two rooms may write one port in different ways.
    """
    wanted = tuple(wanted)
    for session in running(folder):
        for theirs in session.content.lights:
            if any(_same(one, theirs, names) for one in wanted):
                return shell_argument(session.content.label)
    return None


def lights_must_be_free(folder: Path, room: Room, names: Sequence[str]) -> None:
    """Raises EngineError, with the way out, where a session moves lights of the room."""
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
    """The ports of the system that a port as written may mean."""
    name, _, nth = written.partition(NTH)
    found = fitting(name, names)
    return {found[int(nth) - 1]} if nth and len(found) >= int(nth) else set(found)
