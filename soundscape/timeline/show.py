"""A scene with everything found and measured: what the conductor conducts. All times in frames.

`library` makes a Show from the files; nothing here knows where it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import from_steps
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.scene.models import Advance, LayerName, Role
from soundscape.units import At, frames

CLOSING = frames(90.0)
"""No track begins within this time before a border that is known (docs/scenes.md, Joins)."""

DUCK_DB = -12.0
"""How far `duck` lowers the sound where nothing else is written (docs/clinical.md, Audio)."""

LANDING_LUFS = -28.0
"""Loudness that `land` goes to."""

Curve = Literal["equal-power", "equal-gain"]


class Shared:
    """What never changes, so that a copied conductor shares it."""

    __slots__ = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Itself."""
        return self


@dataclass(frozen=True, slots=True)
class FileSource:
    """A sound file. `start` is the first frame played, at 48 kHz.

    `size` (bytes) and `mtime_ns` (time of the last change) are those that it had when it was
    measured; None if it was not.
    """

    path: str
    start: int = 0
    size: int | None = None
    mtime_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One generator of a texture. `params` are checked and complete, but for an own `seed`."""

    generator: str
    params: Mapping[str, Any]
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class GeneratedSource:
    """One generator, or a stack of them, sounding together; a stack may share a harmony.

    `home` is the second at which the harmony is to be over, None for the track's end.
    """

    voices: tuple[Voice, ...]
    seed: int
    harmony: HarmonySpec | None = None
    home: float | None = None


@dataclass(frozen=True, slots=True)
class SilentSource:
    """Planned silence."""


Source = FileSource | GeneratedSource | SilentSource


@dataclass(frozen=True, slots=True)
class Track(Shared):
    """One thing to play.

    `key` is the same wherever the same thing is meant: what `swap` leaves out.
    `gain_db` is what brings the track to 0 LUFS (−L′), its own trim included: a clip's gain is the
    phase's loudness target plus it.

    `momentary` is its momentary loudness without that gain, in hundredths of LUFS, where it was
    measured: shape (n,), int16; element i of the 400 ms that end (i + 1) / 10 s after the first
    frame played. `calm` says whether sudden entries within it may be softened, `ride` whether its
    passages are slowly brought nearer to the target. `continues` is the key of the track that it
    goes on from without a gap, as on an album.
    """

    key: str
    title: str
    source: Source
    frames: int
    gain_db: float = 0.0
    artist: str = ""
    where: str = ""  # for a problem's message: where the track was named
    momentary: NDArray[np.int16] | None = field(default=None, compare=False, repr=False)
    calm: bool = True
    continues: str = ""
    ride: bool = False

    @property
    def curve(self) -> NDArray[np.float32] | None:
        """The momentary loudness with the gain, in LU over the target: float32, a new array."""
        return None if self.momentary is None else from_steps(self.momentary, self.gain_db)

    def at_gain(self, gain_db: float) -> Track:
        """The same at another gain. `replace` takes three times as long, of ten thousand tracks."""
        return Track(
            self.key,
            self.title,
            self.source,
            self.frames,
            gain_db,
            self.artist,
            self.where,
            self.momentary,
            self.calm,
            self.continues,
            self.ride,
        )


@dataclass(frozen=True, slots=True)
class Playlist(Shared):
    """Tracks in their order, resolved. `name` identifies it: played again later, it goes on."""

    name: str
    tracks: tuple[Track, ...]
    shuffle: bool = False
    loop: bool = True


@dataclass(frozen=True, slots=True)
class Envelope(Shared):
    """A value over a phase, linear between points: dB for gains, LUFS for loudness."""

    points: tuple[tuple[At, float], ...]


FLAT = Envelope(((At(), 0.0),))


@dataclass(frozen=True, slots=True)
class Layer(Shared):
    """What a layer plays in a phase, and how loud.

    With `fit` the order of a shuffled playlist is chosen so that a track ends with the phase.
    """

    playlist: Playlist
    level: Envelope = FLAT
    fit: bool = False


@dataclass(frozen=True, slots=True)
class Move(Shared):
    """Lights go to values (0 to 1) over a time."""

    at: At
    values: Mapping[str, float]
    over: int


@dataclass(frozen=True, slots=True)
class Cue(Shared):
    """A cue that the room defines, at a position; number, list and path for show control."""

    at: At
    name: str
    number: str | None = None
    list: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Prompt(Shared):
    """A silent line on the therapist's screen."""

    at: At
    text: str


@dataclass(frozen=True, slots=True)
class Phase(Shared):
    """A stretch of the scene. `frames` is the planned (typical) duration.

    `fade` is the crossfade into it, where that is not the show's `fades.phase`.
    """

    name: str
    frames: int
    advance: Advance
    loudness: Envelope
    layers: Mapping[LayerName, Layer]
    fade: int | None = None
    min_frames: int | None = None
    max_frames: int | None = None
    moves: tuple[Move, ...] = ()
    cues: tuple[Cue, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class FadeFrames:
    """The scene's fades in frames, and the curve of its crossfades."""

    track: int
    phase: int
    skip: int
    start: int
    end: int
    curve: Curve = "equal-power"


@dataclass(frozen=True, slots=True)
class Show(Shared):
    """A scene, resolved.

    `landing` has a playlist for each layer that lands; `drone` is the last resort, never empty.
    `care` is the care light's look, `after` the look after the session, each with its time.
    `level_cap_lufs` is the calibrated room's limit on target and level together, `dba_offset` what
    is added to LUFS there to have dBA at the pillow. `outputs` has the trim (dB) of each output of
    the room, `duck_db` is how far `duck` lowers the sound. `file_faults` says what is wrong with
    its sound files, a line each. In phases that are long enough for it no track begins within
    `closing` frames before a border.
    """

    name: str
    seed: int
    fades: FadeFrames
    phases: tuple[Phase, ...]
    landing: Mapping[LayerName, Playlist]
    drone: Playlist
    care: Move
    after: Move | None = None
    level_cap_lufs: float | None = None
    dba_offset: float | None = None
    outputs: Mapping[str, float] = field(default_factory=dict)
    file_faults: tuple[str, ...] = ()
    missing_files: tuple[str, ...] = ()
    closing: int = CLOSING
    duck_db: float = DUCK_DB
