"""How long each phase can be held before anything in it repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from soundscape.errors import Problem
from soundscape.library.playlists import DRONE
from soundscape.library.resolve import Loaded
from soundscape.scene.models import LayerName
from soundscape.timeline.show import Layer, Phase, Playlist, Show, SilentSource
from soundscape.translation import gettext as _
from soundscape.units import format_duration, format_frames, seconds


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a phase has to play, in seconds.

    `lasts` is the time until a track is heard again or nothing is left, `longest` what the phase
    may last.
    """

    scene: str
    phase: str
    layer: LayerName
    lasts: float
    longest: float

    def as_json(self) -> dict[str, Any]:
        """As `check --json` prints it."""
        return {
            "scene": self.scene,
            "phase": self.phase,
            "layer": self.layer,
            "lasts": round(self.lasts, 3),
            "longest": round(self.longest, 3),
        }


def coverage(scene: str, show: Show) -> Iterator[Coverage]:
    """Yield how long the music of each phase lasts; of a phase without music, its ambience.

    Phases that share a playlist go on in it, so each leaves the next ones what its longest
    duration has not used.
    """
    used: dict[str, int] = {}
    for phase in show.phases:
        found = _main_layer(phase)
        longest = longest_frames(phase)
        if found is None:
            continue
        layer, played = found
        name = played.playlist.name
        whole, before = lap(played.playlist, show.fades.track), used.get(name, 0)
        if whole and played.playlist.loop:
            before %= whole
        yield Coverage(scene, phase.name, layer, seconds(max(0, whole - before)), seconds(longest))
        used[name] = before + longest


def short_playlists(loaded: Loaded) -> Iterator[Problem]:
    """Yield a warning for each playlist that is over before its phase may be."""
    for phase in loaded.show.phases:
        for layer, played in phase.layers.items():
            if layer == "voice" or played.playlist.name == DRONE:
                continue
            message = _too_short(played.playlist, phase, loaded.show)
            if message:
                yield loaded.document.problem(("phases", phase.name, layer), message, "warning")


def shared_playlists(loaded: Loaded, coverages: Iterable[Coverage]) -> Iterator[Problem]:
    """Yield a note for each phase whose music repeats because earlier phases may have used it.

    `coverages` are those of the scene.
    """
    layers = {phase.name: phase.layers for phase in loaded.show.phases}
    for one in coverages:
        if one.layer != "music" or one.lasts >= one.longest:
            continue
        playlist = layers[one.phase][one.layer].playlist
        if one.longest <= seconds(lap(playlist, loaded.show.fades.track)):
            message = _(
                "earlier phases play from the same playlist: if they last their longest, it is "
                "over {time} into this phase"
            ).format(time=format_duration(round(one.lasts, 1)))
            yield loaded.document.problem(("phases", one.phase, one.layer), message, "note")


def longest_frames(phase: Phase) -> int:
    """Return the frames that a phase may last by its scene."""
    return max(phase.frames, phase.max_frames or 0)


def lap(playlist: Playlist, fade: int) -> int:
    """Return the frames from a playlist's start to its second start, each join lasting `fade`."""
    tracks = playlist.tracks
    following = [*tracks[1:], tracks[0]] if playlist.loop else tracks[1:]
    joins = (
        0 if after.continues == one.key else min(fade, min(one.frames, after.frames) // 2)
        for one, after in zip(tracks, following, strict=False)
    )
    return sum(track.frames for track in tracks) - sum(joins)


def _main_layer(phase: Phase) -> tuple[LayerName, Layer] | None:
    for layer, played in phase.layers.items():
        playlist = played.playlist
        if layer != "voice" and playlist.name != DRONE and not _silent(playlist):
            return layer, played
    return None


def _silent(playlist: Playlist) -> bool:
    return all(isinstance(track.source, SilentSource) for track in playlist.tracks)


def _too_short(playlist: Playlist, phase: Phase, show: Show) -> str:
    if _silent(playlist):
        return ""
    lasts = lap(playlist, show.fades.track)
    longest = longest_frames(phase)
    if lasts >= longest:
        return ""
    if playlist.loop:
        over = _("the playlist is over after {time} and repeats: {phase}")
    else:
        over = _("the playlist is over after {time} and is followed by the landing: {phase}")
    if lasts < phase.frames:
        said = _("the phase lasts {time}").format(time=format_frames(phase.frames))
    else:
        said = _("the phase may last {time}").format(time=format_frames(longest))
    return over.format(time=format_frames(lasts), phase=said)
