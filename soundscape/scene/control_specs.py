"""What steers a session from outside: pedals, pads and faders over MIDI, keys of the console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from soundscape.command_arguments import TEXT
from soundscape.command_specs import COMMANDS, SCREEN_ACTS, presses
from soundscape.scene.binding import Binder, not_one_of
from soundscape.scene.fields import Text, Word
from soundscape.scene.schema import FieldProblem, Keys, Model, ValueType
from soundscape.scene.wiring import Channel, Controller, NoteNumber, Program
from soundscape.scene.yaml.nodes import KeyPath, Node, ScalarNode

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

CommandName = Annotated[str, Word(tuple(COMMANDS), "a command")]
"""What a pedal or a pad may do."""

KEY_ACTS = tuple(dict.fromkeys((*COMMANDS, *presses(), *SCREEN_ACTS)))
KeyAct = Annotated[str, Word(KEY_ACTS, "a command")]
"""What a key of the console may do: the commands, and what the console does by itself."""

SHOWN = frozenset(spec.name for spec in COMMANDS.values() if spec.lasts)
"""Commands whose state lasts, so that a pad can show it."""

_WORDS = tuple(
    (spec.name, argument.name, argument.example)
    for spec in COMMANDS.values()
    for argument in spec.arguments
    if argument.required and argument.type is TEXT
)
"""What a press alone cannot say: command, key, example."""

_Input = Annotated[str, Text("a port under 'midi'", "pedal", kind="input")]


HELD = ("duck", "care")
"""Commands that may last as long as a pedal is held."""


@dataclass(frozen=True, kw_only=True)
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
    do: CommandName
    """The command."""
    phase: Annotated[str | None, Text("a phase's name", "return")] = None
    """Where `goto` goes."""
    text: Annotated[str | None, Text("what to note", "patient sat up", longest=200)] = None
    """What `note` writes down."""
    while_: Literal["held"] | None = field(default=None, metadata={"alias": "while"})
    """`held`: the state begins with the press and ends when it is let go."""
    feedback: bool = False
    """Light the pad while the command's state lasts."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """What a command needs beside the press, and what it cannot have."""
        do = keys["do"]
        if do is None:  # faulty, and said so
            return
        for command, key, example in _WORDS:
            if do == command and key not in keys.written:
                yield FieldProblem(("do",), f"{do} needs '{key}', such as '{key}: {example}'")
            if do != command and key in keys.written:
                yield FieldProblem((key,), f"goes with do: {command}")
        if keys["while_"] is not None and do not in HELD:
            yield FieldProblem(("while",), f"goes with do: {' or '.join(HELD)}")
        if keys["while_"] is not None and "program" in keys.written:
            yield FieldProblem(("while",), "goes with a note or cc: a program is never let go")
        if do == "level" and "cc" not in keys.written:
            yield FieldProblem(("do",), "level follows a fader: give its cc")


_NAMED_KEYS = (
    "pageup", "pagedown", "home", "end", "insert", "delete", "backspace", "enter", "space", "tab",
    "escape", "up", "down", "left", "right", *(f"f{n}" for n in range(1, 25)),
)  # fmt: skip


@dataclass(frozen=True)
class KeyType(ValueType):
    """A key of the keyboard: a character or a name, with ctrl+, alt+, shift+ before it."""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the key's name, or INVALID."""
        written = node.text if isinstance(node, ScalarNode) else ""
        name = written
        for modifier in ("ctrl+", "alt+", "shift+"):
            name = name.removeprefix(modifier)
        if len(name) == 1 or name in _NAMED_KEYS:
            return written
        near = not_one_of(name, _NAMED_KEYS)
        return binder.report(node.mark, path, f"{near}; write a key like pagedown, f5 or ctrl+d")

    def sample(self) -> str:
        """Return a key."""
        return "pagedown"

    def describe(self) -> JsonSchemaValue:
        """Return a text."""
        return {"type": "string"}
