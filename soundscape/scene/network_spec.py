"""What a room has to do with the clinic's network: an MQTT broker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from soundscape.command_specs import COMMANDS, presses
from soundscape.message_text import quoted
from soundscape.scene.binding import Binder
from soundscape.scene.fields import Text, Whole, Word
from soundscape.scene.schema import FieldProblem, Keys, Model, ValueType
from soundscape.scene.yaml.nodes import KeyPath, Node, ScalarNode

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

TLS_PORT, PLAIN_PORT = 8883, 1883
"""The ports that IANA has registered for MQTT."""

MAY_BE_ALLOWED = tuple(dict.fromkeys((*COMMANDS, *presses())))
"""What a room may allow: commands, and presses that are a part of a command, such as `softer`."""

ALLOWED = (
    *("hold", "release", "next", "extend", "duck", "care", "land", "pause", "mute", "softer"),
)
"""What a room allows unless it says otherwise: nothing that makes louder or ends a session."""


@dataclass(frozen=True)
class TopicName(ValueType):
    """A name as it may stand in an MQTT topic, up to `levels` of them with / between."""

    what: str
    example: str
    levels: int = 1

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the name, or INVALID."""
        written = node.text if isinstance(node, ScalarNode) and node.value is not None else ""
        if not written:
            return binder.report(node.mark, path, f"needs {self.what}, such as {self.example}")
        if re.fullmatch(self._pattern(), written) is None:
            also = " and /" if self.levels > 1 else ""
            message = (
                f"{quoted(written)} is not {self.what}: use letters a to z, digits, - and _{also}, "
                f"such as {self.example}"
            )
            return binder.report(node.mark, path, message)
        return written

    def _pattern(self) -> str:
        level = "[A-Za-z0-9_-]{1,64}"
        return level if self.levels == 1 else f"{level}(/{level}){{0,{self.levels - 1}}}"

    def sample(self) -> str:
        """Return the example."""
        return self.example

    def describe(self) -> JsonSchemaValue:
        """Return the pattern; a number stands for its digits."""
        text = {"type": ["string", "number"], "pattern": f"^{self._pattern()}$"}
        return {**text, "description": f"{self.what}, such as {self.example}"}


_Broker = Annotated[str, Text("a broker's name or address", "broker.clinic.lan", longest=253)]
_Certificate = Annotated[str, Text("a file in the library", "clinic-ca.crt")]
_Password = Annotated[str, Text("a file in the library", "broker.password")]
_Allowed = Annotated[str, Word(MAY_BE_ALLOWED, "a command")]


@dataclass(frozen=True, kw_only=True)
class MqttSpec(Model):
    """The clinic's MQTT broker, and what the room does there."""

    broker: _Broker
    """The name or address of the broker's computer."""
    port: Annotated[int, Whole(1, 65535, "a port")] | None = None
    """Its port; default: 8883 with TLS, 1883 without."""
    tls: bool = True
    """Whether the connection is encrypted, and the broker shows its certificate."""
    ca: _Certificate | None = None
    """The certificate of the authority that signed the broker's; default: those of the system."""
    user: Annotated[str, Text("a user of the broker", "room-1", longest=200)] | None = None
    """The user that the broker knows this computer as."""
    password_file: _Password | None = field(default=None, metadata={"alias": "password-file"})
    """A file whose first line is the password; nobody else should be able to read it."""
    prefix: Annotated[str, TopicName("a topic", "soundscape", levels=4)] = "soundscape"
    """What all topics begin with; the same in all rooms of a clinic."""
    room: Annotated[str, TopicName("a room's short name", "room-1")] | None = None
    """The room's name in topics. Without it nothing of a session is published."""
    titles: bool = False
    """Whether the titles of scene and music leave the room."""
    allow: tuple[_Allowed, ...] = ALLOWED
    """What may be done from outside: commands, or `softer` or `louder` for a part of `level`."""

    @property
    def port_in_use(self) -> int:
        """The port that is written, or the usual one."""
        return self.port or (TLS_PORT if self.tls else PLAIN_PORT)

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """A password without a user or over an open connection; a certificate for nothing."""
        if "password-file" in keys.written and "user" not in keys.written:
            yield FieldProblem(("password-file",), "needs 'user' beside it")
        if "ca" in keys.written and keys["tls"] is False:
            yield FieldProblem(("ca",), "goes with 'tls: true'")
        for key in ("titles", "allow"):
            if key in keys.written and "room" not in keys.written:
                yield FieldProblem(
                    (key,), "needs 'room' beside it: without it nothing is published"
                )


@dataclass(frozen=True, kw_only=True)
class NetworkSpec(Model):
    """What a room has to do with the clinic's network. All of it is off unless it is written."""

    mqtt: MqttSpec | None = None
    """The clinic's MQTT broker."""
