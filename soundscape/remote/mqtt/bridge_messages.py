"""Messages between the host and the bridge to the broker.

The host sends one `BridgeRequest`; the bridge reports each change of its connection.
"""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.ipc.channel import Alive
from soundscape.ipc.codec import Codec
from soundscape.scene.network_spec import MqttSpec


@dataclass(frozen=True, slots=True)
class BridgeRequest:
    """The session to publish, by its API, and where.

    `name` is the room's. `root` is the folder that the files in `mqtt` are relative to.
    """

    url: str
    token: str
    mqtt: MqttSpec
    root: str
    name: str


@dataclass(frozen=True, slots=True)
class BridgeStatus:
    """The broker has accepted the room, or (`why`) is away; or what the therapist should know."""

    connected: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class TooManyCommands:
    """So many commands came that none are taken for `seconds`."""

    seconds: float


CODEC = Codec((BridgeRequest, BridgeStatus, TooManyCommands, MqttSpec, Alive))
