"""Makes a Show of a scene: files found and read, playlists resolved, values in frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from soundscape.errors import Problem
from soundscape.library.diagnostics import Diagnostics
from soundscape.library.file_tracks import LookUp, ProbeFile, not_measured, probe_file
from soundscape.library.files.load import SceneFiles
from soundscape.library.files.locate import Library
from soundscape.library.generated_tracks import derived_seed
from soundscape.library.measure.track_gain import default_target
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.library.playlists import Playlists, at_level
from soundscape.library.references import look_up
from soundscape.library.room_calls import RoomCalls
from soundscape.library.tracks import Tracks
from soundscape.message_text import one_line
from soundscape.scene.document import Document
from soundscape.scene.models import LAYERS, LayerName, LayerSpec, PhaseSpec, Room, Scene, role_of
from soundscape.timeline.show import (
    DUCK_DB,
    LANDING_LUFS,
    Envelope,
    FadeFrames,
    FileSource,
    Layer,
    Phase,
    Playlist,
    Prompt,
    Show,
)
from soundscape.units import At, frames


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scene that can be played.

    `problems` are errors if a track is left out or was corrected, else warnings. `document` and
    `room_document` know the places in their files; a library without a room.yaml has no
    `room_document`. `unmeasured` files are to be measured while the session plays. `root` is the
    library's folder.
    """

    show: Show
    room: Room
    problems: tuple[Problem, ...]
    scene: Scene
    document: Document[Scene]
    room_document: Document[Room] | None
    unmeasured: Unmeasured | None = None
    root: str = ""


def load_show(
    library: Library,
    name: str,
    room: str | None = None,
    seed: int | None = None,
    probe: ProbeFile = probe_file,
    measured: LookUp = not_measured,
) -> Loaded:
    """Load a scene by name or path, for the room at a path or the library's own.

    `probe` returns length and tags of a file that was not `measured`.

    Raises LibraryError if the scene or room is missing, and FileProblems, with every problem of
    every file, if one of them cannot be used. Tracks that cannot be played are left out.
    """
    loaded, findings = resolve(library, name, room, seed, probe, measured)
    if loaded is None or findings.faults:
        raise findings.as_error()
    return loaded


def resolve(
    library: Library,
    name: str,
    room: str | None = None,
    seed: int | None = None,
    probe: ProbeFile = probe_file,
    measured: LookUp = not_measured,
) -> tuple[Loaded | None, Diagnostics]:
    """Load a scene as far as possible, and return its problems: for a check of everything.

    The scene is None if it cannot be read. Raises LibraryError as `load_show` does.
    """
    findings = Diagnostics()
    reading = SceneFiles(library, findings)
    document = reading.scene(name)
    room_document = reading.room(room)
    if document is not None:
        found = look_up(document, reading, room_document)
        findings.faults += [problem for problem in found if problem.severity == "error"]
        findings.problems += [problem for problem in found if problem.severity != "error"]
    if not isinstance(document, Document):
        return None, findings
    scene = document.model
    room_model = room_document.model if isinstance(room_document, Document) else Room()
    title = one_line(scene.name or PurePath(document.file).stem)
    if seed is None:
        seed = derived_seed(0, title) if scene.seed is None else scene.seed
    gapless = scene.fades.track == 0
    tracks = Tracks(
        library,
        reading.search,
        probe,
        seed,
        findings,
        measured,
        calm=scene.calm,
        skip_silence=not gapless,
    )
    playlists = Playlists(document, reading, tracks, room_model.audio.ceiling)
    calls = RoomCalls(document, room_model, findings)
    show = _Loading(scene, playlists, calls).show(title, seed)
    show = replace(
        show,
        file_faults=tuple(findings.file_faults),
        missing_files=tuple(findings.missing_files),
    )
    problems = tuple(findings.all())
    known = room_document if isinstance(room_document, Document) else None
    root = str(library.root)
    loaded = Loaded(show, room_model, problems, scene, document, known, root=root)
    return loaded, findings


@dataclass(frozen=True, slots=True)
class _Loading:
    """One scene that is being loaded. Its parts put their problems into their findings."""

    scene: Scene
    playlists: Playlists
    calls: RoomCalls

    def show(self, title: str, seed: int) -> Show:
        """Return the whole show, which is valid only if no fault was found."""
        targets = {name: _target(name, spec) for name, spec in self.scene.phases.items()}
        highest = {name: _highest(target) for name, target in targets.items()}
        # A landing comes wherever a layer has nothing left to play.
        anywhere = max(LANDING_LUFS, *highest.values())
        for layer, spec in self.scene.landing.items():
            self.playlists.add_target(spec, ("landing", layer), anywhere)
        for name, phase in self.scene.phases.items():
            for layer, spec in layers_of(phase):
                self.playlists.add_target(spec, ("phases", name, layer), highest[name])
        drone = self.playlists.drone(seed, anywhere)
        landing = self._landing(drone)
        instead: dict[LayerName, Playlist] = {"music": drone, "ambience": drone, **landing}
        return Show(
            name=title,
            seed=seed,
            fades=self._fades(),
            phases=tuple(
                self._phase(name, spec, targets[name], instead)
                for name, spec in self.scene.phases.items()
            ),
            landing=landing,
            drone=drone,
            care=self.calls.care(),
            after=self.calls.after(),
            level_cap_lufs=_level_cap(self.calls.room),
            dba_offset=_dba_offset(self.calls.room),
            outputs={name: pair.trim for name, pair in self.calls.room.audio.outputs.items()},
            duck_db=_duck(self.scene, self.calls.room),
        )

    def _fades(self) -> FadeFrames:
        fades = self.scene.fades
        return FadeFrames(
            track=frames(fades.track),
            phase=frames(fades.phase),
            skip=frames(fades.skip),
            start=frames(fades.start),
            end=frames(fades.end),
            curve=fades.curve,
        )

    def _landing(self, drone: Playlist) -> dict[LayerName, Playlist]:
        if not self.scene.landing:
            return {"music": drone}
        landing: dict[LayerName, Playlist] = {}
        for layer, spec in self.scene.landing.items():
            replaced = layer == "music"
            playlist = self.playlists.make(spec, ("landing", layer), layer, replaced=replaced)
            if playlist is not None:
                landing[layer] = at_level(playlist, spec.level.points[0][1])
            elif replaced:
                landing[layer] = drone
        return landing

    def _phase(
        self, name: str, spec: PhaseSpec, loudness: Envelope, instead: dict[LayerName, Playlist]
    ) -> Phase:
        layers: dict[LayerName, Layer] = {}
        for layer, layer_spec in layers_of(spec):
            # Over music another drone would be one sound too many; alone it keeps silence away.
            replaced = layer != "voice" and "music" not in layers
            path = ("phases", name, layer)
            playlist = self.playlists.make(layer_spec, path, layer, replaced=replaced)
            if playlist is None and replaced:
                playlist = instead[layer]
            if playlist is not None:
                layers[layer] = Layer(
                    playlist,
                    Envelope(layer_spec.level.points),
                    fit=_fits(playlist) if layer_spec.fit is None else layer_spec.fit,
                )
        least, most = spec.duration.min, spec.duration.max
        return Phase(
            name=name,
            role=role_of(name, spec),
            frames=frames(spec.duration.typical),
            advance=spec.advance,
            loudness=loudness,
            layers=layers,
            min_frames=None if least is None else frames(least),
            max_frames=None if most is None else frames(most),
            moves=tuple(self.calls.moves(name, spec)),
            cues=tuple(self.calls.cues(name, spec)),
            prompts=tuple(Prompt(prompt.at, prompt.say) for prompt in spec.prompts),
        )


def layers_of(spec: PhaseSpec) -> Iterator[tuple[LayerName, LayerSpec]]:
    """Yield the layers that a phase has, the music first."""
    for layer in LAYERS:
        layer_spec: LayerSpec | None = getattr(spec, layer)
        if layer_spec is not None:
            yield layer, layer_spec


def _fits(playlist: Playlist) -> bool:
    """Whether tracks are chosen to end with their phase where the scene does not say."""
    return playlist.shuffle and any(isinstance(t.source, FileSource) for t in playlist.tracks)


def _target(name: str, spec: PhaseSpec) -> Envelope:
    """Return the loudness of a phase's music in LUFS, as written or by its role."""
    if spec.loudness is None:
        return Envelope(((At(), default_target(role_of(name, spec))),))
    return Envelope(spec.loudness.points)


def _highest(target: Envelope) -> float:
    return max(value for _, value in target.points)


def _level_cap(room: Room) -> float | None:
    """Return the highest target plus level, in LUFS, within the room's limit, or None."""
    calibration, limit = room.audio.calibration, room.audio.limit
    if calibration is None or limit is None:
        return None
    return calibration.at + (limit - calibration.reads)


def _duck(scene: Scene, room: Room) -> float:
    """Return how far `duck` lowers the sound, in dB: of scene and room the deeper counts."""
    return min((one for one in (scene.duck, room.duck) if one is not None), default=DUCK_DB)


def _dba_offset(room: Room) -> float | None:
    """Return what is added to LUFS in a calibrated room to have dBA, or None."""
    calibration = room.audio.calibration
    return None if calibration is None else calibration.reads - calibration.at
