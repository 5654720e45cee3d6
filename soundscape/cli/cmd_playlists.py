"""`soundscape import` and `soundscape export`: exchange playlists with other programs."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from soundscape.cli.loading import tell, the_library
from soundscape.cli.options import library_option
from soundscape.errors import LibraryError
from soundscape.library.files.atomic_write import write_atomically
from soundscape.library.files.locate import YAML, Library, exists, shipped_root
from soundscape.library.playlist_export import export_playlist
from soundscape.library.playlist_import import import_playlist

_STDOUT = Path("-")
_target = click.Path(path_type=Path, allow_dash=True)


@click.command("import")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@library_option
@click.option(
    "-o", "--output", "target", metavar="FILE", type=_target,
    help="The YAML file to write, - for standard output. Default: playlists/NAME.yaml of the "
    "library, by the name of FILE.",
)  # fmt: skip
def import_command(source: Path, library: str | None, target: Path | None) -> None:
    """Make a playlist of another program's, or of a folder.

    FILE is an M3U, M3U8, PLS, XSPF or cue sheet, or a folder of sound files. Titles are kept, and
    paths count from the library. Tracks whose files are not there are told, with the file of a
    similar name that may be meant, and stand as comments in the new playlist.

    \b
    Example:
      soundscape import ~/Music/Peak.m3u8
    """
    found = the_library(library)
    imported = import_playlist(source.expanduser().absolute(), found)
    tell(imported.problems)
    if target == _STDOUT:
        click.echo(imported.text, nl=False)
        return
    path = (
        target
        or _own(found) / "playlists" / f"{source.stem if source.suffix else source.name}.yaml"
    )
    if path.suffix.lower() not in YAML:
        raise click.BadParameter(f"{path.name} does not end in .yaml", param_hint="-o")
    _write(path, imported.text, "import")
    click.echo(f"{path}: {_tracks(imported.tracks)}")


@click.command("export")
@click.argument("name", metavar="PLAYLIST")
@library_option
@click.option(
    "-o", "--output", "target", metavar="FILE", type=click.Path(path_type=Path), required=True,
    help="The file to write; its ending says the format: .m3u8, .m3u or .xspf.",
)  # fmt: skip
def export_command(name: str, library: str | None, target: Path) -> None:
    """Write a playlist for another program, such as VLC or foobar2000.

    Generated sound and planned silence have no file, and are left out.

    \b
    Example:
      soundscape export peak -o peak.m3u8
    """
    path = target.expanduser().absolute()
    exported = export_playlist(name, the_library(library), path)
    for reason in exported.left_out:
        click.echo(f"warning: {reason}", err=True)
    _write(path, exported.text, "export")
    click.echo(f"{target}: {_tracks(exported.tracks)}")


COMMANDS = {"import": import_command, "export": export_command}


def _own(library: Library) -> Path:
    """Return the folder of the user's library. Raises LibraryError if it is the shipped one."""
    if library.root == shipped_root() and not Path.cwd().is_relative_to(library.root):
        raise LibraryError(
            "the library in use is the one that comes with the program: make your own with "
            "`soundscape init DIR`, or say -o FILE"
        )
    return library.root


def _write(path: Path, text: str, command: str) -> None:
    """Write a new file. Raises LibraryError if it exists or cannot be written."""
    if exists(path):
        raise LibraryError(f"{path} is there already: delete it, or {command} to another with -o")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text, mode=0o644)
    except (OSError, UnicodeEncodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "a file's name is not UTF-8"
        raise LibraryError(f"{path}: cannot be written: {why}") from error


def _tracks(count: int) -> str:
    return f"{count} track{'' if count == 1 else 's'}"
