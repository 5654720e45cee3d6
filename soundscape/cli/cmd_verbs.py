"""The verbs of the command line: one for each command to the running session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import rich_click as click

from soundscape import command_specs
from soundscape.cli.connect import reach, session_option, stop
from soundscape.cli.options import json_option
from soundscape.command_arguments import FLAG, SWITCH, TEXT
from soundscape.command_specs import CommandSpec
from soundscape.errors import InvalidValue

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _parameters(spec: CommandSpec) -> Iterator[Decorator]:
    """Yield the parameters of a verb, made from the arguments of its command."""
    for argument in spec.arguments:
        name, kind = argument.name, argument.type
        if kind is SWITCH:
            yield click.option(f"--{name}/--off", name, default=None, help=argument.help)
        elif kind is FLAG:
            yield click.option(f"--{name}", is_flag=True, default=None, help=argument.help)
        elif not argument.required:
            yield click.option(f"--{name}", metavar=kind.name, help=argument.help)
        elif name == "text":  # all remaining words, so that a line needs no quotes
            yield click.argument(name, nargs=-1, required=True)
        elif kind is TEXT:
            yield click.argument(name)
        else:
            yield click.argument(name, metavar=kind.name)


def verb(spec: CommandSpec) -> click.Command:
    """Return the command line's verb for a command."""

    def act(session: str | None, as_json: bool, **given: Any) -> None:
        text = given.get("text")
        if text is not None:
            given["text"] = " ".join(text)
        asked = {"do": spec.name}
        asked |= {name: value for name, value in given.items() if value is not None}
        try:
            answer = stop(session, asked) if spec.name == "stop" else reach(session).do(asked)
        except InvalidValue as fault:
            raise click.UsageError(str(fault)) from fault
        click.echo(answer.model_dump_json() if as_json else answer.said)

    examples = "\n  ".join(f"soundscape {spec.name} {one}".rstrip() for one in spec.examples)
    act.__doc__ = f"{spec.help}\n\n\b\nExample:\n  {examples}\n"
    decorated: Callable[..., Any] = act
    for parameter in (*_parameters(spec), session_option, json_option):
        decorated = parameter(decorated)
    # So that a negative argument is not read as an option: `level -1`, `extend -5m`.
    signed = any(argument.type.signed for argument in spec.arguments)
    settings = {"ignore_unknown_options": signed}
    return click.command(spec.name, context_settings=settings)(decorated)


COMMANDS = {name: verb(spec) for name, spec in command_specs.COMMANDS.items()}
