"""Which lamps are there, by the broker's connection and by what they say of themselves.

Pure: times are monotonic seconds. A lamp says `online` or `offline` to its availability topic, as
plain text (Home Assistant, WLED, ESPHome, Tasmota) or as `{"state": "online"}` (Zigbee2MQTT).
Whatever else comes there says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from soundscape.devices.lamps.lamp_messages import LampRequest, LampsReturned, LampStatus

SETTLE = 0.5
"""Seconds in which the broker sends what it has kept of lamps, once it has accepted us."""

CONNECTED_AGAIN = 5.0
"""Seconds for a lamp that never says whether it is there to find the broker again, as we have. A
first leg that it misses would make the next one a jump."""

BACK_EVERY = 10.0
"""Seconds from one time that a lost lamp is back to the next: one that comes and goes must not be
told of without end."""

ANSWERED_WITHIN = 0.9
"""Seconds within which the broker confirms that it has taken a leg. Until it has, no other one is
sent: legs that pile up would reach the lamp together."""

TOO_SLOW = 3.0
"""Seconds without that answer after which the lamps count as lost."""

LONGEST_WORD = 200
"""Bytes of what a lamp says."""

_OFFLINE = "it says that it is offline"


@dataclass
class _Lamp:
    """`is_online`: what it said, None for nothing. `restarted`: it said so again, or missed a
    message.
    """

    request: LampRequest
    is_online: bool | None = None
    restarted: bool = False
    reported: str = ""
    back_at: float = float("-inf")


class LampAvailability:
    """The lamps of a room. Only what has changed is reported."""

    def __init__(self, requests: Iterable[LampRequest], broker: str) -> None:
        self._lamps = [_Lamp(request) for request in requests]
        self._broker = f"the broker {broker}"
        self._connected_at: float | None = None
        self._was_connected = False
        self._why = ""
        self._asked_at: float | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics at which lamps say whether they are there."""
        named = (lamp.request.availability for lamp in self._lamps)
        return tuple(dict.fromkeys(topic for topic in named if topic))

    def connect(self, now: float) -> None:
        """The broker has accepted us, and will say again what it has kept."""
        self._connected_at, self._why, self._asked_at = now, "", None
        for lamp in self._lamps:
            lamp.is_online = None

    def disconnect(self, why: str) -> None:
        """The broker is away."""
        self._was_connected |= self._connected_at is not None
        self._connected_at, self._why, self._asked_at = None, why, None

    def ask(self, now: float) -> bool:
        """Legs go out. Whether the broker is to be asked to confirm them: not while it owes it."""
        if self._asked_at is not None:
            return False
        self._asked_at = now
        return True

    def answer(self) -> None:
        """The broker has confirmed what was sent."""
        self._asked_at = None

    def owed(self, now: float) -> float:
        """The seconds since the broker was asked for an answer that has not come; 0 for none."""
        return 0.0 if self._asked_at is None else now - self._asked_at

    def receive(self, topic: str, payload: bytes, *, retained: bool) -> None:
        """Something came to a topic."""
        is_online = read_availability(payload)
        if is_online is None:
            return
        for lamp in self._lamps:
            if lamp.request.availability == topic:
                lamp.restarted |= is_online and not retained
                lamp.is_online = is_online

    def miss(self, index: int) -> None:
        """A lamp did not get a message in time."""
        self._lamps[index].restarted = True

    def changes(self, now: float) -> Iterator[LampStatus | LampsReturned]:
        """Yield what has changed since the last call."""
        if self._connected_at is None:
            if self._why:
                yield from self._gone(self._lamps, f"{self._broker}: {self._why}")
            return
        if (owed := self.owed(now)) > ANSWERED_WITHIN:
            if owed > TOO_SLOW:
                yield from self._gone(self._lamps, f"{self._broker}: it answers too slowly")
            return
        offline = [lamp for lamp in self._lamps if lamp.is_online is False]
        yield from self._gone(offline, _OFFLINE)
        since = now - self._connected_at
        there = [
            lamp
            for lamp in self._lamps
            if lamp.is_online or (lamp.is_online is None and since >= self._patience(lamp))
        ]
        back = [
            lamp for lamp in there if lamp.reported != "ok" and now >= lamp.back_at + BACK_EVERY
        ]
        again = [lamp for lamp in there if lamp.reported == "ok" and lamp.restarted]
        for lamp in (*back, *again):
            if lamp.reported not in ("", "ok"):
                lamp.back_at = now
            lamp.reported, lamp.restarted = "ok", False
        if back:
            yield LampStatus(_outputs(back), "ok", self._broker)
        if again:
            yield LampsReturned(_outputs(again))

    def _patience(self, lamp: _Lamp) -> float:
        """Seconds after which a lamp that says nothing counts as there."""
        if lamp.request.availability:
            return SETTLE
        return CONNECTED_AGAIN if self._was_connected else 0.0

    def _gone(self, lamps: Iterable[_Lamp], why: str) -> Iterator[LampStatus]:
        present = [lamp for lamp in lamps if lamp.reported in ("", "ok")]
        for state, before in (("absent", ""), ("lost", "ok")):
            if gone := [lamp for lamp in present if lamp.reported == before]:
                for lamp in gone:
                    lamp.reported = state
                yield LampStatus(_outputs(gone), state, why)


def read_availability(payload: bytes) -> bool | None:
    """Whether a lamp says that it is online; None if it says neither."""
    if len(payload) > LONGEST_WORD:
        return None
    text = payload.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            return None
        text = str(read.get("state", ""))
    return {"online": True, "offline": False}.get(text.casefold())


def _outputs(lamps: Iterable[_Lamp]) -> tuple[str, ...]:
    return tuple(lamp.request.output for lamp in lamps)
