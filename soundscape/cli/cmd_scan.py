"""`soundscape scan`: measures loudness ahead of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click
from rich.table import Table
from rich.text import Text

from soundscape.cli.loading import plain_console, tell, the_library
from soundscape.cli.measuring import open_catalogue, scanning
from soundscape.cli.options import json_option, library_option
from soundscape.errors import LibraryError, MediaError
from soundscape.library.file_tracks import file_error
from soundscape.library.files.locate import Library, spelled
from soundscape.library.files.sound_files import sound_files
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.missing_measurements import named_by
from soundscape.media.probe import probe
from soundscape.media.types import Measured
from soundscape.units import SAMPLE_RATE, format_duration


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@library_option
@json_option
@click.pass_context
def scan(
    context: click.Context, paths: tuple[str, ...], library: str | None, *, as_json: bool
) -> None:
    """Measure the loudness of the library's sound files ahead of time.

    It measures the files that the playlists and scenes name, or PATH: a sound file or a folder. A
    file that is measured and has not changed is skipped, so after Ctrl-C the next scan continues.
    Sound files are never changed.

    \b
    Example:
      soundscape scan
      soundscape scan music/new --json
    """
    found = the_library(library)
    files = _given(paths) if paths else _named(found)
    with open_catalogue() as catalogue:
        scanning(catalogue)(files)
        rows = [_row(catalogue, found, file) for file in files]
    if as_json:
        click.echo(json.dumps([row.as_json() for row in rows], indent=2, ensure_ascii=False))
    elif rows:
        _print(rows)
    else:
        click.echo("no sound file is named: nothing to measure")
    wrong = [row for row in rows if row.problem]
    for row in wrong:
        click.echo(f"{spelled(row.shown)}: {row.problem}", err=True)
    if wrong:
        context.exit(1)


@dataclass(frozen=True, slots=True)
class _ScanRow:
    """A file with its measurement, or with what is wrong with it."""

    path: Path
    shown: str
    measured: Measured | None
    problem: str | None

    def as_json(self) -> dict[str, Any]:
        """Return seconds, LUFS, dBTP and LU; null where nothing could be measured."""
        known = self.measured
        return {
            "path": str(self.path),
            "duration": known and round(known.probe.frames / SAMPLE_RATE, 6),
            "loudness": known and round(known.lufs, 2),
            "peak": known and round(known.peak, 2),
            "range": known and round(known.range, 2),
            "sound_from": known and round(known.sound_from / SAMPLE_RATE, 6),
            "sound_to": known and round(known.sound_to / SAMPLE_RATE, 6),
            "problem": self.problem,
        }


def _named(library: Library) -> list[Path]:
    files, problems = named_by(library)
    tell(problems)
    return files


def _given(paths: tuple[str, ...]) -> list[Path]:
    files: dict[Path, None] = {}
    for text in paths:
        path = Path(text).absolute()
        try:
            found = sound_files(path, _tell_of_unread) if path.is_dir() else [path]
        except OSError as err:
            raise LibraryError(f"{text}: cannot be read: {err.strerror}") from err
        files.update(dict.fromkeys(found))
    return list(files)


def _tell_of_unread(folder: Path, error: OSError) -> None:
    click.echo(f"warning: {spelled(str(folder))}: cannot be read: {error.strerror}", err=True)


def _row(catalogue: Catalogue, library: Library, path: Path) -> _ScanRow:
    shown = library.shown(path)
    try:
        measured = catalogue.get(path)
        if measured is None:
            probe(path)  # raises MediaError with the reason
            return _ScanRow(path, shown, None, "has changed just now; scan again")
    except MediaError as error:
        return _ScanRow(path, shown, None, file_error(path, shown, error))
    return _ScanRow(path, shown, measured, measured.probe.fault)


def _print(rows: list[_ScanRow]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("FILE", overflow="fold")
    for heading in ("TIME", "LUFS", "dBTP", "LU", "SOUND"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(Text(row.shown), *_cells(row.measured))
    plain_console().print(table)


def _cells(known: Measured | None) -> list[str]:
    if known is None:
        return ["–"] * 5
    ends = (known.sound_from, known.sound_to)
    sound = " – ".join(format_duration(round(frame / SAMPLE_RATE, 1)) for frame in ends)
    time = format_duration(round(known.probe.frames / SAMPLE_RATE))
    return [time, f"{known.lufs:.1f}", f"{known.peak:.1f}", f"{known.range:.1f}", sound]
