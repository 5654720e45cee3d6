"""The words of the report on a session, of the hand-over list, and of the list of sessions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from soundscape.message_text import one_line
from soundscape.units import format_clock, format_duration
from soundscape.views.event_texts import event_text

MINUTE = 60.0

SESSION = "Session"
PHASES, TRACKS, TIMES, MARKS = "Phases", "What played", "Time account", "Marks and notes"
COMMANDS, FAULTS, PROMPTS_CUES = "Commands", "Faults", "Prompts and cues"
COURSE = "The session over time"
HANDOVER, SETTING = "What played in the session", "Setting sheet"
PLANNED, AS_IT_RAN, LEVEL, LOUDNESS = "planned", "as it ran", "level", "loudness"
STATES = {"held": "held", "ducked": "ducked", "paused": "silent", "missing": "no session"}
LAYERS = {"music": "music", "ambience": "ambience", "voice": "voice"}
MOMENTS = {"command": "commands", "mark": "marks", "fault": "faults"}
NO_FAULTS, NO_MARKS, NO_COMMANDS = "None.", "None.", "None."
ENDING, TOTAL = "last fade", "total"
NOTHING = "–"
FOOTNOTE = (
    "Made from the journal of the session, which does not contain who took part or where, and no "
    "date unless it was requested. Soundscape is not a medical device: it plays audio and sends "
    "lighting cues chosen by the operator; it does not diagnose, treat, monitor or dose; a "
    "qualified clinician is present and responsible."
)
TIME_HEADINGS = {
    "phase": "Phase",
    "planned": "Planned",
    "lasted": "Lasted",
    "music": "Music",
    "silence": "Planned silence",
    "paused": "Paused",
    "missing": "No sound (fault)",
    "ducked": "Ducked for talk",
    "held": "Held",
}
TIME_NOTE = (
    "Music, planned silence, paused and no sound add up to the length of the phase; ducked and "
    "held are parts of it."
)
ARTIST = "Artist"
TRACK_HEADINGS = ("Time", "T+", "Phase", "Layer", "Title", ARTIST, "Heard", "File")
PHASE_HEADINGS = ("Phase", "Began", "T+", "Planned", "Lasted", "Difference")
MOMENT_HEADINGS = ("Time", "T+", "Phase", "")
DESCRIPTION = "Phases, tracks, loudness, level, lights and commands over the session's time"


def moment_text(event: str, values: Mapping[str, Any]) -> str:
    """A line of the journal for a person; "" where it says nothing, or is damaged."""
    with suppress(KeyError, TypeError, ValueError):
        if event == "command" and values.get("do") in ("mark", "note"):
            return one_line(str(values.get("text") or "mark"))
        if event == "gap":
            return gap(float(values["seconds"]))
        if event == "resumed":
            return resumed(float(values["seconds"]))
        return one_line(event_text({"event": event, **values}))
    return ""


def asked_for(values: Mapping[str, Any]) -> str:
    """A command as it was asked for."""
    parts = [one_line(str(values.get("do", "")))]
    by, ago, fade = (values.get(name) for name in ("by", "ago", "fade"))
    if isinstance(by, int | float):
        parts.append(f"{by:+g} dB" if parts[0] == "level" else _signed(by))
    if isinstance(values.get("phase"), str):
        parts.append(one_line(values["phase"]))
    parts += [f"{what} {format_duration(value)}" for what, value in (("ago", ago), ("fade", fade))
              if isinstance(value, int | float) and value >= 0]  # fmt: skip
    if isinstance(values.get("on"), bool):
        parts.append("on" if values["on"] else "off")
    return " ".join([*parts, *(["undo"] if values.get("undo") is True else [])])


def _signed(length: float) -> str:
    return f"{'-' if length < 0 else '+'}{format_duration(abs(length))}"


def gap(length: float) -> str:
    """The device had nothing to play."""
    return f"a gap of {length:.2f} s in the sound"


def resumed(length: float) -> str:
    """A session that was cut off was taken up."""
    return f"continued after {format_clock(max(0.0, length))} without sound"


def session_name(number: int, scene: str) -> str:
    """A session's heading."""
    return f"{SESSION} {number}: {scene}" if scene else f"{SESSION} {number}"


def summary(length: float, state: str, dosed_at: float | None, begun_at: str, date: str) -> str:
    """The line under the heading."""
    said = [date, f"{format_clock(length)} long", _STATES.get(state, state)]
    said += [f"begun at {begun_at}"] if begun_at else []
    said.append(f"dose at {format_clock(dosed_at)}" if dosed_at is not None else "no dose marked")
    return ", ".join(filter(None, said))


_STATES = {"over": "played to its end", "cut off": "cut off", "running": "still running"}


def state_name(state: str, length: float) -> str:
    """How a session stands, for the list of sessions."""
    return {"over": "over", "running": "running"}.get(state, f"cut off at {format_clock(length)}")


def difference(lasted: float, planned: float | None) -> str:
    """How much longer or shorter than planned."""
    if planned is None:
        return NOTHING
    by = round(lasted - planned)
    return "as planned" if by == 0 else _longer(by)


def _longer(by: float) -> str:
    return f"{'+' if by > 0 else '−'}{format_clock(abs(by))}"


def t_plus(since: float | None) -> str:
    """The time since the dose."""
    return NOTHING if since is None else f"T+{format_clock(since)}"


def ago(age: float | None) -> str:
    """How long ago something was, without a date."""
    if age is None:
        return ""
    for length, unit in ((86400.0, "day"), (3600.0, "hour"), (MINUTE, "minute")):
        if age >= length:
            number = int(age // length)
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "just now"


def generated(source: str) -> str:
    """What made a sound that has no file."""
    return f"generated: {source}"


def written(file: str) -> str:
    """A file was made."""
    return f"written: {file}"
