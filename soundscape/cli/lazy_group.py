"""A group whose commands are loaded when they are used: `--help` loads no sound and no MIDI."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rich_click as click


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """A command by its name, its summary, and where it is.

    It is the object `name` of module `cmd_{name}`, or in `COMMANDS` of module `cmd_{module}`.
    """

    name: str
    summary: str
    module: str = ""


class LazyGroup(click.RichGroup):
    """Knows its commands by name and summary, and imports one only to run it or show its help."""

    def __init__(
        self, *args: Any, entries: Sequence[LazyCommand] = (), package: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._entries = {entry.name: entry for entry in entries}
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order in which they are listed."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A stand-in with the summary: enough for the group's own help."""
        entry = self._entries.get(cmd_name)
        return click.RichCommand(name=cmd_name, short_help=entry.summary) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command itself, imported now."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        if name is None or stand_in is None:
            return name, stand_in, rest
        return name, self.load(name), rest

    def load(self, name: str) -> click.Command:
        """Import a command from the module of its name."""
        entry = self._entries[name]
        module = importlib.import_module(f"{self._package}.cmd_{entry.module or name}")
        command: click.Command = module.COMMANDS[name] if entry.module else getattr(module, name)
        return command
