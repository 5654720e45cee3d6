"""A room's wiring as an integrator writes it, after reading: values in base units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from soundscape import units
from soundscape.scene.control_specs import Control, KeyAct, KeyType
from soundscape.scene.fields import Measure, Numbers, Text, Whole
from soundscape.scene.lamp_spec import LampSpec
from soundscape.scene.light_spec import LightSpec
from soundscape.scene.network_spec import NetworkSpec
from soundscape.scene.schema import FieldProblem, Keys, Model
from soundscape.scene.values import (
    DURATION,
    DuckDepth,
    FadeTime,
    LightName,
    LightValue,
    LookName,
    Lufs,
    Name,
)
from soundscape.scene.wiring import CueMessage, CueType, PortSpec, TimecodeSpec

_Device = Annotated[str, Text("a device", "USB Headset")]
_Member = Annotated[str, Text("a light", "room", kind="member")]
_AliasOf = Annotated[str, Text("a light or a group of the room", "lamp", kind="alias")]
_AudioChannel = Whole(1, 64, "a channel of the device")


@dataclass(frozen=True, kw_only=True)
class Calibration(Model):
    """What a sound level meter at the pillow read at a loudness."""

    at: Lufs
    """The loudness that was played, in LUFS."""
    reads: Annotated[
        float,
        Measure(
            units.parse_sound_level,
            "a sound level",
            "58 dBA",
            units.SOUND_LEVEL_TEXT,
            low=20.0,
            high=120.0,
            limits="a meter at the pillow reads between 20 and 120 dBA",
        ),
    ]
    """What the meter read, in dBA."""


@dataclass(frozen=True, kw_only=True)
class OutputPair(Model):
    """A pair of the device's channels (1-based), with a trim in dB."""

    channels: Annotated[tuple[int, int], Numbers(_AudioChannel, 2, 2, "[1, 2]")]
    """Left and right, counted from 1."""
    trim: Annotated[
        float,
        Measure(
            units.parse_gain,
            "a gain",
            "-6 dB",
            units.GAIN_TEXT,
            high=0.0,
            limits="a trim only lowers, so that the ceiling holds: turn up the device instead",
        ),
    ] = 0.0
    """On top of the session's level: at most 0 dB."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """One channel for both sides."""
        pair = keys["channels"]
        if pair and pair[0] == pair[1]:
            yield FieldProblem(("channels",), "left and right are the same channel")


@dataclass(frozen=True, kw_only=True)
class AudioRoom(Model):
    """The audio output."""

    device: _Device = "default"
    """A name or part of it; `soundscape audio devices` lists them."""
    fallback: _Device | None = None
    """Tried when the device stays away; no other device ever is."""
    ceiling: Annotated[
        float,
        Measure(
            units.parse_true_peak,
            "a true peak",
            "-1 dBTP",
            units.TRUE_PEAK_TEXT,
            low=-20.0,
            high=0.0,
            limits="the ceiling is between -20 and 0 dBTP",
        ),
    ] = -1.0
    """The highest true peak (-1 dBTP)."""
    latency: Annotated[
        float, replace(DURATION, high=5.0, limits="no device adds more than 5 seconds")
    ] = 0.0
    """What the device adds and does not report (Bluetooth): light waits for it."""
    buffer: (
        Annotated[
            float,
            replace(DURATION, low=0.1, high=1.0, limits="the buffer is between 100 ms and 1 s"),
        ]
        | None
    ) = None
    """Finished sound ahead of the device: more bridges longer stops, and commands come later."""
    calibration: Calibration | None = None
    """From `soundscape audio calibrate`."""
    limit: (
        Annotated[
            float,
            Measure(
                units.parse_sound_level,
                "a sound level",
                "70 dBA",
                units.SOUND_LEVEL_TEXT,
                low=30.0,
                high=80.0,
                limits="the limit is between 30 and 80 dBA",
            ),
        ]
        | None
    ) = None
    """Once calibrated: caps target and level together."""
    outputs: dict[Name, OutputPair] = field(default_factory=dict)
    """Channel pairs of one device, each with its own trim."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """Two outputs on one channel."""
        taken: dict[int, str] = {}
        for name, output in (keys["outputs"] or {}).items():
            for channel in output.channels:
                if taken.setdefault(channel, name) != name:
                    message = f"channel {channel} is that of '{taken[channel]}' already"
                    yield FieldProblem(("outputs", name, "channels"), message)


@dataclass(frozen=True, kw_only=True)
class Limits(Model):
    """What every light obeys. A room may ask for less, never for more than is safe."""

    rate: Annotated[
        float,
        Measure(
            units.parse_light_rate,
            "a rate",
            "10%/s",
            units.LIGHT_RATE_TEXT,
            number=False,
            low=0.001,
            high=0.1,
            limits="between 0.1%/s and 10%/s, so that no light can startle",
        ),
    ] = 0.10
    """The fastest that a light moves (10%/s)."""
    reversals: Annotated[
        float,
        Measure(
            units.parse_rate,
            "a rate",
            "1/s",
            units.RATE_TEXT,
            low=0.01,
            high=1.0,
            limits="between 0.01/s and 1/s, so that no light can flicker",
        ),
    ] = 1.0
    """Changes of direction a second (1/s)."""
    floor: Annotated[
        float, Measure(units.parse_percent, "a level", "3%", units.PERCENT_TEXT, number=False)
    ] = 0.03
    """No light goes below it in a phase (3%)."""
    messages: Annotated[
        float,
        Measure(
            units.parse_rate,
            "a rate",
            "250/s",
            units.RATE_TEXT,
            low=10.0,
            high=1000.0,
            limits="between 10/s and 1000/s, what a MIDI cable carries",
        ),
    ] = 250.0
    """Messages a second to one MIDI port (250/s)."""


@dataclass(frozen=True, kw_only=True)
class CareSpec(Model):
    """The care light."""

    look: LookName | None = None
    """A look of the room, by its name."""
    set: dict[LightName, LightValue] = field(default_factory=dict)
    """Each light or group with its value, on top of the look."""
    over: FadeTime = 3.0
    """How long the way there takes (3s)."""


@dataclass(frozen=True, kw_only=True)
class AfterSpec(Model):
    """The look after a session."""

    look: LookName | None = None
    """A look of the room, by its name."""
    set: dict[LightName, LightValue] = field(default_factory=dict)
    """Each light or group with its value, on top of the look."""
    over: FadeTime = 60.0
    """How long the way there takes, from the end of the sound (1m)."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """Nothing to go to."""
        if not {"look", "set"} & set(keys.written):
            yield FieldProblem((), "has no look: write 'look: evening' or 'set: {room: 30%}'")


@dataclass(frozen=True, kw_only=True)
class Room(Model):
    """A room's wiring."""

    name: Name = ""
    """Shown to the therapist."""
    audio: AudioRoom = field(default_factory=AudioRoom)
    """The audio output."""
    midi: dict[Name, PortSpec] = field(default_factory=dict)
    """The ports, MIDI and DMX, each under a name of your own."""
    lights: dict[Name, LightSpec] = field(default_factory=dict)
    """The lights, each under a name of your own; scenes use it."""
    limits: Limits = field(default_factory=Limits)
    """What every light obeys."""
    groups: dict[Name, tuple[_Member, ...]] = field(default_factory=dict)
    """Several lights under one name, for looks and scenes."""
    looks: dict[Name, dict[LightName, LightValue]] = field(default_factory=dict)
    """Values of lights and groups under one name; scenes use it."""
    aliases: dict[Name, _AliasOf] = field(default_factory=dict)
    """Names that scenes use for a light or a group which has another name here."""
    care: CareSpec = field(default_factory=CareSpec)
    """The care light."""
    after: AfterSpec | None = None
    """Where the lights go when a session has ended; default: the last look stays."""
    cues: dict[Name, Annotated[tuple[CueMessage, ...], CueType()]] = field(default_factory=dict)
    """One-shot messages, each under a name of your own; scenes use it."""
    timecode: TimecodeSpec | None = None
    """MIDI timecode of the session; off by default."""
    controls: tuple[Control, ...] = ()
    """Pedals, pads and faders."""
    keys: dict[Annotated[str, KeyType()], KeyAct] = field(default_factory=dict)
    """The console's keys: which of them does what."""
    duck: DuckDepth | None = None
    """How far `duck` lowers the sound (-12 dB); -18 dB for closed headphones."""
    network: NetworkSpec = field(default_factory=NetworkSpec)
    """The clinic's network; off by default."""


def outputs(room: Room) -> dict[str, PortSpec]:
    """The outputs of a room, DMX too, and one more for each input whose pads are to be lit.

    It goes by the input's own name: a device has both under one name.
    """
    ports = {name: spec for name, spec in room.midi.items() if spec.input is None}
    for control in room.controls:
        spec = room.midi.get(control.port)
        if control.feedback and spec is not None and spec.input is not None:
            ports[control.port] = PortSpec(output=spec.input, nth=spec.nth, virtual=spec.virtual)
    return ports


def lights_of(room: Room, name: str) -> tuple[str, ...]:
    """The lights that a name stands for: one, a group's, or those of an alias; none if unknown."""
    own = room.aliases.get(name, name)
    named = room.groups.get(own, (own,))
    return tuple(light for light in named if light in room.lights)


def output_of(room: Room, light: str) -> str:
    """The output that carries a light: its port, or for a lamp over MQTT its own name."""
    return light if room.lights[light].mqtt is not None else room.lights[light].port


def lamps(room: Room) -> dict[str, LampSpec]:
    """The lamps over MQTT, by the names of their lights: each is an output of its own."""
    return {name: light.mqtt for name, light in room.lights.items() if light.mqtt is not None}


def output_names(room: Room) -> tuple[str, ...]:
    """All outputs of a room: ports and lamps."""
    return (*outputs(room), *lamps(room))


def colour_ranges(room: Room) -> dict[str, tuple[float, float]]:
    """The lights that have a range of colour, with its ends in kelvin."""
    return {name: spec.range for name, spec in room.lights.items() if spec.range is not None}


def light_values(
    room: Room, written: Mapping[str, LightValue]
) -> dict[str, tuple[str, LightValue]]:
    """Each light's value, with the written name that it has it from.

    What is written for a light itself beats what is written for its group, in any order.
    """
    groups = {name for name in written if room.aliases.get(name, name) in room.groups}
    in_order = [
        *(name for name in written if name in groups),
        *(n for n in written if n not in groups),
    ]
    return {light: (name, written[name]) for name in in_order for light in lights_of(room, name)}


def look_values(
    room: Room, look: str | None, written: Mapping[str, LightValue]
) -> dict[str, LightValue]:
    """The values of a look by its name, and on top of them what is written."""
    values: dict[str, LightValue] = {}
    for part in (room.looks.get(look, {}) if look is not None else {}, written):
        values.update({light: value for light, (_, value) in light_values(room, part).items()})
    return values
