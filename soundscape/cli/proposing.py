"""Measures a music folder and proposes a playlist for each phase, for `init --from`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import rich_click as click

from soundscape.cli.measuring import open_catalogue, scanning, textures
from soundscape.dsp.texture import Texture
from soundscape.errors import LibraryError, MediaError
from soundscape.library.file_tracks import file_error
from soundscape.library.files.locate import spelled
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.phase_proposal import MINUTES, MeasuredTrack, Proposal, propose
from soundscape.library.proposed_playlists import listed_files, playlist_text
from soundscape.media.segments import segments
from soundscape.units import SAMPLE_RATE


def proposed_playlists(
    folder: Path, likes: Sequence[tuple[str, Path]], root: Path
) -> tuple[Proposal, dict[str, str]]:
    """Return a proposal for the sound files of a folder, and the text of each phase's playlist.

    `likes` are phases, each with a playlist or folder of tracks that the clinic plays in it. What
    cannot be measured is printed on stderr. Raises LibraryError.
    """
    files = listed_files(folder, _tell_of_unread)
    if not files:
        raise LibraryError(f"{spelled(str(folder))} holds no sound file")
    lists: dict[str, list[Path]] = {}
    for phase, path in likes:
        found = listed_files(path, _tell_of_unread)
        if not found:
            raise LibraryError(f"{spelled(str(path))} names no sound file that is there")
        lists.setdefault(phase, []).extend(found)
    known = _measured([*files, *(file for chosen in lists.values() for file in chosen)])
    tracks = [known[file] for file in files if file in known]
    if not tracks:
        raise LibraryError(f"{spelled(str(folder))}: no file of it can be measured")
    own = {
        phase: [known[file] for file in chosen if file in known] for phase, chosen in lists.items()
    }
    proposal = propose(tracks, {phase: chosen for phase, chosen in own.items() if chosen})
    texts = {
        phase: playlist_text(phase, found, root, folder, by_lists=bool(own))
        for phase, found in proposal.items()
    }
    return proposal, texts


def like(
    _context: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    """Read `peak=FILE`; the callback of an option."""
    found = []
    for value in values:
        phase, equals, path = value.partition("=")
        if phase not in MINUTES or not equals or not path:
            raise click.BadParameter(
                f"'{value}' is not PHASE=FILE; PHASE is one of {', '.join(MINUTES)}"
            )
        found.append((phase, Path(path).expanduser().absolute()))
    return tuple(found)


def summary(proposal: Proposal, names: Mapping[str, str]) -> list[str]:
    """A line for each phase: its playlist, and how much music it has."""
    lines = []
    for phase, found in proposal.items():
        minutes = sum(one.track.seconds for one in found) / 60
        tracks = "1 track" if len(found) == 1 else f"{len(found)} tracks"
        lines.append(
            f"  {phase:8} {tracks}, {minutes:.0f} min for a typical {MINUTES[phase]:.0f}: "
            f"{names[phase]}"
        )
    return lines


def _measured(files: Iterable[Path]) -> dict[Path, MeasuredTrack]:
    """Measure files. Those that cannot be measured are told and left out."""
    wanted = list(dict.fromkeys(files))
    found: dict[Path, MeasuredTrack] = {}
    with open_catalogue() as catalogue:
        scanning(catalogue)(wanted)
        for file, heard in textures(wanted):
            try:
                found[file] = _track(catalogue, file, heard)
            except MediaError as error:
                shown = spelled(str(file))
                reason = file_error(file, str(file), error)
                click.echo(f"warning: {shown} is left out: {reason}", err=True)
    return found


def _track(
    catalogue: Catalogue, file: Path, texture: tuple[Texture, ...] | MediaError
) -> MeasuredTrack:
    """Raises MediaError if a file holds no sound."""
    if isinstance(texture, MediaError):
        raise texture
    measured = catalogue.get(file)
    if measured is None:
        raise MediaError(f"{file}: has changed just now")
    heard = segments(measured, texture)
    if not heard:
        raise MediaError(f"{file}: is silent")
    return MeasuredTrack(file, measured.probe.frames / SAMPLE_RATE, heard)


def _tell_of_unread(folder: Path, error: OSError) -> None:
    click.echo(f"warning: {spelled(str(folder))}: cannot be read: {error.strerror}", err=True)
