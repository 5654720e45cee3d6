"""A room as the overview shows it: its texts, and what may be asked of it from there.

Pure: times of day come as texts.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from soundscape.command_specs import presses
from soundscape.controls.gestures import confirmation, pressed, wants_text
from soundscape.message_text import one_line
from soundscape.remote.mqtt.command_filter import refusal
from soundscape.remote.mqtt.room_state import PARTS, RoomState
from soundscape.timeline.commands import Command
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.units import format_clock
from soundscape.views.snapshot import StateWord
from soundscape.views.value_texts import level
from soundscape.views.wording import NO_DOSE, standing

Presence = Literal["here", "lost", "idle"]
"""Whether a session is there, has been lost, or none runs."""

AT_ONCE = frozenset({"hold", "duck", "care", "extend", "softer", "soften", "mark"})
"""What a single press does. All else asks for a second one, since the station does not hear the
room."""

KEYS = {"duck": "d", "mute": "0", "louder": "+", "softer": "-", "dose": "D", "stop": "S"}
"""Keys that differ from those of the console, where they move on the screen or leave it."""

_PARTS = {
    "audio": marked("sound"),
    "lights": marked("lights"),
    "controls": marked("controls"),
    "files": marked("files"),
}
LOST = marked("LOST")
IDLE = marked("NO SESSION")


class RoomAct(BaseModel):
    """What a press asks of a room."""

    model_config = ConfigDict(frozen=True)

    act: str
    label: str
    key: str
    confirm: bool = Field(description="Whether it takes a second press.")


class RoomRow(BaseModel):
    """A room's line."""

    model_config = ConfigDict(frozen=True)

    room: str = Field(description="Its name in topics.")
    name: str
    presence: Presence
    since: str = Field("", description="Since when it is lost or without a session.")
    standing: list[str] = Field(description="Every word that stands, the state first.")
    quiet: bool = Field(description="Whether nothing is unusual.")
    phase: str = ""
    left: str = ""
    dose: str = ""
    elapsed: str = ""
    level: str = ""
    trouble: list[str] = []
    title: str = ""
    acts: list[RoomAct] = []


def room_row(room: str, presence: Presence, state: RoomState | None, since: str = "") -> RoomRow:
    """The line of a room in a state as it is now. `since` says when it was lost, or ended."""
    name = one_line(state.name) if state is not None and state.name else room
    if state is None or presence == "idle":
        word = _(LOST) if presence == "lost" else _(IDLE)
        return RoomRow(
            room=room,
            name=name,
            presence=presence,
            since=since,
            standing=[word],
            quiet=presence == "idle",
        )
    here = presence == "here"
    words = standing(state)
    trouble = [_(_PARTS[part]) for part in PARTS if state.health.get(part) == "fault"]
    ends = state.state == "ending"
    return RoomRow(
        room=room,
        name=name,
        presence=presence,
        since=since,
        standing=words if here else [_(LOST), *(word.lower() for word in words)],
        quiet=here and words == [_("PLAYING")] and not trouble,
        phase=f"{one_line(state.phase)} {state.number}/{state.phases}",
        left=format_clock(state.remaining if ends else state.left),
        dose=NO_DOSE if state.since_dose is None else f"T+{format_clock(state.since_dose)}",
        elapsed=format_clock(state.elapsed),
        level=level(state.level_db) if state.level_db else "",
        trouble=trouble,
        title=one_line(state.title or ""),
        acts=acts(state) if here else [],
    )


def acts(state: RoomState) -> list[RoomAct]:
    """What may be asked of a room in this state, in the order of the commands."""
    dosed = None if state.since_dose is None else 0.0
    allow, places = tuple(state.allow), tuple(state.places)
    last, level_db = state.last_phase, state.level_db
    asked = AskedState(state.state, state.ducked, state.care, level_db, dosed, last, allow, places)
    return list(_acts(asked))


@dataclass(frozen=True, slots=True)
class AskedState:
    """What it depends on which acts a room allows: a state without its times."""

    state: StateWord
    ducked: bool
    care: bool
    level_db: float
    since_dose: float | None
    last_phase: bool
    allow: tuple[str, ...]
    places: tuple[str, ...]


@lru_cache(1000)
def _acts(state: AskedState) -> tuple[RoomAct, ...]:
    """Each room is drawn several times a second, and rarely differs from the others."""
    found = []
    for act, (_spec, press) in presses().items():
        command = command_of(act, state)
        if command is None or refusal(command, state.allow, state):
            continue
        label = press.label[0]
        if press.instead is not None and press.instead.when.holds(state):
            label = press.instead.label[0]
        found.append(
            RoomAct(
                act=act,
                label=_(label),
                key=KEYS.get(act, press.key),
                confirm=bool(confirmation(act, state)) or act not in AT_ONCE,
            )
        )
    return tuple(found)


def command_of(act: str, state: RoomState | AskedState) -> Command | None:
    """What a press of an act asks; None for an act that makes no sense here."""
    if act not in presses() or wants_text(act):
        return None
    command = pressed(act, state)
    if command.phase is not None and command.phase not in state.places:
        return None
    return command


class RoomsSource(Protocol):
    """The part of `rooms_client.RoomsClient` that the screen and the page need."""

    def rows(self) -> list[RoomRow]:
        """The rooms now."""
        ...

    def trouble(self) -> str:
        """Why what is shown may be old."""
        ...

    def ask(self, room: str, act: str) -> Future[str]:
        """Ask a room; the future has its answer, or CommandRefused."""
        ...
