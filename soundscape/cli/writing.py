"""Writes the result of a command to the requested file."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from soundscape.errors import SoundscapeError
from soundscape.views import report_texts


def write(file: str, content: str | bytes) -> None:
    """Write a text (UTF-8) or bytes to a file, and say so on stderr; `-` is standard output.

    Raises SoundscapeError if the file cannot be written.
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
