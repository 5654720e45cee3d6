"""The one table of commands: what each takes, does and needs, and which press gives it.

Everything that knows commands is derived from `COMMANDS` or looks things up in it: the rooms'
`do:`, scripts, the HTTP API and its OpenAPI document, the command line's verbs, the console's keys,
pads and pedals, the player's queue, the page. It lies below `scene`, whose files name commands;
`timeline.commands` reads a command by it. It is data alone: it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from soundscape.command_arguments import (
    DECIBELS,
    DURATION,
    FLAG,
    SIGNED_DURATION,
    SWITCH,
    TEXT,
    Argument,
)

TWICE_WITHIN = 2.0
"""Seconds for the second press of what makes louder, ends the session or unlocks the keys."""

BOUNCE = 0.15
"""Seconds within which the same press again is a contact's bounce, or a key that is held down."""


class SessionState(Protocol):
    """What a press depends on: the session as it is shown. A `Snapshot` is one."""

    @property
    def state(self) -> str:
        """The transport's state."""
        ...

    @property
    def ducked(self) -> bool:
        """Whether the music is ducked."""
        ...

    @property
    def care(self) -> bool:
        """Whether the care light is on."""
        ...

    @property
    def level_db(self) -> float:
        """Where the level goes to, dB."""
        ...

    @property
    def since_dose(self) -> float | None:
        """Seconds since the dose; None before it."""
        ...

    @property
    def last_phase(self) -> bool:
        """Whether no phase comes after the running one."""
        ...


@dataclass(frozen=True, slots=True)
class When:
    """A condition on what is shown: a field of the snapshot has one of these values."""

    field: Literal["state", "ducked", "care", "since_dose", "last_phase"]
    values: tuple[str | bool | None, ...]

    def holds(self, view: SessionState) -> bool:
        """Whether it holds."""
        return getattr(view, self.field) in self.values


@dataclass(frozen=True, slots=True)
class Variant:
    """What a press gives instead while a condition holds. No `command`: the label alone differs."""

    when: When
    label: tuple[str, str]
    command: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gesture:
    """What one press of a key, a pad or a button gives: the command with these arguments.

    `act` names it where a command has several; `key` is the console's, as Textual calls it.
    `confirm` says what a second press is asked for, always or while `confirm_when` holds.
    `label` is the button's text, with a smaller line. A press that does not bounce counts however
    soon it comes after the one before.
    """

    meaning: str
    label: tuple[str, str]
    key: str = ""
    act: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    confirm: str = ""
    confirm_when: When | None = None
    bounces: bool = True
    instead: Variant | None = None


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command.

    `adjusts`: changes what is heard or seen, or for how long: a report counts it.
    `needs_file`: may begin a track, if only because the phase ends with it; its file has to be
    open first.
    `urgent`: commands before it do not wait for their files any longer.
    `towards_silence`: is done however late, because it makes nothing louder and ends in silence.
    `softens`: makes quieter: `always`, with a `negative` argument, or while it is not `on` yet.
    `under_lock`: a locked screen lets it through.
    `lasts`: the state that a pad shows while it lasts.
    `undoable`: `undo` takes it back.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    examples: tuple[str, ...] = ("",)
    presses: tuple[Gesture, ...] = ()
    adjusts: bool = False
    needs_file: bool = False
    urgent: bool = False
    towards_silence: bool = False
    softens: Literal["", "always", "negative", "on"] = ""
    under_lock: bool = False
    lasts: When | None = None
    undoable: bool = False

    @property
    def toggles(self) -> bool:
        """Whether it toggles where `on` is left out; without that argument it latches."""
        return any(argument.type is SWITCH for argument in self.arguments)

    def argument(self, name: str) -> Argument | None:
        """An argument by its name."""
        return next((one for one in self.arguments if one.name == name), None)


_ON = Argument("on", SWITCH, "Set it, instead of toggling.")
_UNDO = Argument("undo", FLAG, "Undo the last one.")
_PAUSED = When("state", ("paused", "muted"))

_SPECS = (
    CommandSpec(
        "next",
        "Go on to the next phase.",
        presses=(
            Gesture(
                "next phase",
                ("Next phase", ""),
                "n",
                confirm="end the session: this is its last phase",
                confirm_when=When("last_phase", (True,)),
            ),
        ),
        needs_file=True,
        undoable=True,
        adjusts=True,
    ),
    CommandSpec(
        "back",
        "Go back to the previous phase, where it was left.",
        presses=(Gesture("previous phase", ("Previous phase", ""), "b"),),
        needs_file=True,
        undoable=True,
        adjusts=True,
    ),
    CommandSpec(
        "undo",
        "Undo the last next, goto, back, dose or swap, within 30 s.",
        presses=(Gesture("undo the last step", ("Undo", "within 30 s"), "u"),),
        needs_file=True,
    ),
    CommandSpec(
        "goto",
        "Go to a phase.",
        (Argument("phase", TEXT, required=True, example="return"),),
        ("return",),
        presses=(
            Gesture("gentle return", ("Gentle return", ""), "g", arguments={"phase": "return"}),
        ),
        needs_file=True,
        undoable=True,
        adjusts=True,
    ),
    CommandSpec(
        "hold",
        "Hold the phase: the position stands still, the music goes on.",
        presses=(
            Gesture(
                "hold the phase; again: release",
                ("Hold", ""),
                "h",
                instead=Variant(When("state", ("held",)), ("Release", ""), "release"),
            ),
        ),
        lasts=When("state", ("held",)),
        adjusts=True,
    ),
    CommandSpec("release", "Let a held phase go on.", needs_file=True),
    CommandSpec(
        "extend",
        "Give the phase more time, or less.",
        (Argument("by", SIGNED_DURATION, required=True, example="10m"),),
        ("10m", "-5m"),
        presses=(Gesture("extend by five minutes", ("+5 min", ""), "e", arguments={"by": 300.0}),),
        needs_file=True,
        adjusts=True,
    ),
    CommandSpec(
        "dose",
        "Mark the dose: T+ counts from it.",
        (
            Argument("ago", DURATION, "How long ago it was given: 3m; moves a marked dose."),
            _UNDO,
        ),
        ("", "--ago 3m", "--undo"),
        presses=(
            Gesture(
                "dose given",
                ("Further dose", ""),
                "d",
                instead=Variant(When("since_dose", (None,)), ("Dose given", "")),
            ),
        ),
        needs_file=True,
        undoable=True,
    ),
    CommandSpec(
        "pause",
        "Fade to silence in 3 s; the position stands still.",
        presses=(
            Gesture(
                "pause; again: play",
                ("Pause", ""),
                "p",
                instead=Variant(_PAUSED, ("Play", ""), "play"),
            ),
        ),
        urgent=True,
        towards_silence=True,
        softens="always",
        lasts=When("state", ("paused",)),
        adjusts=True,
    ),
    CommandSpec("play", "Bring the music back in 15 s.", needs_file=True),
    CommandSpec(
        "duck",
        "Lower the music to speak; again: bring it back.",
        (_ON,),
        ("", "--off"),
        presses=(
            Gesture(
                "duck to speak; again: back",
                ("Duck", "to speak"),
                "space",
                arguments={"on": True},
                instead=Variant(
                    When("ducked", (True,)),
                    ("Music back", "ducked for your voice"),
                    "duck",
                    {"on": False},
                ),
            ),
        ),
        urgent=True,
        softens="on",
        lasts=When("ducked", (True,)),
    ),
    CommandSpec(
        "level",
        "Change the level in dB, at most 3 dB above the scene's.",
        (
            Argument("by", DECIBELS, required=True, example="-1 dB"),
            Argument("output", TEXT, "Only this output of the room, such as speakers."),
        ),
        ("-1", "--output speakers -1"),
        presses=(
            Gesture(
                "louder (twice)",
                ("Louder", "twice"),
                "up",
                "louder",
                {"by": 1.0},
                confirm="make it louder",
            ),
            Gesture("softer", ("Softer", ""), "down", "softer", {"by": -1.0}),
        ),
        urgent=True,
        softens="negative",
        adjusts=True,
    ),
    CommandSpec(
        "skip",
        "Crossfade to the next track.",
        presses=(Gesture("skip the track", ("Skip track", ""), "k"),),
        needs_file=True,
        adjusts=True,
    ),
    CommandSpec(
        "swap",
        "Crossfade to the next track and leave this one out from now on.",
        arguments=(_UNDO,),
        examples=("", "--undo"),
        presses=(Gesture("skip it, not again", ("Swap track", "not again"), "x"),),
        needs_file=True,
        undoable=True,
        adjusts=True,
    ),
    CommandSpec(
        "soften",
        "A little less sound and light.",
        presses=(Gesture("soften sound and light", ("Soften", "sound, light"), "s"),),
        urgent=True,
        softens="always",
        adjusts=True,
    ),
    CommandSpec(
        "lift",
        "A little more sound and light.",
        presses=(
            Gesture(
                "lift sound and light (twice)",
                ("Lift", "both; twice"),
                "w",
                confirm="make it louder and brighter",
            ),
        ),
        urgent=True,
        adjusts=True,
    ),
    CommandSpec(
        "land",
        "Grounding music and the care light; again: back to the phase.",
        (_ON,),
        presses=(
            Gesture(
                "land; again: back",
                ("Land", ""),
                "l",
                arguments={"on": True},
                instead=Variant(
                    When("state", ("landing",)), ("Back", "from landing"), "land", {"on": False}
                ),
            ),
        ),
        needs_file=True,
        lasts=When("state", ("landing",)),
        adjusts=True,
    ),
    CommandSpec(
        "care",
        "The care light; again: off.",
        (_ON,),
        presses=(
            Gesture(
                "care light; again: off",
                ("Care light", ""),
                "c",
                arguments={"on": True},
                instead=Variant(
                    When("care", (True,)), ("Care light off", ""), "care", {"on": False}
                ),
            ),
        ),
        urgent=True,
        under_lock=True,
        lasts=When("care", (True,)),
        adjusts=True,
    ),
    CommandSpec(
        "mute",
        "Silence in 1 s and the care light; a second mute within 1 s: at once.",
        presses=(
            Gesture(
                "mute; again: silence",
                ("Mute", ""),
                "escape",
                bounces=False,
                instead=Variant(When("state", ("muted",)), ("Silence", "at once")),
            ),
        ),
        urgent=True,
        towards_silence=True,
        softens="always",
        under_lock=True,
        lasts=When("state", ("muted",)),
        adjusts=True,
    ),
    CommandSpec(
        "stop",
        "Fade out and end the session.",
        (Argument("fade", DURATION, "Instead of the scene's end fade: 20s."),),
        ("", "--fade 20s"),
        presses=(
            Gesture(
                "end with the long fade (twice)",
                ("End the session", "twice"),
                confirm="end the session with its long fade",
            ),
        ),
        urgent=True,
        towards_silence=True,
        softens="always",
        lasts=When("state", ("ending",)),
    ),
    CommandSpec(
        "note",
        "Write a note into the journal, with its time.",
        (Argument("text", TEXT, required=True, example="sat up"),),
        ('"first words"',),
        presses=(Gesture("write a note", ("Note", ""), "t"),),
    ),
    CommandSpec(
        "mark",
        "Mark this moment.",
        presses=(Gesture("mark this moment", ("Mark", ""), "m"),),
    ),
)

COMMANDS: dict[str, CommandSpec] = {spec.name: spec for spec in _SPECS}
"""Every command by its name, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class ScreenAct:
    """What a screen does by itself, without the session."""

    keys: tuple[str, ...]
    meaning: str


SCREEN_ACTS: dict[str, ScreenAct] = {
    "remote": ScreenAct(("r",), "code to pair a tablet"),
    "leave": ScreenAct(("q", "ctrl+c"), "leave, or end"),
    "lock": ScreenAct(("L",), "lock keys; twice: unlock"),
    "output": ScreenAct(("o",), "↓ ↑ for one output"),
    "details": ScreenAct(("i",), "warnings and figures"),
    "help": ScreenAct(("?",), "show the keys"),
}


def presses() -> dict[str, tuple[CommandSpec, Gesture]]:
    """Every press by the name of its act, with its command."""
    return {press.act or spec.name: (spec, press) for spec in COMMANDS.values()
            for press in spec.presses}  # fmt: skip


def act_of(command: str) -> str:
    """The act that a name in a room's file means for a key, a pad or a pedal.

    Of several presses of a command it is the one that needs no second press: a level that does not
    say which way goes down. A command without a press of its own is its own act.
    """
    acts = presses()
    if command in acts:
        return command
    own = (act for act, (spec, press) in acts.items() if spec.name == command and not press.confirm)
    return next(own, command)


def act_that_gives(command: str) -> str:
    """The act whose press gives a command, always or in some state; else the command's own name."""
    for act, (spec, press) in presses().items():
        instead = press.instead.command if press.instead else ""
        if command in (act, instead) and spec.name != "level":
            return act
    return act_of(command)
