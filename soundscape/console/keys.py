"""The console's keys: the act that a key stands for, and the answer to the therapist.

`controls.gestures` knows which command an act gives and whether it needs a second press.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from soundscape.command_specs import SCREEN_ACTS, act_of, act_that_gives, presses
from soundscape.controls.gestures import (
    Presses,
    PressResult,
    confirmation,
    pressed,
    under_lock,
    wants_text,
)
from soundscape.timeline.commands import Command
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.views.snapshot import Snapshot
from soundscape.views.value_texts import trim
from soundscape.views.wording import with_names

OUTPUT_FOR = 10.0
"""Seconds for which the keys of the level work on one output, from the last of them on."""

FINAL_KEY = "f"
"""Pressed twice, this key ends the session. It works only while the console asks how to leave."""

UiAction = Literal["help", "details", "note", "remote", "leave"]
"""What the screen does by itself, without a command to the session."""

_ACTIONS: dict[str, UiAction] = {
    "help": "help",
    "details": "details",
    "remote": "remote",
    "leave": "leave",
}
_UNLOCK = marked("unlock the keys")
_ACT_NAMES = {
    "duck": marked("duck"),
    "hold": marked("hold"),
    "extend": marked("extend"),
    "next": marked("next"),
    "pause": marked("pause"),
    "mute": marked("mute"),
    "care": marked("care"),
    "help": marked("help"),
    "leave": marked("leave"),
}
NO_KEY = "–"
_SHOWN = {"space": "Space", "up": "↑", "down": "↓", "escape": "Esc", "ctrl+c": ""}


@dataclass(frozen=True, slots=True)
class Pressed:
    """The result of a key press: a command, an action of the screen, or a text for the therapist.

    `again` is True if the text asks for a second press; it is shown for `TWICE_WITHIN` seconds.
    """

    command: Command | None = None
    action: UiAction | None = None
    say: str = ""
    again: bool = False


def default_keys() -> dict[str, str]:
    """Return the console's own keys, each with its act."""
    keys = {press.key: act for act, (_spec, press) in presses().items() if press.key}
    return {**keys, **{key: act for act, own in SCREEN_ACTS.items() for key in own.keys}}


def meanings() -> dict[str, str]:
    """Return the meaning of each act, as the list of keys words it."""
    own = {act: _(screen.meaning) for act, screen in SCREEN_ACTS.items()}
    return {**{act: _(press.meaning) for act, (_spec, press) in presses().items()}, **own}


class KeyMap:
    """The console's keys; `remapped` is the room's `keys:`."""

    def __init__(self, remapped: Mapping[str, str]) -> None:
        own = {key if len(key) == 1 else key.lower(): act_of(do) for key, do in remapped.items()}
        self._acts = {**default_keys(), **own}
        self._presses = Presses()
        self._output = ""
        self._output_until = 0.0

    @property
    def locked(self) -> bool:
        """Whether the keys are locked."""
        return self._presses.locked

    def press(
        self,
        key: str,
        view: Snapshot,
        now: float,
        *,
        leaving: bool = False,
        reading: bool = False,
    ) -> Pressed:
        """Return what a key does at the time `now` (monotonic seconds).

        `leaving`: the console asks how to leave. One key leaves, one ends the session, and every
        other key does nothing. `reading`: a panel is shown, and the key of mute closes it.
        """
        act = self._act(key)
        if leaving:
            act = "stop" if key.lower() == FINAL_KEY else act if act == "leave" else ""
        elif reading and act == "mute":
            act = ""
        output = self._output if now < self._output_until else ""
        result = self._presses.press(act, view, now, key)
        if result is PressResult.IGNORED:
            return Pressed()
        if result is PressResult.LOCKED:
            return Pressed(say=self._is_locked())
        if act == "lock":
            return self._lock_changed(result)
        if act == "output":
            return self._next_output(output, view, now)
        given = self._output_given(act, output, now)
        if result is PressResult.AGAIN:
            return Pressed(say=press_again(_asked(act, view, given)), again=True)
        action = _ACTIONS.get(act, "note" if wants_text(act) else None)
        return Pressed(action=action) if action else Pressed(pressed(act, view, given))

    def is_leave(self, key: str) -> bool:
        """Return whether this is the key that leaves, even if the keys are locked."""
        return self._act(key) == "leave"

    def named(self, act: str) -> str:
        """Return the name of an act's key on the screen; the first if it has several."""
        return next((shown_key(key) for key, does in self._acts.items() if does == act), NO_KEY)

    def table(self) -> list[tuple[str, str]]:
        """Return the keys and the meaning of each act that has a key."""
        keys: dict[str, list[str]] = {}
        for key, act in self._acts.items():
            keys.setdefault(act, []).append(shown_key(key))
        said = {**{act: act for act in keys}, **meanings()}
        return [(" ".join(keys[act]).strip(), text) for act, text in said.items() if act in keys]

    def _act(self, key: str) -> str:
        """Return the act of a key. A capital is the small letter, unless it has its own act."""
        return self._acts.get(key) or self._acts.get(key.lower(), "")

    def _next_output(self, output: str, view: Snapshot, now: float) -> Pressed:
        """Choose what the keys of the level work on: all, then each output of the room."""
        if not view.outputs:
            return Pressed(say=_("the room names no outputs (audio.outputs in room.yaml)"))
        names = ["", *view.outputs]
        at = names.index(output) if output in names else 0
        self._output = names[(at + 1) % len(names)]
        self._output_until = now + OUTPUT_FOR
        softer, louder = self.named("softer"), self.named("louder")
        keys = _("{softer} softer, {louder} {louder} louder").format(softer=softer, louder=louder)
        if not self._output:
            return Pressed(say=_("all outputs: {keys}").format(keys=keys))
        text = _("{output} {trim}: {keys}; {key}: next").format(
            output=self._output,
            trim=trim(view.outputs[self._output]),
            keys=keys,
            key=self.named("output"),
        )
        return Pressed(say=text)

    def _output_given(self, act: str, output: str, now: float) -> dict[str, str]:
        """The output that a key of the level works on, as an argument; any other key ends that."""
        if act not in ("louder", "softer") or not output:
            self._output = ""
            return {}
        self._output_until = now + OUTPUT_FOR
        return {"output": output}

    def _lock_changed(self, result: PressResult) -> Pressed:
        if result is PressResult.AGAIN:
            return Pressed(say=press_again(_(_UNLOCK)), again=True)
        if self.locked:
            return Pressed(say=_("keys locked; {what}").format(what=self._still_work()))
        return Pressed(say=_("keys unlocked"))

    def _is_locked(self) -> str:
        return _("keys are locked: {key} twice unlocks; {what}").format(
            key=self.named("lock"), what=self._still_work()
        )

    def _still_work(self) -> str:
        acts = [act for act in presses() if under_lock(act)]
        named = [f"{self.named(act)} ({act_name(act)})" for act in acts]
        return _("{keys} work").format(keys=_(" and ").join(named))


def press_again(what: str) -> str:
    """Return the text that asks for a second press."""
    return _("press again to {what}").format(what=what)


def _asked(act: str, view: Snapshot, given: Mapping[str, str]) -> str:
    """What a second press is asked for."""
    if "output" in given:
        return _("make {output} louder").format(output=given["output"])
    return _(confirmation(act, view))


def act_name(act: str) -> str:
    """Return an act in a word."""
    return _(_ACT_NAMES.get(act, act))


Named = Callable[[str], str]
"""Returns the name of an act's key on the screen."""


def with_keys(text: str, key: Named) -> str:
    """Return a text of the session with the names of commands replaced by their keys."""

    def name(command: str) -> str:
        shown = key(act_that_gives(command))
        return "" if shown == NO_KEY else shown

    return with_names(text, name)


def shown_key(key: str) -> str:
    """Return the name of a key on the screen."""
    return _SHOWN.get(key, key if len(key) == 1 else key.capitalize())
