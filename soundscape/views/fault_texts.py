"""What fails while a session runs, in words: for its health, and as it happens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from soundscape.message_text import printable, quoted
from soundscape.translation import gettext as _
from soundscape.translation import marked, ngettext
from soundscape.units import format_clock, seconds

if TYPE_CHECKING:
    from soundscape.timeline.show import Track

Side = Literal["lights", "controls"]
"""What a MIDI port is for."""

MOST_FAULTS = 3
"""Faults of files that are told in full."""

_TRIM = re.compile(r"#[\d.e+-]*-[\d.e+-]*$")
"""The end of the key of a track of which only a part plays."""

NO_OUTPUT = marked("no sound: output null")
PLAYER_HANGS = marked("no sound: the player does not answer")
PLAYER_HUNG = marked("the player hung and was stopped")
HOST_DIED = marked("the session's host ended unexpectedly")
HOST_REPLACED = marked(
    "the session's host ended unexpectedly, and another one took its place: the sound played on"
)
PLAYER_GONE = marked("the player ended unexpectedly")
NO_PLAYER_ANSWER = marked("the player does not answer")
OUTPUT_HEARD = marked("the output is on again")
MAY_SLEEP = marked(
    "this computer may go to sleep during the session: turn that off in its settings"
)
SOUND_BACK = marked("the sound is back")
MUSIC_BACK = marked("missing files are back: the music goes on with its next track")
OVER = marked("the session is over")
CEILING_MET = marked(
    "the sound reached the ceiling and was limited: lower the level of a layer or a gain"
)

BRIDGE_GONE = marked(
    "the bridge to the broker ended unexpectedly, and another one is started: the sound plays on"
)


def many(number: int, what: str) -> str:
    """So many of a thing."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def offline(side: Side, ports: Iterable[str]) -> str:
    """The ports that are away; "" for none."""
    away = ", ".join(ports)
    text = _("lights offline: {ports}") if side == "lights" else _("controls offline: {ports}")
    return text.format(ports=away) if away else ""


def went_offline(side: Side, ports: Iterable[str], why: str) -> str:
    """Ports have just gone."""
    return f"{offline(side, ports)}: {why}"


def came_back(side: Side, port: str, what: str) -> str:
    """A port is there again; `what` the driver found."""
    text = _("lights back: {port}") if side == "lights" else _("controls back: {port}")
    return f"{text.format(port=port)}: {what}"


def second_sender(port: str, name: str, there: bool) -> str:
    """Another sender of a DMX universe has come, or is gone. `name`, its own, may be empty."""
    called = quoted(printable(name)) if name else _("another program")
    if there:
        text = _("{sender} sends to the lights at {port} too: they may follow either of the two")
    else:
        text = _("{sender} no longer sends to the lights at {port}")
    return text.format(sender=called, port=port)


def device_missing(why: str) -> str:
    """The audio device is away."""
    return _("no sound: {why}; trying again each second").format(why=why)


def broker_away(broker: str, why: str) -> str:
    """Nothing reaches the clinic's broker."""
    return _("the broker {broker} is away: {why}; the session plays on without it").format(
        broker=broker, why=why
    )


def broker_back(broker: str) -> str:
    """The broker is there again."""
    return _("the broker {broker} is back").format(broker=broker)


def too_many_commands(seconds: float) -> str:
    """Somebody floods the room with commands."""
    return _(
        "too many commands come from the broker: none is taken from there for {seconds} s"
    ).format(seconds=f"{seconds:g}")


def slept(seconds: float) -> str:
    """The machine slept or stood still, and the session with it."""
    return _("this computer stood still for {time}: the music waited, T+ went on").format(
        time=format_clock(seconds)
    )


def output_muted(name: str) -> str:
    """The system's own output is muted."""
    return _(
        "no sound can be heard: the output {name} is muted in the system's sound settings"
    ).format(name=name)


def output_low(name: str, volume: float) -> str:
    """The system's own output is turned down."""
    return _(
        "the sound can hardly be heard: the output {name} is at {percent} % in the system's sound "
        "settings"
    ).format(name=name, percent=f"{100 * volume:.0f}")


def output_suspended(name: str) -> str:
    """The sound server has put the output to sleep."""
    return _("no sound can be heard: the sound server has suspended the output {name}").format(
        name=name
    )


def output_changed(name: str, before: str, now: str) -> str:
    """The format, channels or rate of the output changed under us."""
    return _(
        "the output {name} has changed from {before} to {now}; the sound server converts the sound"
    ).format(name=name, before=before, now=now)


def output_moved_back(name: str, other: str) -> str:
    """The sound server had moved the sound."""
    return _(
        "the sound server had moved the sound to the output {other}; it is back on {name}"
    ).format(other=other, name=name)


def gave_up(why: str) -> str:
    """The player ended by itself."""
    return _("the player gave up: {why}").format(why=why)


def taken_over(why: str) -> str:
    """A new player is put in the place of one that is lost."""
    return _("the player is lost ({why}): the standby takes over").format(why=why)


def too_late(do: str) -> str:
    """A command waited longer than its client did."""
    return _("cannot {command}: it came too late").format(command=do)


def too_many(do: str) -> str:
    """A command found the player's queue full."""
    return _("cannot {command}: too many commands are waiting").format(command=do)


def source_ended(track: Track, available: int, why: str, left_out: bool) -> str:
    """A track's file held only `available` frames."""
    name = f"{track.where}: {quoted(track.title)}" if track.where else track.title
    if available == 0:
        return _("{name}: cannot be played ({why}); left out").format(name=name, why=why)
    has, whole = (format_clock(seconds(count)) for count in (available, track.frames))
    then = _("left out from now on") if left_out else _("going on to the next track")
    return _("{name}: ends at {time} of {whole} ({why}); {then}").format(
        name=name, time=has, whole=whole, why=why, then=then
    )


def file_fault(track: Track, why: str) -> str:
    """What is wrong with a track's file, as it is told of one that was measured."""
    return f"'{printable(_TRIM.sub('', track.key))}': {why}"


def files(left_out: int, faults: Sequence[str], missing: int = 0) -> str:
    """What is missing and left out, and what is wrong with files: the first ones in full."""
    said = [ngettext("{number} file missing", "{number} files missing", missing)] if missing else []
    if left_out:
        said.append(ngettext("{number} track left out", "{number} tracks left out", left_out))
    said += faults[:MOST_FAULTS]
    more = len(faults) - MOST_FAULTS
    if more > 0:
        said.append(
            ngettext("and {number} more with faults", "and {number} more with faults", more)
        )
    return "; ".join(said) or "ok"
