"""A group that loads a command only when it is used: `--help` loads no sound and no MIDI."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rich_click as click


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """The name, the summary and the module of a command.

    The command is the object `name` of module `cmd_{name}`, or in `COMMANDS` of `cmd_{module}`.
    """

    name: str
    summary: str
    module: str = ""


class LazyGroup(click.RichGroup):
    """A group that imports a command only to run it or to show its help."""

    def __init__(
        self, *args: Any, entries: Sequence[LazyCommand] = (), package: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._entries = {entry.name: entry for entry in entries}
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names, in the order in which they are listed."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a stand-in with the summary, which is enough for the group's own help."""
        entry = self._entries.get(cmd_name)
        return click.RichCommand(name=cmd_name, short_help=entry.summary) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command itself, imported now."""
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
