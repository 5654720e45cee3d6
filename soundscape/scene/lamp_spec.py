"""A lamp over MQTT as an integrator writes it: the topics of one that Home Assistant has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from soundscape.message_text import quoted
from soundscape.scene.binding import Binder
from soundscape.scene.schema import Model, ValueType
from soundscape.scene.yaml.nodes import KeyPath, Node, ScalarNode

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

_LONGEST = 200
"""Characters of a topic; brokers take much longer ones, which nobody writes."""

_TOPIC = rf"[^+#$\x00-\x1f\x7f][^+#\x00-\x1f\x7f]{{0,{_LONGEST - 1}}}"
"""A topic without wildcards, and not one of the broker's own (MQTT 5, 4.7.1 and 4.7.2)."""


@dataclass(frozen=True)
class _LampTopicType(ValueType):
    """The topic of a lamp."""

    example: str

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the topic, or INVALID."""
        written = node.text if isinstance(node, ScalarNode) and node.value is not None else ""
        if not written:
            return binder.report(node.mark, path, f"needs a topic, such as {self.example}")
        if re.fullmatch(_TOPIC, written) is None:
            message = (
                f"{quoted(written)} is not the topic of one lamp: it has no + and no #, does not "
                f"begin with $, and has at most {_LONGEST} characters, such as {self.example}"
            )
            return binder.report(node.mark, path, message)
        return written

    def sample(self) -> str:
        """Return the example."""
        return self.example

    def describe(self) -> JsonSchemaValue:
        """Return the pattern."""
        pattern = f"^{_TOPIC}$"
        return {"type": "string", "pattern": pattern, "description": f"such as {self.example}"}


@dataclass(frozen=True, kw_only=True)
class LampSpec(Model):
    """A lamp on the broker of `network: mqtt:`, which takes Home Assistant's JSON for lights."""

    topic: Annotated[str, _LampTopicType("zigbee2mqtt/ceiling/set")]
    """Where it takes its values."""
    availability: Annotated[str, _LampTopicType("zigbee2mqtt/ceiling/availability")] | None = None
    """Where it says that it is `online` or `offline`: it gets its value again when it is back."""
