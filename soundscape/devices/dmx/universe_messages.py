"""Messages about DMX universes between a session and the processes that send them.

Imports the standard library only, so that these processes start fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from soundscape.ipc.channel import Alive
from soundscape.ipc.codec import Codec


@dataclass(frozen=True, slots=True)
class UniverseRequest:
    """A universe to send: the room's name of its port, and where it goes.

    `to` is an IPv4 address, or `multicast` (sACN). `file` has what is known of the universe, and
    `frame` (512 values) is the first frame where nothing is. `title` is the universe in words.
    """

    port: str
    protocol: Literal["sacn", "artnet"]
    universe: int
    to: str
    file: str
    frame: bytes
    title: str
    priority: int = 100
    source: str = ""


@dataclass(frozen=True, slots=True)
class SecondSender:
    """Another sender of a port's universe has come, or is gone. `name` may be empty."""

    port: str
    name: str
    there: bool


@dataclass(frozen=True, slots=True)
class KeepUniverses:
    """The only message to a keeper: all universes whose last frame it is to go on sending."""

    universes: tuple[UniverseRequest, ...]


KEEPER_CODEC = Codec((UniverseRequest, KeepUniverses, Alive))
