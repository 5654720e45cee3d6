"""What happens to a session from outside its timeline, and is not a command.

With the commands and their frames it is all that a second conductor needs to know to be level with
the first.
"""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate


@dataclass(frozen=True, slots=True)
class SourceTruncated:
    """A clip's file holds fewer frames than it should."""

    frame: int
    clip: int
    available: int


@dataclass(frozen=True, slots=True)
class TrackUnplayable:
    """A track cannot be played."""

    frame: int
    key: str


@dataclass(frozen=True, slots=True)
class TracksUpdated:
    """Files were measured while the session plays."""

    frame: int
    updates: tuple[TrackUpdate, ...]


@dataclass(frozen=True, slots=True)
class MachineSlept:
    """The machine slept for so many frames' time: the sound stood still, and T+ went on."""

    frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class PlaylistsReturned:
    """Files that were missing are there again."""

    frame: int
    found: tuple[PlaylistReturn, ...]


ExternalEvent = SourceTruncated | TrackUnplayable | TracksUpdated | MachineSlept | PlaylistsReturned


def apply(conductor: Conductor, event: ExternalEvent) -> bool:
    """Let an event happen at the conductor's present frame. Returns whether a clip was struck."""
    if isinstance(event, SourceTruncated):
        return conductor.truncate_clip(event.clip, event.available)
    if isinstance(event, TrackUnplayable):
        conductor.mark_unplayable(event.key)
    elif isinstance(event, PlaylistsReturned):
        conductor.take_up(event.found)
    elif isinstance(event, MachineSlept):
        conductor.sleeps.append((event.frame, event.frames))
    else:
        conductor.update_tracks(event.updates)
    return False
