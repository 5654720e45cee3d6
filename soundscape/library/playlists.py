"""Finds the playlists of a scene, resolves each once, and gives them their gains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from soundscape import synth
from soundscape.errors import LibraryError
from soundscape.library.diagnostics import Described
from soundscape.library.files.load import SceneFiles
from soundscape.library.files.playlist_files import ListedPlaylist
from soundscape.library.generated_tracks import derived_seed
from soundscape.library.measure.track_gain import (
    Loudness,
    effective_loudness,
    loudest,
    of_generators,
)
from soundscape.library.track_entry import LevelledTrack
from soundscape.library.tracks import Tracks
from soundscape.scene.document import Document
from soundscape.scene.models import LayerName, LayerSpec, PlaylistSpec, Scene
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import GeneratedSource, Playlist, Track, Voice
from soundscape.units import frames

DRONE = "built-in drone"
_DRONE_PARAMS = {"root": "D2", "brightness": 0.15, "intensity": 0.25, "motion": 0.25}
_DRONE_LENGTH = frames(600.0)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a layer's tracks are written."""

    name: str
    document: Described
    path: KeyPath
    spec: PlaylistSpec
    continued: frozenset[int] = frozenset()


class Playlists:
    """The playlists that a scene's layers name.

    Add the targets of all layers before any playlist is made, since a track's gain depends on the
    highest target that its playlist meets anywhere.
    """

    def __init__(
        self,
        scene: Document[Scene],
        reading: SceneFiles,
        tracks: Tracks,
        ceiling: float,
    ) -> None:
        self._scene = scene
        self._reading = reading
        self._tracks = tracks
        self._findings = tracks.findings
        self._ceiling = ceiling
        self._origins: dict[KeyPath, _Origin] = {}
        self._highest: dict[str, float] = {}
        self._pieces: dict[str, list[LevelledTrack]] = {}

    def add_target(self, spec: LayerSpec, path: KeyPath, target: float) -> None:
        """Find the playlist of the layer at `path`, and add a target (LUFS) that it will meet."""
        origin = self._find(spec, path)
        if origin is not None:
            self._origins[path] = origin
            loudest_level = max(0.0, *(value for _, value in spec.level.points))
            known = self._highest.get(origin.name, target)
            self._highest[origin.name] = max(known, target + loudest_level)

    def make(
        self, spec: LayerSpec, path: KeyPath, layer: LayerName, *, replaced: bool
    ) -> Playlist | None:
        """Return the layer's playlist; None if it was not found, or if nothing in it can be played.

        The latter is a problem of its own in `findings`. `replaced`: whether another playlist is
        then played in its place.
        """
        origin = self._origins.get(path)
        if origin is None:
            return None
        pieces = self._resolved(origin)
        if not pieces:
            self._tell_of_emptiness(path, layer, replaced=replaced)
            return None
        tracks = self._with_gains(
            pieces, self._highest[origin.name], as_one=spec.match == "playlist"
        )
        if self._scene.model.ride and layer != "voice" if spec.ride is None else spec.ride:
            tracks = (replace(track, ride=True) for track in tracks)
        order = spec.order or origin.spec.order
        loop = origin.spec.loop if spec.loop is None else spec.loop
        if layer == "voice":
            # It plays once, in the order given, and keeps a place of its own in the playlist.
            name, order, loop = f"{origin.name} (voice)", spec.order or "sequential", False
        else:
            name = origin.name
        return Playlist(name, tuple(tracks), order == "shuffle", loop)

    def _tell_of_emptiness(self, path: KeyPath, layer: LayerName, *, replaced: bool) -> None:
        if self._findings.faults:  # then it may be for one of them, and nothing plays anyway
            return
        if layer == "voice":
            meanwhile = "no voice is heard"
        elif replaced:
            meanwhile = "something quiet plays instead"
        elif path[0] == "landing":
            meanwhile = f"the landing has no {layer}"
        else:
            meanwhile = f"the {layer} is silent until a file of it is back"
        message = f"has no track that can be played: {meanwhile}"
        self._findings.problems.append(self._scene.problem(path, message))

    def drone(self, seed: int, highest: float) -> Playlist:
        """Return the built-in drone, which plays when nothing else can."""
        voice = Voice("drone", synth.check("drone", _DRONE_PARAMS))
        track = Track(
            key=DRONE,
            title="drone",
            source=GeneratedSource((voice,), derived_seed(seed, DRONE)),
            frames=_DRONE_LENGTH,
            gain_db=-effective_loudness(of_generators(["drone"]), highest, self._ceiling),
            where=DRONE,
        )
        return Playlist(DRONE, (track,))

    def _find(self, spec: LayerSpec, path: KeyPath) -> _Origin | None:
        if not isinstance(spec.playlist, str):
            # A list that stands there alone has no key `playlist`; a place tells.
            full: KeyPath = (*path, "playlist")
            alone = self._scene.place(full) == self._scene.place(path)
            inline = PlaylistSpec(tracks=spec.playlist)
            return _Origin(".".join(map(str, path)), self._scene, path if alone else full, inline)
        try:
            file, document = self._reading.playlist(spec.playlist)
        except LibraryError:  # the names have been looked up before
            return None
        if document is None:
            return None
        name = self._reading.library.playlist_id(file)
        continued = document.continued if isinstance(document, ListedPlaylist) else frozenset()
        return _Origin(name, document, ("tracks",), document.model, continued)

    def _resolved(self, origin: _Origin) -> list[LevelledTrack]:
        if origin.name not in self._pieces:
            found = self._tracks.make(
                origin.document, origin.path, origin.spec.tracks, origin.continued
            )
            self._pieces[origin.name] = found
        return self._pieces[origin.name]

    def _with_gains(
        self, pieces: list[LevelledTrack], highest: float, *, as_one: bool
    ) -> Iterator[Track]:
        known = [piece.album or piece.loudness for piece in pieces if piece.loudness]
        whole = loudest(one for one in known if one) if as_one and known else None
        for piece, loudness in zip(pieces, _without_seams(pieces), strict=True):
            if loudness is None:
                yield piece.track
                continue
            gain = piece.track.gain_db - effective_loudness(
                whole or loudness, highest, self._ceiling
            )
            yield piece.track.at_gain(gain)


def _without_seams(pieces: list[LevelledTrack]) -> list[Loudness | None]:
    """Return each piece's loudness: one for all that go on from one another, to avoid a jump."""
    found: list[Loudness | None] = []
    run: list[LevelledTrack] = []
    for piece in [*pieces, None]:
        if run and (piece is None or piece.track.continues != run[-1].track.key):
            known = [one.loudness for one in run if one.loudness is not None]
            found += [loudest(known) if known else None] * len(run)
            run = []
        if piece is not None:
            run.append(piece)
    return found


def at_level(playlist: Playlist, level: float) -> Playlist:
    """Return a playlist with a level (dB) added, which a landing cannot keep elsewhere."""
    if not level:
        return playlist
    tracks = tuple(track.at_gain(track.gain_db + level) for track in playlist.tracks)
    return replace(playlist, name=f"{playlist.name} (landing)", tracks=tracks)
