"""Scene, playlist and room as a clinic writes them, after reading: values in base units."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from soundscape.units import At

LayerName = Literal["music", "ambience", "voice"]
LAYERS: tuple[LayerName, ...] = ("music", "ambience", "voice")
Order = Literal["sequential", "shuffle"]
Advance = Literal["auto", "manual", "dose"]


class Model(BaseModel):
    """Frozen, and a key that is not there is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EnvelopeSpec(Model):
    """One value (a single point), `A to B`, or points: value over a phase. dB, or LUFS."""

    points: tuple[tuple[At, float], ...]


class Kelvin(Model):
    """A colour temperature, for a light with a `range`."""

    kelvin: float


LightValue = float | Kelvin  # float: 0 to 1


class Fades(Model):
    """Seconds."""

    track: float = 8.0
    phase: float = 25.0
    skip: float = 6.0
    start: float = 20.0
    end: float = 60.0
    curve: Literal["equal-power", "equal-gain"] = "equal-power"


class GeneratorSpec(Model):
    """A built-in generator: its name, parameters as written, and a level in a stack."""

    generate: str
    level: float = 0.0  # dB
    params: dict[str, Any] = {}


class TrackSpec(Model):
    """Exactly one of file, folder, generate, stack, silence is given. Times in seconds."""

    file: str | None = None
    folder: str | None = None
    generate: GeneratorSpec | None = None  # written flat: {generate: drone, root: D2, duration: 8m}
    stack: tuple[GeneratorSpec, ...] | None = None
    silence: float | None = None
    title: str | None = None
    artist: str | None = None
    start: float | None = None
    end: float | None = None
    duration: float | None = None
    gain: float = 0.0  # dB
    calm: bool | None = None


class PlaylistSpec(Model):
    """An ordered list of tracks."""

    name: str | None = None
    order: Order = "sequential"
    loop: bool = True
    tracks: tuple[TrackSpec, ...]


class LayerSpec(Model):
    """A playlist by name or path, or an inline list of tracks, and how it is played."""

    playlist: str | tuple[TrackSpec, ...]
    level: EnvelopeSpec = EnvelopeSpec(points=((At(), 0.0),))  # dB
    order: Order | None = None
    loop: bool | None = None
    fit: bool = False
    match: Literal["track", "playlist"] = "track"


class DurationSpec(Model):
    """Seconds; `90s` alone is `typical`."""

    typical: float
    min: float | None = None
    max: float | None = None


class MoveSpec(Model):
    """Lights go to `set` over a time. `lights: {room: 35%}` is short for one move at 0 over 10 s."""

    at: At = At()
    set: dict[str, LightValue]
    over: float = 10.0


class CueCall(Model):
    """A cue that the room defines, at a position."""

    at: At = At()
    cue: str
    number: str | None = None
    list: str | None = None
    path: str | None = None


class PromptSpec(Model):
    """A silent line on the therapist's screen. A plain text is one at the phase's start."""

    at: At = At()
    say: str


class PhaseSpec(Model):
    """A stretch of a scene."""

    duration: DurationSpec
    advance: Advance = "auto"
    music: LayerSpec | None = None
    ambience: LayerSpec | None = None
    voice: LayerSpec | None = None
    loudness: EnvelopeSpec | None = None  # LUFS
    lights: tuple[MoveSpec, ...] = ()
    prompts: tuple[PromptSpec, ...] = ()
    cues: tuple[CueCall, ...] = ()


class Scene(Model):
    """One session's plan. `phases` keeps its order."""

    name: str | None = None
    description: str = ""
    seed: int | None = None
    fades: Fades = Fades()
    landing: dict[LayerName, LayerSpec] = {}
    calm: bool = True
    phases: dict[str, PhaseSpec]


# Room ---------------------------------------------------------------------------------------------


class Calibration(Model):
    """What a sound level meter at the pillow read at a loudness."""

    at: float  # LUFS
    reads: float  # dBA


class OutputPair(Model):
    """A pair of the device's channels (1-based), with a trim in dB."""

    channels: tuple[int, int]
    trim: float = 0.0


class AudioRoom(Model):
    """The audio output."""

    device: str = "default"
    fallback: str | None = None
    ceiling: float = -1.0  # dBTP
    latency: float = 0.0  # seconds
    calibration: Calibration | None = None
    limit: float | None = None  # dBA
    outputs: dict[str, OutputPair] = {}


class PortSpec(Model):
    """A MIDI port by a part of its name; exactly one of output, input."""

    output: str | None = None
    input: str | None = None
    virtual: bool = False


class MscTarget(Model):
    """MIDI Show Control addressing. `control` for lights (SET), `command` for cues."""

    device: int = 127
    format: str = "lighting"
    command: str | None = None
    control: int | None = None


class LightSpec(Model):
    """A light: exactly one of cc, note, msc says how it is sent. Channels 1 to 16."""

    port: str
    channel: int = 1
    cc: int | tuple[int, int] | None = None  # 7 bits, or (MSB, LSB) 14 bits
    note: int | None = None
    msc: MscTarget | None = None
    kind: Literal["dimmer", "switch"] = "dimmer"
    range: tuple[float, float] | None = None  # kelvin
    from_: LightValue | None = None  # key `from`
    curve: Literal["perceptual", "linear"] = "perceptual"


class Limits(Model):
    """What every light obeys."""

    rate: float = 0.10  # of full, a second
    reversals: float = 1.0  # a second
    floor: float = 0.03
    messages: float = 250.0  # a second and port


class CareSpec(Model):
    """The care light."""

    set: dict[str, LightValue] = {}
    over: float = 3.0


class CueMessage(Model):
    """One message of a cue: exactly one of note, cc, program, msc, sysex."""

    port: str
    channel: int = 1
    after: float = 0.0  # seconds
    note: int | None = None
    velocity: int = 100
    length: float = 0.2  # seconds
    cc: int | None = None
    value: int | None = None
    program: int | None = None  # 1 to 128
    bank: int | None = None
    msc: MscTarget | None = None
    sysex: tuple[int, ...] | None = None


class Timecode(Model):
    """MIDI timecode of the session."""

    port: str
    rate: Literal[24.0, 25.0, 29.97, 30.0] = 25.0


class Control(Model):
    """A pedal, pad or fader: one of note, cc, program."""

    port: str
    channel: int | None = None
    note: int | None = None
    cc: int | None = None
    program: int | None = None
    do: str
    feedback: bool = False


class Room(Model):
    """A room's wiring."""

    name: str = ""
    audio: AudioRoom = AudioRoom()
    midi: dict[str, PortSpec] = {}
    lights: dict[str, LightSpec] = {}
    limits: Limits = Limits()
    care: CareSpec = CareSpec()
    cues: dict[str, tuple[CueMessage, ...]] = {}
    timecode: Timecode | None = None
    controls: tuple[Control, ...] = ()
    keys: dict[str, str] = {}
