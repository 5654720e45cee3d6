"""All rooms of a broker, from their messages. Pure: time is an argument.

`now` is monotonic, `wall` in seconds since 1970; both are those of the computer that shows the
rooms. A room's own clock may differ, so what it is asked gets the time of its own clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from soundscape.devices.broker_client import BrokerMessage
from soundscape.remote.mqtt.room_row import Presence, RoomRow, room_row
from soundscape.remote.mqtt.room_state import RoomState
from soundscape.remote.mqtt.topics import OFFLINE, ONLINE, room_and_kind
from soundscape.translation import gettext as _
from soundscape.translation import marked

SILENT_FOR = 25.0
"""Seconds after which a room that says nothing counts as lost; it sends every ten."""
MOST_ROOMS = 200
LARGEST = 16 * 1024
"""Bytes of a state."""

SINCE = marked("since {time}")
HEARD = marked("last heard at {time}")

TimeOfDay = Callable[[float], str]
"""Words a time since 1970, as `14:02`."""


@dataclass(slots=True)
class KnownRoom:
    """What is known of a room. Times: when its state came, and when its status did."""

    state: RoomState | None = None
    state_at: float = 0.0
    online: bool | None = None
    status_wall: float | None = None  # of a status that came live
    ahead: float = 0.0  # its clock against ours, seconds

    def current(self, now: float) -> RoomState | None:
        """The state as it is now, if nothing happened since."""
        return None if self.state is None else self.state.after(now - self.state_at)


class RoomsOverview:
    """The rooms below a prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._rooms: dict[str, KnownRoom] = {}

    def receive(self, message: BrokerMessage, now: float, wall: float) -> bool:
        """Take a message of a room. False if it is none, or cannot be read."""
        room, kind = room_and_kind(self._prefix, message.topic)
        if kind == "status" and message.payload in (ONLINE, OFFLINE):
            known = self._known(room)
            if known is not None:
                known.online = message.payload == ONLINE
                known.status_wall = None if message.retained else wall
            return known is not None
        if kind != "state" or len(message.payload) > LARGEST:
            return False
        try:
            state = RoomState.model_validate_json(message.payload)
        except ValidationError:
            return False
        known = self._known(room)
        if known is None:
            return False
        # What the broker had kept is old by a time that only its clock tells.
        age = max(0.0, wall - state.at) if message.retained else 0.0
        known.state, known.state_at = state, now - age
        if not message.retained:
            known.ahead = state.at - wall
        return True

    def _known(self, room: str) -> KnownRoom | None:
        if room not in self._rooms and len(self._rooms) >= MOST_ROOMS:
            return None
        return self._rooms.setdefault(room, KnownRoom())

    def state(self, room: str, now: float) -> RoomState | None:
        """The state of a room that is there; None for any other."""
        known = self._rooms.get(room)
        if known is None or _presence(known, now) != "here":
            return None
        return known.current(now)

    def room_time(self, room: str, wall: float) -> float:
        """What a room's own clock says now."""
        known = self._rooms.get(room)
        return wall + (known.ahead if known is not None else 0.0)

    def rows(self, now: float, wall: float, time_of_day: TimeOfDay) -> list[RoomRow]:
        """The rooms, sorted by their names as people do: room-2 before room-10."""
        rows = [
            self._row(room, known, now, wall, time_of_day) for room, known in self._rooms.items()
        ]
        return sorted(rows, key=lambda row: (_natural(row.name), row.room))

    def _row(
        self, room: str, known: KnownRoom, now: float, wall: float, time_of_day: TimeOfDay
    ) -> RoomRow:
        presence = _presence(known, now)
        since = ""
        if presence != "here":
            since = _since(known, now, wall, time_of_day)
        return room_row(
            room, presence, known.state if presence == "lost" else known.current(now), since
        )


def _presence(known: KnownRoom, now: float) -> Presence:
    state = known.state
    if state is None:
        return "lost" if known.online else "idle"
    if state.state == "ended":
        return "idle"
    if known.online is False or now - known.state_at > SILENT_FOR:
        return "lost"
    return "here"


def _since(known: KnownRoom, now: float, wall: float, time_of_day: TimeOfDay) -> str:
    if known.online is False and known.status_wall is not None:
        return _(SINCE).format(time=time_of_day(known.status_wall))
    if known.state is None:
        return ""
    last = time_of_day(wall - (now - known.state_at))
    ended = known.state.state == "ended"
    return (_(SINCE) if ended else _(HEARD)).format(time=last)


def _natural(name: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d{1,9}|\D+", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
