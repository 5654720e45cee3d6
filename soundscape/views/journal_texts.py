"""What is said of journals: of writing them, of sessions that were cut off, of removing them."""

from __future__ import annotations

from soundscape.units import format_clock
from soundscape.views.fault_texts import many
from soundscape.views.report_texts import ago

NO_SESSIONS = "no session is written down"
HEADINGS = ("SESSION", "SCENE", "LENGTH", "STATE", "")
NO_CRASH = "nothing of this session's programs crashed"
STILL_RUNNING = "is still running; `soundscape stop` ends it first"


def rehearsal(scene: str) -> str:
    """A rehearsal in the list of sessions."""
    return f"{scene} (rehearsal)"


def kept_in_memory(why: str) -> str:
    """The disk refuses the journal."""
    return (
        f"the journal cannot be written ({why.lower()}): it is kept in memory and tried again; "
        "the session cannot be taken up after a power cut meanwhile"
    )


def unfinished(number: int, scene: str, place: str, age: float) -> str:
    """`start` sees a session that was cut off."""
    where = f" at {place}" if place else ""
    return (
        f"session {number} ({scene}) was cut off {ago(age)}{where}: `soundscape recover` takes it "
        f"up, `soundscape recover --end` closes it"
    )


def removed(numbers: list[int]) -> str:
    """Sessions were removed."""
    if not numbers:
        return "nothing to remove"
    named = ", ".join(map(str, numbers)) if len(numbers) < 10 else ""
    return f"removed: {many(len(numbers), 'session')}" + (f" ({named})" if named else "")


def cut_off(scene: str, number: int, place: str, gap: float) -> str:
    """The session that is to be taken up."""
    return f"session {number} ({scene}) was cut off {format_clock(gap)} ago at {place}"


def would_be(phase: str, passed: float) -> str:
    """Where it should be by now."""
    return f"by now it is at {format_clock(passed)} of {phase}"
