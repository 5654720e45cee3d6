"""Writes what a command made to the file that was asked for."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from soundscape.errors import SoundscapeError
from soundscape.views import report_texts


def write(file: str, content: str | bytes) -> None:
    """Write a text (UTF-8) or bytes, and say so on stderr; `-` is standard output.

    Raises SoundscapeError.
    """
    if file == "-":
        click.echo(content, nl=False)
        return
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        Path(file).expanduser().write_bytes(data)
    except OSError as err:
        raise SoundscapeError(f"{file}: cannot be written ({err.strerror})") from err
    click.echo(report_texts.written(file), err=True)
