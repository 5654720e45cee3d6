"""The tree of a file: nodes that know their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from soundscape.message_text import printable
from soundscape.scene.yaml.core_schema import ScalarValue

KeyPath = tuple[str | int, ...]
"""Keys from the file's top; places in a list count from 0."""


class Mark(NamedTuple):
    """A place in the text; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One value: `text` as written, `value` as YAML 1.2 core has it (quoted ones stay text)."""

    mark: Mark
    text: str
    value: ScalarValue
    plain: bool = True  # without quotes or tag


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    mark: Mark
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; `keys` has the place of each key."""

    mark: Mark
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)


Node = ScalarNode | ListNode | MapNode


def plain(node: Node) -> Any:
    """The node's value in Python's own types."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.items.items()}


def place(node: Node, path: KeyPath) -> Mark:
    """The place of a key path below a node, or of the nearest thing to it that was written.

    A short form leaves out steps of the full path (`lights: {room: 35%}` has no `0` and no `set`),
    and a generator's parameters stand beside its name: steps that were not written are passed over.
    """
    mark, around = node.mark, node
    for step in path:
        here = around if isinstance(node, ScalarNode) else node
        if isinstance(here, MapNode) and step in here.items:
            around, node = here, here.items[str(step)]
            mark = node.mark
        elif isinstance(node, ListNode) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
            around, mark = node, node.mark
    return mark


def key_path(path: KeyPath) -> str:
    """The path as a person reads it: `phases.peak.lights.1.set`; list places count from 1."""
    parts = (str(step + 1) if isinstance(step, int) else step for step in path)
    return ".".join(printable(part) for part in parts)
