"""How often cues reach one address of a desk: more than twice a second is a flash in the making.

Only the desk knows what a cue does to the light. So each message counts as a change, a note's
end as well, and three changes of one address within a second are one too many: WCAG 2.3.1 allows
three flashes a second, which are six changes.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from soundscape.message_text import quoted
from soundscape.scene.addresses import Address, cue_addresses
from soundscape.scene.wiring import CueMessage

PERIOD = 1.0
"""Seconds in which an address is reached twice at most."""

_HAIR = 1e-9

PortAddress = tuple[str, Address]
"""A port of the room, and an address there."""


class Touch(NamedTuple):
    """A message of a cue that reaches a place at a time (s); `message` is its number in the cue."""

    at: float
    message: int
    place: PortAddress


def places(message: CueMessage) -> tuple[PortAddress, ...]:
    """Where a cue's message arrives."""
    return tuple((message.port, address) for address in cue_addresses(message))


def touches(messages: Sequence[CueMessage], at: float = 0.0) -> Iterator[Touch]:
    """What a cue reaches that is called at a time (s), its notes' ends included."""
    for number, message in enumerate(messages):
        begin = at + message.after
        for place in places(message):
            yield Touch(begin, number, place)
            if message.note is not None:
                yield Touch(begin + message.length, number, place)


def too_often(all_touches: Iterable[Touch]) -> Iterator[tuple[Touch, Touch, Touch]]:
    """Any three touches of one place within a second, in order."""
    last: dict[PortAddress, deque[Touch]] = defaultdict(lambda: deque(maxlen=2))
    for touch in sorted(all_touches):
        before = last[touch.place]
        if len(before) == 2 and touch.at - before[0].at < PERIOD - _HAIR:
            yield before[0], before[1], touch
        before.append(touch)


def where(place: PortAddress) -> str:
    """A port and an address there, in words."""
    port, (kind, channel, number) = place
    words = {
        "cc": f"control {number} on channel {channel}",
        "note": f"note {number} on channel {channel}",
        "program": f"the programs on channel {channel}",
        "control": f"show control {number}",
        "sysex": "the SysEx of one maker",
        "macro": "the show control macros",
    }
    return f"{words.get(kind, f'show control ({kind})')} of port {quoted(port)}"


def hurried(messages: Sequence[CueMessage]) -> Iterator[tuple[int, str]]:
    """The messages of a cue that come too soon, place by place, and why that is wrong."""
    said: set[PortAddress] = set()
    for *_, third in too_often(touches(messages)):
        if third.place not in said:
            said.add(third.place)
            reason = (
                f"reaches {where(third.place)} for the third time within a second (a note's end "
                "counts), which could flash: leave more time between"
            )
            yield third.message, reason
