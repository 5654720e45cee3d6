"""The session at a moment, as every client gets it: one immutable value.

The command line, the HTTP API and its OpenAPI document, the console and the page all know the
session by this model. What a person reads of it is in `texts`, which `wording` makes from the rest.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from soundscape.scene.models import LayerName

MARKS, WARNINGS, TEXT = 100, 20, 200
"""How many marks and warnings a snapshot has, the newest, and how many characters of each: it goes
out to every screen many times a second. The journal has them whole."""

StateWord = Literal["playing", "held", "paused", "waiting", "landing", "muted", "ending", "ended"]


class _Value(BaseModel):
    # The schemas are made when first needed: most processes need none.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class LayerView(_Value):
    """What a layer plays, and what follows without a command."""

    title: str
    artist: str
    elapsed: float = Field(description="Seconds.")
    remaining: float = Field(description="Seconds, the crossfade into the next track included.")
    next: str | None = Field(description="The title of the track that comes next of itself.")
    next_fade: float | None = Field(description="The crossfade into it, seconds.")
    gain_db: float
    loudness_target: float = Field(description="LUFS.")


class PhaseView(_Value):
    """A phase as it went, goes, or is planned to go."""

    name: str
    start: float = Field(description="Seconds since the session began.")
    duration: float = Field(description="Seconds; of the running phase as things stand.")
    state: Literal["passed", "running", "planned"]


class Health(_Value):
    """Whether each part of the session works: `ok`, or what is wrong in words."""

    audio: str = "ok"
    midi: str = Field("ok", description="Lights and controls together; `off` where there are none.")
    lights: str = "ok"
    controls: str = "ok"
    files: str = "ok"
    ports: dict[str, list[str]] = Field(
        {}, description="The MIDI ports that are open: the room's name, and the system's names."
    )
    underruns: int = Field(0, ge=0, description="Gaps in the sound.")
    late_messages: int = Field(0, ge=0, description="Messages to the lights that were late.")


class MeterView(_Value):
    """Loudness of the output (EBU R128), LUFS; null below what can be measured."""

    momentary: float | None = None
    short_term: float | None = None


class MarkView(_Value):
    """A moment that the therapist marked."""

    elapsed: float = Field(description="Seconds since the session began.")
    since_dose: float | None = Field(description="Seconds since the dose, if it was given by then.")
    text: str = Field(
        description=f"The note, of a long one the first {TEXT} characters; empty for a mark."
    )


class WarningView(_Value):
    """Something that the therapist should know."""

    elapsed: float = Field(description="Seconds since the session began.")
    text: str


class Remote(_Value):
    """The page for tablet and phone."""

    on: bool = False
    url: str | None = Field(None, description="Where it is open to the clinic's network.")
    devices: int = Field(0, ge=0, description="How many are paired.")


class TimeText(_Value):
    """A time in whole seconds, and what it is."""

    time: str = ""
    label: str = ""


class TimeTexts(_Value):
    """The three times that matter most."""

    passed: TimeText = TimeText()
    left: TimeText = Field(TimeText(), description="Of the phase; while it ends, to silence.")
    dose: TimeText = Field(TimeText(), description="Since the dose; a dash before it.")


class LayerTexts(_Value):
    """What a layer plays, in words."""

    playing: str = Field(description="Title and artist.")
    left: str
    next: str = Field(description="The title that comes next; empty where nothing does.")
    next_when: str = Field(description="When it comes and how; empty where nothing does.")


class Texts(_Value):
    """What a person reads of the session.

    A command stands in backticks, as it is typed. A screen may put the name of its key or its
    button there.
    """

    language: str = Field("", description="The language of all of them, as `de`.")
    state: str = Field("", description="The state, in capitals.")
    standing: list[str] = Field([], description="Every word that stands now, the state first.")
    large: str = Field("", description="What must not be overlooked; empty while all is as usual.")
    hint: str = Field("", description="What the state means, and which command goes on from it.")
    times: TimeTexts = TimeTexts()
    then: str = Field("", description="What follows the running phase.")
    elapsed: str = Field("", description="How long the session runs.")
    silence: str = Field("", description="How long until silence, if nothing else comes.")
    layers: dict[LayerName, LayerTexts] = {}
    level: str = Field("", description="The level beside the scene's.")
    sound_level: str = Field("", description="The same at the pillow; empty if not calibrated.")
    lights: str = ""
    ports: str = Field("", description="The MIDI ports that are open; empty where none is.")
    well: list[str] = Field([], description="The parts that work.")
    trouble: list[str] = Field([], description="What does not work now.")
    counted: list[str] = Field([], description="What went wrong for a moment, and how often.")
    remote: str = Field("", description="Whether the page for tablet and phone is open.")
    marks: list[str] = Field([], description="The last marks and notes, the newest first.")
    warnings: list[str] = Field([], description="The warnings, the newest first.")
    warned: str = Field("", description="How many there are; empty for none.")
    details: list[str] = Field([], description="The technical figures.")
    resume: list[str] = Field([], description="What to type to take up a session that broke off.")


class Snapshot(_Value):
    """The session at one moment. Times in seconds."""

    scene: str
    label: str
    state: StateWord
    phase: str
    phase_index: int
    phase_elapsed: float
    phase_duration: float
    phase_remaining: float
    elapsed: float = Field(description="Since the session began.")
    since_dose: float | None
    remaining: float = Field(description="To the end of the last fade, if nothing else comes.")
    position: float = Field(ge=0, le=1, description="Of the phase, over its planned duration.")
    waits_for: Literal["next", "dose"] | None = Field(
        description="What the phase goes on with, if not of itself at its end."
    )
    stopping: bool = Field(description="Ending because of `stop`: nothing brings the sound back.")
    last_phase: bool = Field(description="No phase comes after this one: `next` ends the session.")
    layers: dict[LayerName, LayerView]
    level_db: float
    sound_level: float | None = Field(
        None, description="What the music is meant to have at the pillow, in dBA; calibrated rooms."
    )
    outputs: dict[str, float] = Field(
        {}, description="The trim of each output of the room, or where it goes to, dB."
    )
    room_trims: dict[str, float] = Field({}, description="The same as the room's file has it.")
    ducked: bool
    lights: dict[str, float] = Field(description="Where each light is or goes to, 0 to 1.")
    colours: dict[str, float] = Field(description="The same of lights with a range, in kelvin.")
    care: bool
    phases: list[PhaseView] = Field(description="The whole session: passed, running, to come.")
    health: Health
    meter: MeterView
    prompt: str | None = Field(description="The prompts that stand, in one line.")
    prompts: list[str] = Field(description="The prompts that stand: those of one time together.")
    marks: list[MarkView] = Field(description=f"The newest, at most {MARKS}.")
    warnings: list[WarningView] = Field(description=f"The newest, at most {WARNINGS}.")
    remote: Remote
    begun_as: str = Field(description="The command that began it; empty where none did.")
    place: str = Field(description="Phase and planned time in it, as `start --at` takes them.")
    texts: Texts = Texts()
