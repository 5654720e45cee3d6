"""What fails while a session runs, in words: for its health, and as it happens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from soundscape.message_text import printable, quoted
from soundscape.units import format_clock, seconds

if TYPE_CHECKING:
    from soundscape.timeline.show import Track

Side = Literal["lights", "controls"]
"""What a MIDI port is for."""

MOST_FAULTS = 3
"""Faults of files that are told in full."""

_TRIM = re.compile(r"#[\d.e+-]*-[\d.e+-]*$")
"""The end of the key of a track of which only a part plays."""

NO_OUTPUT = "no sound: output null"
PLAYER_HANGS = "no sound: the player does not answer"
PLAYER_HUNG = "the player hung and was stopped"
HOST_DIED = "the session's host ended unexpectedly"
HOST_REPLACED = f"{HOST_DIED}, and another one took its place: the sound played on"
PLAYER_GONE = "the player ended unexpectedly"
NO_PLAYER_ANSWER = "the player does not answer"
OUTPUT_HEARD = "the output is on again"
MAY_SLEEP = "this computer may go to sleep during the session: turn that off in its settings"
SOUND_BACK = "the sound is back"
MUSIC_BACK = "missing files are back: the music goes on with its next track"
OVER = "the session is over"
CEILING_MET = "the sound reached the ceiling and was limited: lower the level of a layer or a gain"


def many(number: int, what: str) -> str:
    """So many of a thing."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def offline(side: Side, ports: Iterable[str]) -> str:
    """The ports that are away; "" for none."""
    away = ", ".join(ports)
    return f"{side} offline: {away}" if away else ""


def went_offline(side: Side, ports: Iterable[str], why: str) -> str:
    """Ports have just gone."""
    return f"{offline(side, ports)}: {why}"


def came_back(side: Side, port: str, what: str) -> str:
    """A port is there again; `what` the driver found."""
    return f"{side} back: {port}: {what}"


def device_missing(why: str) -> str:
    """The audio device is away."""
    return f"no sound: {why}; trying again each second"


def slept(seconds: float) -> str:
    """The machine slept or stood still, and the session with it."""
    return f"this computer stood still for {format_clock(seconds)}: the music waited, T+ went on"


def output_muted(name: str) -> str:
    """The system's own output is muted."""
    return f"no sound can be heard: the output {name} is muted in the system's sound settings"


def output_low(name: str, volume: float) -> str:
    """The system's own output is turned down."""
    return (
        f"the sound can hardly be heard: the output {name} is at {100 * volume:.0f} % in the "
        "system's sound settings"
    )


def output_suspended(name: str) -> str:
    """The sound server has put the output to sleep."""
    return f"no sound can be heard: the sound server has suspended the output {name}"


def output_moved_back(name: str, other: str) -> str:
    """The sound server had moved the sound."""
    return f"the sound server had moved the sound to the output {other}; it is back on {name}"


def gave_up(why: str) -> str:
    """The player ended by itself."""
    return f"the player gave up: {why}"


def taken_over(why: str) -> str:
    """A new player is put in the place of one that is lost."""
    return f"the player is lost ({why}): the standby takes over"


def too_late(do: str) -> str:
    """A command waited longer than its client did."""
    return f"cannot {do}: it came too late"


def too_many(do: str) -> str:
    """A command found the player's queue full."""
    return f"cannot {do}: too many commands are waiting"


def source_ended(track: Track, available: int, why: str, left_out: bool) -> str:
    """A track's file held only `available` frames."""
    name = f"{track.where}: {quoted(track.title)}" if track.where else track.title
    if available == 0:
        return f"{name}: cannot be played ({why}); left out"
    has, whole = (format_clock(seconds(count)) for count in (available, track.frames))
    then = "left out from now on" if left_out else "going on to the next track"
    return f"{name}: ends at {has} of {whole} ({why}); {then}"


def file_fault(track: Track, why: str) -> str:
    """What is wrong with a track's file, as it is told of one that was measured."""
    return f"'{printable(_TRIM.sub('', track.key))}': {why}"


def files(left_out: int, faults: Sequence[str], missing: int = 0) -> str:
    """What is missing and left out, and what is wrong with files: the first ones in full."""
    said = [f"{many(missing, 'file')} missing"] if missing else []
    said += [f"{many(left_out, 'track')} left out"] if left_out else []
    said += faults[:MOST_FAULTS]
    more = len(faults) - MOST_FAULTS
    if more > 0:
        said.append(f"and {more} more with faults")
    return "; ".join(said) or "ok"
