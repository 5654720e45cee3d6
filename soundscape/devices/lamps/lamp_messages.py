"""Messages between a session and the process that sends to lamps over MQTT."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.devices.midi.port_messages import SendBatch, SendUntil
from soundscape.ipc.channel import Alive
from soundscape.ipc.codec import Codec
from soundscape.scene.network_spec import MqttSpec


@dataclass(frozen=True, slots=True)
class LampRequest:
    """A lamp: the room's name of its light, and its topics; `availability` is "" for none."""

    output: str
    topic: str
    availability: str


@dataclass(frozen=True, slots=True)
class OpenLamps:
    """The first message: the broker, the folder that its files are relative to, and the lamps.

    The index of a `SendBatch` counts the lamps.
    """

    mqtt: MqttSpec
    root: str
    lamps: tuple[LampRequest, ...]


@dataclass(frozen=True, slots=True)
class LampStatus:
    """The state of lamps from now on: `ok` (text: the broker), `absent` or `lost` (why)."""

    outputs: tuple[str, ...]
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class LampsReturned:
    """Lamps may have missed something, or have restarted: they need their values again."""

    outputs: tuple[str, ...]


LAMP_CODEC = Codec(
    (*(OpenLamps, LampRequest, MqttSpec, SendBatch, SendUntil), LampStatus, LampsReturned, Alive)
)
