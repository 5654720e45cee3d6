"""What steers a session from outside: pedals, pads and faders over MIDI, keys of the console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic.json_schema import JsonSchemaValue

from soundscape.scene.binding import Binder, not_one_of
from soundscape.scene.fields import Text
from soundscape.scene.schema import FieldProblem, Keys, Model, ValueType
from soundscape.scene.wiring import Channel, Controller, NoteNumber, Program
from soundscape.scene.yaml.nodes import KeyPath, Node, ScalarNode

Command = Literal[
    "next", "goto", "hold", "release", "extend", "dose", "pause", "play", "duck", "level", "skip",
    "swap", "soften", "lift", "land", "care", "mute", "stop", "note", "mark",
]  # fmt: skip
COMMANDS: tuple[str, ...] = get_args(Command)
"""What a pedal, a pad or a key may do."""

KeyAct = Literal[Command, "louder", "softer", "leave", "lock", "help", "remote"]
"""What a key of the console may do: the commands, and what the console does by itself."""

SHOWN = frozenset({"hold", "duck", "pause", "care", "land", "mute", "stop"})
"""Commands whose state lasts, so that a pad can show it."""

_WORDS = (("goto", "phase", "return"), ("note", "text", "sat up"))
"""What a press alone cannot say: command, key, example."""

_Input = Annotated[str, Text("a port under 'midi'", "pedal", kind="input")]


class Control(Model):
    """A pedal, pad or fader."""

    exactly_one = ("note", "cc", "program")

    port: _Input
    """A port under `midi`."""
    channel: Channel | None = None
    """1 to 16; default: any."""
    note: NoteNumber | None = None
    """The note that it sends."""
    cc: Controller | None = None
    """The controller that it sends."""
    program: Program | None = None
    """The program that it sends, 1 to 128."""
    do: Command
    """The command."""
    phase: Annotated[str | None, Text("a phase's name", "return")] = None
    """Where `goto` goes."""
    text: Annotated[str | None, Text("what to note", "patient sat up", longest=200)] = None
    """What `note` writes down."""
    feedback: bool = False
    """Light the pad while the command's state lasts."""

    @classmethod
    def faults(cls, found: Keys) -> Iterator[FieldProblem]:
        """What a command needs beside the press, and what it cannot have."""
        do = found["do"]
        if do is None:  # faulty, and said so
            return
        for command, key, example in _WORDS:
            if do == command and key not in found.written:
                yield FieldProblem(("do",), f"{do} needs '{key}', such as '{key}: {example}'")
            if do != command and key in found.written:
                yield FieldProblem((key,), f"goes with do: {command}")
        if do == "level" and "cc" not in found.written:
            yield FieldProblem(("do",), "level follows a fader: give its cc")


_NAMED_KEYS = (
    "pageup", "pagedown", "home", "end", "insert", "delete", "backspace", "enter", "space", "tab",
    "escape", "up", "down", "left", "right", *(f"f{n}" for n in range(1, 25)),
)  # fmt: skip


@dataclass(frozen=True)
class KeyType(ValueType):
    """A key of the keyboard: a character or a name, with ctrl+, alt+, shift+ before it."""

    def read(self, reader: Binder, node: Node, path: KeyPath) -> Any:
        """Return the key's name, or INVALID."""
        written = node.text if isinstance(node, ScalarNode) else ""
        name = written
        for modifier in ("ctrl+", "alt+", "shift+"):
            name = name.removeprefix(modifier)
        if len(name) == 1 or name in _NAMED_KEYS:
            return written
        near = not_one_of(name, _NAMED_KEYS)
        return reader.fault(node.mark, path, f"{near}; write a key like pagedown, f5 or ctrl+d")

    def sample(self) -> str:
        """Return a key."""
        return "pagedown"

    def describe(self) -> JsonSchemaValue:
        """Return a text."""
        return {"type": "string"}
