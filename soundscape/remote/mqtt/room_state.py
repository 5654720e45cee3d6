"""What leaves a room: the session as it is published, without what is private.

No name, label, note, mark, prompt or warning is in it, and no title unless the room says so.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from soundscape.scene.network_spec import MqttSpec
from soundscape.views.snapshot import Health, Snapshot, StateWord

Part = Literal["audio", "lights", "controls", "files"]
Condition = Literal["ok", "off", "fault"]
PARTS: tuple[Part, ...] = ("audio", "lights", "controls", "files")

Seconds = Annotated[float, Field(ge=-1e7, le=1e7)]
Line = Annotated[str, Field(max_length=200)]

JUMP = 1.5
"""Seconds by which a time may differ from what clients expect before they are told."""
_TIMES = ("left", "elapsed", "remaining", "since_dose")


class RoomState(BaseModel):
    """A session as others see it. Times in seconds, at the moment `at`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Line = Field("", description="The room's name.")
    at: float = Field(ge=0, le=1e11, description="When that was, in seconds since 1970.")
    state: StateWord
    phase: Line
    number: int = Field(ge=0, le=10_000, description="The phase's number, from 1.")
    phases: int = Field(ge=0, le=10_000, description="How many phases there are.")
    left: Seconds = Field(description="Of the phase.")
    elapsed: Seconds = Field(description="Since the session began.")
    remaining: Seconds = Field(description="To silence, if nothing else comes.")
    since_dose: Seconds | None = Field(description="Since the dose.")
    waits_for: Literal["next", "dose"] | None
    last_phase: bool
    level_db: float = Field(ge=-200, le=100)
    ducked: bool
    care: bool
    health: dict[Part, Condition]
    allow: list[Line] = Field(max_length=100, description="What may be asked of the room.")
    places: list[Line] = Field(
        [], max_length=200, description="The phases, where the room allows to go to one."
    )
    scene: Line | None = Field(None, description="The scene's name, if titles may leave the room.")
    title: Line | None = Field(None, description="What the music plays, likewise.")

    def after(self, seconds: float) -> RoomState:
        """The session so many seconds later, if nothing happens."""
        times: dict[str, float | None] = {"at": self.at + seconds}
        if self.state != "ended":
            times["elapsed"] = self.elapsed + seconds
            times["since_dose"] = None if self.since_dose is None else self.since_dose + seconds
        if self.state == "playing":
            times["left"] = max(0.0, self.left - seconds)
        if self.state in ("playing", "ending"):
            times["remaining"] = max(0.0, self.remaining - seconds)
        return self.model_copy(update=times)

    def expected_from(self, before: RoomState) -> bool:
        """Whether clients that know an earlier state expect this one."""
        then = before.after(self.at - before.at)
        if any(_jumps(getattr(self, name), getattr(then, name)) for name in _TIMES):
            return False
        apart = {"at", *_TIMES}
        return self.model_dump(exclude=apart) == then.model_dump(exclude=apart)


def room_state(view: Snapshot, spec: MqttSpec, name: str, at: float) -> RoomState:
    """What is published of a snapshot that was taken `at` seconds since 1970."""
    music = view.layers.get("music")
    phases = list(dict.fromkeys(phase.name for phase in view.phases))
    return RoomState(
        name=name[:200],
        at=round(at, 3),
        state=view.state,
        phase=view.phase[:200],
        number=view.phase_index + 1,
        phases=max(view.phase_index + 1, len(phases)),
        left=round(view.phase_remaining, 1),
        elapsed=round(view.elapsed, 1),
        remaining=round(view.remaining, 1),
        since_dose=None if view.since_dose is None else round(view.since_dose, 1),
        waits_for=view.waits_for,
        last_phase=view.last_phase,
        level_db=round(view.level_db, 1),
        ducked=view.ducked,
        care=view.care,
        health={part: _condition(view.health, part) for part in PARTS},
        allow=list(spec.allow),
        places=[phase[:200] for phase in phases[:200]] if "goto" in spec.allow else [],
        scene=view.scene[:200] if spec.titles else None,
        title=music.title[:200] if spec.titles and music is not None else None,
    )


def public_reply(do: str, reply: str, spec: MqttSpec) -> str:
    """A command's reply as it may leave the room: that of some commands names a track."""
    return reply if spec.titles or do not in NAMES_TRACKS else ""


NAMES_TRACKS = frozenset({"skip", "swap", "undo"})
"""Commands whose replies may have a title."""


def _condition(health: Health, part: Part) -> Condition:
    text = getattr(health, part)
    return text if text in ("ok", "off") else "fault"


def _jumps(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > JUMP
