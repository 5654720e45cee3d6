"""Rules for a room's cues and 14-bit lights: what could flash, go dark, or be misread by a desk."""

from __future__ import annotations

from collections.abc import Iterator

from soundscape.message_text import listed
from soundscape.midi.msc_codes import COMMANDS
from soundscape.scene.binding import Binder
from soundscape.scene.cue_rate import hurried
from soundscape.scene.light_spec import LightSpec
from soundscape.scene.schema import FieldProblem
from soundscape.scene.wiring import CueMessage
from soundscape.scene.yaml.nodes import KeyPath

DARK = ("all-off", "go-off", "reset")
"""Show control commands that take light away."""


def cue_problems(binder: Binder) -> Iterator[FieldProblem]:
    """Cues that reach an address too often (errors), or that may make the room dark (warnings)."""
    dark: dict[str, list[str]] = {}
    for name, messages in _cues(binder).items():
        models = [message for _, message in messages]
        for number, message in hurried(models):
            yield FieldProblem(messages[number][0], message)
        for one in models:
            if what := _blackout(one):
                dark.setdefault(what, []).append(name)
    for what, names in dark.items():
        several = list(dict.fromkeys(names))
        yield FieldProblem(
            ("cues", several[0]),
            f"{listed(several)}: {what} may make the room dark at once; try it in the empty room",
            "warning",
        )


def pair_problems(binder: Binder) -> Iterator[FieldProblem]:
    """14-bit pairs, in one warning: not every desk understands them."""
    pairs = [
        str(path[1])
        for path, light in binder.valid.items()
        if path[:1] == ("lights",) and isinstance(light, LightSpec) and isinstance(light.cc, tuple)
    ]
    if pairs:
        yield FieldProblem(
            ("lights", pairs[0], "cc"),
            f"{listed(pairs)}: a 14-bit pair is for a desk that acts on the LSB (its manual says "
            "so); one that acts on each half flickers by 0.8 %. Else write one controller, or "
            "'msc: {control: 5, scale: 14-bit}'",
            "warning",
        )


def _cues(binder: Binder) -> dict[str, list[tuple[KeyPath, CueMessage]]]:
    """The sound messages of each cue, in order, with their places."""
    found: dict[str, list[tuple[KeyPath, CueMessage]]] = {}
    for path, message in binder.valid.items():
        if path[:1] == ("cues",) and isinstance(message, CueMessage):
            found.setdefault(str(path[1]), []).append((path, message))
    return found


def _blackout(message: CueMessage) -> str:
    """What a message is that may be a blackout, or nothing."""
    if message.program is not None:
        return "a program of the desk"
    if message.msc is not None and message.msc.command in DARK:
        return f"show control {message.msc.command}"
    if message.msc is not None and message.msc.command == "set" and message.msc.value == 0:
        return "a show control level of 0"
    raw = message.sysex or ()
    raw_msc = len(raw) >= 5 and raw[0] == 0x7F and raw[2] == 0x02
    if raw_msc and raw[4] in [COMMANDS[name].code for name in DARK]:
        return "a show control command that takes light away"
    return ""
