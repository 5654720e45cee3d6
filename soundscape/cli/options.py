"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich_click as click
from click.shell_completion import CompletionItem

from soundscape.errors import InvalidValue, LibraryError
from soundscape.library.files.locate import find_library
from soundscape.library.languages import NAMES, VARIABLE, use_language
from soundscape.units import parse_duration

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _library(ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Return a command's own --library, else the one given before the command."""
    given = ctx.find_root().params.get("library")
    return value or (given if isinstance(given, str) else None)


library_option: Decorator = click.option(
    "--library",
    metavar="DIR",
    callback=_library,
    help="The folder with scenes/, playlists/ and room.yaml. Default: $SOUNDSCAPE_LIBRARY, else "
    "the nearest one upward from here, else the one that comes with the program.",
)
"""Parameter `library: str | None`, for `library.files.locate.find_library`."""


def _output(_ctx: click.Context, _param: click.Parameter, spec: str | None) -> str | None:
    """Refuse a text that names no output before anything is loaded."""
    if spec is not None:
        from soundscape.devices.audio.open_output import file_of  # noqa: PLC0415 - numpy is slow

        file_of(spec)
    return spec


output_option: Decorator = click.option(
    "--output",
    metavar="null|file:PATH",
    callback=_output,
    help="Instead of the audio device: `null` plays into nothing, `file:PATH` into a WAV file, "
    "both in real time.",
)
"""Parameter `output: str | None`, for `devices.audio.open_output.choose`."""

json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="For scripts.")
"""Parameter `as_json: bool`."""

room_option: Decorator = click.option(
    "--room", metavar="FILE", help="The wiring of the room, instead of room.yaml of the library."
)
"""Parameter `room: str | None`, for `cli.loading`."""

seed_option: Decorator = click.option(
    "--seed", type=int, metavar="N", help="Another shuffle and other generated sound."
)
"""Parameter `seed: int | None`, for `cli.loading`."""


def scene_names(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the scenes that a shell may complete; the `shell_complete` of an argument."""
    given = ctx.params.get("library") or ctx.find_root().params.get("library")
    try:
        names = find_library(given, os.environ, Path.cwd()).scenes()
    except LibraryError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _use_language(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    """Translate into the language from here on; the processes of a session are told of it."""
    if value:
        os.environ[VARIABLE] = value
        use_language(os.environ)


lang_option: Decorator = click.option(
    "--lang",
    type=click.Choice([*NAMES]),
    callback=_use_language,
    is_eager=True,
    expose_value=False,
    help="The language of the console, the page and check. Default: the system's.",
)
"""No parameter: from here on the texts are in that language."""


def duration(
    _context: click.Context, _param: click.Parameter, value: str | float | None
) -> float | None:
    """Return the seconds of a duration (90s, 1m30s, 1:30); the callback of an option."""
    if value is None:
        return None
    try:
        return parse_duration(value)
    except InvalidValue as fault:
        raise click.BadParameter(str(fault)) from fault
