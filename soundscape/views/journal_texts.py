"""What is said of journals: of writing them, of sessions that were cut off, of removing them."""

from __future__ import annotations

from soundscape.units import format_clock
from soundscape.views.fault_texts import many
from soundscape.views.report_texts import ago

NO_SESSIONS = "there is no journal of a session"
HEADINGS = ("SESSION", "SCENE", "LENGTH", "STATE", "")
NO_CRASH = "no program of this session crashed"
NOTHING_CUT_OFF = "no session was cut off"
NOT_CUT_OFF = "was not cut off, or was cut off too long ago to be continued"
ASK_RESUME = "Continue there? The sound comes back from silence over 15 s"
ASK_END = "End it?"
LEFT_AS_IT_IS = "nothing was changed; `soundscape recover` asks again"
STILL_RUNNING = "is still running; `soundscape stop` ends it first"


def rehearsal(scene: str) -> str:
    """A rehearsal in the list of sessions."""
    return f"{scene} (rehearsal)"


def kept_in_memory(why: str) -> str:
    """The disk refuses the journal."""
    return (
        f"the journal cannot be written ({why.lower()}): it is kept in memory and tried "
        "again; until then the session cannot be continued after a power cut"
    )


def unfinished(number: int, scene: str, place: str, age: float) -> str:
    """`start` sees a session that was cut off."""
    where = f" at {place}" if place else ""
    return (
        f"session {number} ({scene}) was cut off{where}, {ago(age)}: `soundscape recover {number}` "
        f"continues it, `soundscape recover {number} --end` closes it"
    )


def removed(numbers: list[int]) -> str:
    """Sessions were removed."""
    if not numbers:
        return "nothing to remove"
    named = ", ".join(map(str, numbers)) if len(numbers) < 10 else ""
    return f"removed: {many(len(numbers), 'session')}" + (f" ({named})" if named else "")


def cut_off(number: int, scene: str, place: str, gap: float) -> str:
    """The session that is to be taken up."""
    where = f" at {place}" if place else ""
    return f"session {number} ({scene}) was cut off{where}, {format_clock(max(0.0, gap))} ago"


def would_be(phase: str, passed: float) -> str:
    """Where it should be by now."""
    return f"by now it should be in {phase} at {format_clock(passed)}"


def ask_return(phase: str) -> str:
    """The question whether the return phase is to begin."""
    return f"Begin the phase {phase} now?"


def offered(choice: str, phase: str) -> str:
    """What can be done, and how."""
    if choice == "resume":
        return "`soundscape recover --yes` continues it there, `soundscape recover --end` closes it"
    if choice == "return":
        return (
            "it cannot go on where it should be by now, because that is after its end or more than "
            f"ten minutes away: `soundscape recover --return` begins {phase}, `soundscape recover "
            "--end` closes it"
        )
    return "it was already ending: `soundscape recover --end` closes it"


def closed(number: int) -> str:
    """A session that was cut off is over."""
    return f"session {number} is over"


def taken_up(number: int) -> str:
    """A session goes on."""
    return (
        f"session {number} goes on: `soundscape attach` opens the console, `soundscape stop` ends "
        "it"
    )


def cannot_be_taken_up(number: int, scene: str, place: str, why: str) -> str:
    """What was recorded does not suffice; the scene can be started at the place."""
    at = place.partition("+")[0] or "return"
    return (
        f"session {number} ({scene}) cannot be continued: {why}; start the scene again at its "
        f"place (`soundscape start SCENE --at {place or at}`, then `soundscape dose --ago TIME`)"
    )
