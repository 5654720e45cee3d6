"""The topics of a room. `{prefix}/{room}/…`, as docs/network.md describes them."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.scene.network_spec import MqttSpec

ONLINE, OFFLINE = b"online", b"offline"
"""Payloads of `status`."""
DISCOVERY_PREFIX = "homeassistant"
"""The topic below which Home Assistant looks for devices, unless it was told otherwise."""


@dataclass(frozen=True, slots=True)
class RoomTopics:
    """The topics of one room."""

    prefix: str
    room: str

    @property
    def state(self) -> str:
        """Retained: the session now (`RoomState`)."""
        return f"{self.prefix}/{self.room}/state"

    @property
    def status(self) -> str:
        """Retained: whether the room is there."""
        return f"{self.prefix}/{self.room}/status"

    @property
    def command(self) -> str:
        """What the room is asked."""
        return f"{self.prefix}/{self.room}/command"

    @property
    def reply(self) -> str:
        """What came of it."""
        return f"{self.prefix}/{self.room}/reply"

    @property
    def device(self) -> str:
        """The room's name as a device of Home Assistant."""
        return f"{self.prefix.replace('/', '-')}-{self.room}"

    @property
    def discovery(self) -> str:
        """Retained: the description of that device."""
        return f"{DISCOVERY_PREFIX}/device/{self.device}/config"


def room_topics(spec: MqttSpec) -> RoomTopics:
    """The topics of a room that publishes."""
    assert spec.room is not None  # noqa: S101 - asked before
    return RoomTopics(spec.prefix, spec.room)


def all_rooms(prefix: str) -> tuple[str, ...]:
    """The subscriptions that show every room."""
    every = RoomTopics(prefix, "+")
    return every.state, every.status, every.reply


def room_and_kind(prefix: str, topic: str) -> tuple[str, str]:
    """The room and the last level of a topic; empty texts for one that is not of a room."""
    levels = topic.removeprefix(f"{prefix}/").split("/")
    return (levels[0], levels[1]) if len(levels) == 2 else ("", "")
