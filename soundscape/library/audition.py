"""A show that plays one sound alone: a generator, an entry of a playlist, or a sound file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from soundscape import synth
from soundscape.errors import FileProblems, InvalidValue, LibraryError
from soundscape.library.diagnostics import Diagnostics
from soundscape.library.file_tracks import LookUp
from soundscape.library.files.load import SceneFiles
from soundscape.library.files.locate import Library, is_file, spelled
from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import ListedPlaylist
from soundscape.library.files.sound_files import ENDINGS
from soundscape.library.measure.track_gain import effective_loudness
from soundscape.library.track_entry import LevelledTrack
from soundscape.library.tracks import Tracks
from soundscape.media.probe import probe
from soundscape.scene.document import read_playlist
from soundscape.scene.models import PlaylistSpec, TrackSpec
from soundscape.timeline.show import Envelope, FadeFrames, Layer, Move, Phase, Playlist, Show, Track
from soundscape.units import At, frames

GENERATED_FOR = 60.0
"""Seconds that a generator plays where no duration is given."""

FADE = 3.0
"""Seconds in and out; less where it would be more than a quarter of the whole."""

_COMMAND_LINE = "the command line"


@dataclass(frozen=True, slots=True)
class AuditionRequest:
    """What to play.

    `name` is a generator, a playlist or a sound file; with a `track`, counted from 1, a playlist.
    `params` are a generator's, as YAML has them. `length` is in seconds, `target` in LUFS, the
    `ceiling` in dBTP.
    """

    name: str
    track: int | None = None
    params: Mapping[str, str] | None = None
    length: float | None = None
    target: float = synth.NOMINAL_LUFS
    seed: int = 0
    ceiling: float = -1.0


def audition(library: Library, request: AuditionRequest, measured: LookUp) -> Show:
    """Return a show in which the requested sound plays alone, between two gentle fades.

    Raises LibraryError if it does not exist, InvalidValue for a bad parameter, and FileProblems
    for a playlist that cannot be used.
    """
    findings = Diagnostics()
    tracks = Tracks(library, PathSearch(library.root), probe, request.seed, findings, measured)
    pieces = _pieces(library, request, tracks, findings)
    wrong = [problem for problem in findings.all() if problem.severity == "error"]
    if wrong and wrong[0].file == _COMMAND_LINE:
        raise InvalidValue("\n".join(_for_command_line(problem.message) for problem in wrong))
    if findings.faults or (wrong and not pieces):
        raise findings.as_error()
    piece = pieces[0]
    if piece.loudness is None:
        raise LibraryError(f"{spelled(piece.track.title)} is a planned silence: there is no sound")
    gain = piece.track.gain_db - effective_loudness(piece.loudness, request.target, request.ceiling)
    return _show(piece.track.at_gain(gain), request)


def _pieces(
    library: Library, request: AuditionRequest, tracks: Tracks, findings: Diagnostics
) -> Sequence[LevelledTrack]:
    if request.name in synth.NAMES and request.track is None:
        return _generated(request, tracks, findings)
    if request.params:
        raise InvalidValue(f"--set is for generators: {', '.join(synth.NAMES)}")
    if request.track is None and request.name.lower().endswith(tuple(ENDINGS)):
        return _file(library, request, tracks)
    reading = SceneFiles(library, findings)
    try:
        _, document = reading.playlist(request.name)
    except LibraryError as error:
        generators = ", ".join(synth.NAMES)
        raise LibraryError(f"{error}, and no such generator ({generators})") from error
    if document is None or findings.faults:
        raise findings.as_error()
    found = tracks.make(document, ("tracks",), document.model.tracks)
    number = request.track or 1
    if not 1 <= number <= len(found) and not findings.all():
        raise LibraryError(
            f"{spelled(request.name)} has {len(found)} tracks, and no track {number}"
        )
    return found[number - 1 : number]


def _generated(
    request: AuditionRequest, tracks: Tracks, findings: Diagnostics
) -> Sequence[LevelledTrack]:
    """The generator with its parameters."""
    length = GENERATED_FOR if request.length is None else request.length
    parameters = [f"{key}: {value}" for key, value in (request.params or {}).items()]
    return _read(
        [f"generate: {request.name}", f"duration: {length}", *parameters], tracks, findings
    )


def _file(library: Library, request: AuditionRequest, tracks: Tracks) -> Sequence[LevelledTrack]:
    near = None if library.here is None else library.here / request.name
    path = near if near is not None and is_file(near) else library.path(request.name)
    spec = TrackSpec(file=str(path))  # not by way of YAML, which holds no name that is not UTF-8
    alone = ListedPlaylist(PlaylistSpec(tracks=(spec,)), _COMMAND_LINE, ((1, 1),))
    return tracks.make(alone, ("tracks",), alone.model.tracks)


def _read(lines: Sequence[str], tracks: Tracks, findings: Diagnostics) -> Sequence[LevelledTrack]:
    """A track, read as one of a playlist is."""
    text = "tracks:\n- " + "\n  ".join(lines)
    try:
        document = read_playlist(text.encode(), _COMMAND_LINE)
    except FileProblems as faults:
        findings.faults += faults.problems
        return ()
    return tracks.make(document, ("tracks",), document.model.tracks)


def _for_command_line(message: str) -> str:
    """Return a problem's message without the key path of the track that was made for it."""
    if message.startswith("'"):  # a file's own name
        return message
    key, _, text = message.removeprefix("tracks.1.").partition(": ")
    return {"duration": f"--for: {text}"}.get(key, f"--set {key}: {text}")


def _show(track: Track, request: AuditionRequest) -> Show:
    length = track.frames if request.length is None else min(track.frames, frames(request.length))
    fade = min(frames(FADE), length // 4)
    playlist = Playlist(track.title, (track,), loop=False)
    phase = Phase(
        name=track.title,
        frames=length - fade,
        advance="auto",
        loudness=Envelope(((At(), request.target),)),
        layers={"music": Layer(playlist)},
    )
    return Show(
        name=track.title,
        seed=request.seed,
        fades=FadeFrames(track=0, phase=fade, skip=fade, start=fade, end=fade),
        phases=(phase,),
        landing={},
        drone=playlist,
        care=Move(At(), {}, 0),
    )
