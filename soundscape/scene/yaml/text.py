"""Bytes to a tree of nodes that know their place, by the rules of YAML 1.2 core.

PyYAML's parser gives the events; its own composer and constructors follow YAML 1.1 (`on` is true,
`1:30` is 90, a later key silently replaces an earlier one), so the tree is built here. Nothing is
ever constructed but text, numbers, true, false and null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import yaml

from soundscape.message_text import quoted
from soundscape.scene.yaml.core_schema import resolve
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Mark, Node, ScalarNode
from soundscape.scene.yaml.syntax import explain

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_NODES = 100_000
"""Counted as if every alias were written out: what "blows up" is refused."""


class TextProblem(NamedTuple):
    """What is wrong with the text, and where."""

    mark: Mark
    message: str
    path: KeyPath = ()


def read_yaml(data: bytes) -> tuple[Node | None, list[TextProblem]]:
    """Return the tree of the one document in `data`, None where there is none, and all problems."""
    text, problem = _decode(data)
    if problem:
        return None, [problem]
    builder = _TreeBuilder()
    try:
        return builder.build(yaml.parse(text, Loader=_LOADER)), builder.problems
    except yaml.MarkedYAMLError as error:
        builder.problems.append(TextProblem(*explain(error, text)))
    except _Stop as stop:
        builder.problems.append(stop.problem)
    except (ValueError, OverflowError):  # PyYAML's own on an escape past the last character
        builder.problems.append(TextProblem(Mark(1, 1), "a \\U escape is past the last character"))
    return None, builder.problems


# libyaml reads a large file ten times faster; where it was not built, the Python parser serves.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# YAML 1.2.2, 5.1: c-printable; the other characters may not stand in a file.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_VALUE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def _decode(data: bytes) -> tuple[str, TextProblem | None]:
    if len(data) > MAX_BYTES:
        return "", TextProblem(Mark(1, 1), "the file is over 1 MiB, too large for a file of ours")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"byte 0x{data[error.start]:02X} is not UTF-8: save the file as UTF-8"
        return "", TextProblem(_mark_after(before), message)
    text = text.removeprefix("\ufeff")
    if bad := _UNPRINTABLE.search(text):
        message = f"a control character (0x{ord(bad[0]):02X}): delete it"
        return "", TextProblem(_mark_after(text[: bad.start()]), message)
    return text, None


def _mark_after(before: str) -> Mark:
    before = before.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Stop(Exception):
    """Reading cannot go on."""

    def __init__(self, event: yaml.Event, message: str) -> None:
        self.problem = TextProblem(_mark(event), message)
        super().__init__(message)


class _Open(NamedTuple):
    """A list or mapping that is being read."""

    node: ListNode | MapNode
    anchor: str | None
    path: KeyPath
    before: int  # nodes before it


class _TreeBuilder:
    """Events in, tree out. Problems that do not stop the reading are collected in `problems`."""

    def __init__(self) -> None:
        self.problems: list[TextProblem] = []
        self._open: list[_Open] = []
        self._keys: list[
            ScalarNode | None
        ] = []  # of each open mapping: the key that awaits a value
        self._anchors: dict[str, tuple[Node, int] | None] = {}  # None: still open
        self._count = 0
        self._root: Node | None = None

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Stop(event, "a second document: a file holds one, so delete this '---'")
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        if self._root is None or (isinstance(self._root, ScalarNode) and self._root.value is None):
            self.problems.append(TextProblem(Mark(1, 1), "the file is empty"))
            return None
        return self._root

    def _node(self, event: yaml.NodeEvent) -> None:
        self._count += 1
        if isinstance(event, yaml.AliasEvent):
            node = self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event)
        else:
            return self._start(event)
        if self._count > MAX_NODES:
            raise _Stop(event, f"more than {MAX_NODES:,} values: split the file")
        return self._place(node, event)

    def _start(self, event: yaml.NodeEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _Stop(event, f"nested more than {MAX_DEPTH} deep")
        _check_tag(event, {"seq"} if isinstance(event, yaml.SequenceStartEvent) else {"map"})
        node: ListNode | MapNode
        if isinstance(event, yaml.SequenceStartEvent):
            node = ListNode(_mark(event))
        else:
            node = MapNode(_mark(event))
        if event.anchor:
            self._anchors[event.anchor] = None
        path = self._path()
        self._place(node, event)
        self._open.append(_Open(node, event.anchor, path, self._count))
        self._keys.append(None)

    def _close(self) -> None:
        done = self._open.pop()
        self._keys.pop()
        if done.anchor:
            self._anchors[done.anchor] = done.node, self._count - done.before + 1

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            raise _Stop(event, f"'*{event.anchor}' refers to no '&{event.anchor}' above it")
        found = self._anchors[event.anchor]
        if found is None:
            raise _Stop(event, f"'*{event.anchor}' contains itself")
        node, size = found
        self._count += size
        if len(self._open) + _depth(node) > MAX_DEPTH:
            raise _Stop(event, f"nested more than {MAX_DEPTH} deep")
        return node

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        _check_tag(event, {"str", "int", "float", "bool", "null"})
        if bad := _IN_VALUE.search(event.value):
            self._report(event, f"a control character (0x{ord(bad[0]):02X}) in a text: delete it")
        tagged = event.tag is not None and not event.tag.endswith(("str", "!"))
        plain = event.implicit[0] and event.tag is None
        value = resolve(event.value) if plain or tagged else event.value
        node = ScalarNode(_mark(event), event.value, value, plain)
        if event.anchor:
            self._anchors[event.anchor] = node, 1
        return node

    def _place(self, node: Node, event: yaml.NodeEvent) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1].node
        if isinstance(parent, ListNode):
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = self._key(node, event)
        else:
            key, self._keys[-1] = self._keys[-1], None
            self._pair(parent, key, node)

    def _key(self, node: Node, event: yaml.NodeEvent) -> ScalarNode:
        if not isinstance(node, ScalarNode):
            raise _Stop(event, "a list or mapping cannot be a key: put the text in quotes")
        if not node.text.strip():
            raise _Stop(event, "a key without a name: write it before the colon")
        if node.text == "<<" and node.plain:
            self._report(event, "'<<' is not used here: write the keys out")
        return replace(node, mark=_mark(event))

    def _pair(self, parent: MapNode, key: ScalarNode, node: Node) -> None:
        if key.text in parent.keys:
            first = parent.keys[key.text].line
            message = f"is written twice (first in line {first}): delete one"
            self.problems.append(TextProblem(key.mark, message, (*self._open[-1].path, key.text)))
        elif not (key.text == "<<" and key.plain):
            parent.items[key.text] = node
            parent.keys[key.text] = key.mark

    def _report(self, event: yaml.Event, message: str) -> None:
        self.problems.append(TextProblem(_mark(event), message, self._path()))

    def _path(self) -> KeyPath:
        """The key path of the value that comes next."""
        if not self._open:
            return ()
        around, key = self._open[-1], self._keys[-1]
        if isinstance(around.node, ListNode):
            return (*around.path, len(around.node.items))
        return (*around.path, key.text) if key else around.path


def _depth(node: Node) -> int:
    """How deep a finished node is nested; it has passed MAX_DEPTH itself."""
    if isinstance(node, ScalarNode):
        return 0
    children: Sequence[Node] = list(
        node.items.values() if isinstance(node, MapNode) else node.items
    )
    return 1 + max(map(_depth, children), default=0)


def _check_tag(event: yaml.NodeEvent, known: set[str]) -> None:
    tag = getattr(event, "tag", None)
    if tag in {None, "!"}:
        return
    short = tag.replace("tag:yaml.org,2002:", "!!")
    if short not in {f"!!{name}" for name in known}:
        raise _Stop(event, f"the tag {quoted(short)} is not known here: delete it")


def _mark(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
