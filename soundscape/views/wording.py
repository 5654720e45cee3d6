"""Every text of a session that a person sees, made from the values of its snapshot.

`translation` has them in other languages. A command is named as it is typed, in backticks;
`with_names` puts what it is called on a screen in its place. Sentences begin with a small letter
and have no full stop, since they stand beside others in one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, Protocol

from soundscape.translation import gettext as _
from soundscape.translation import language, marked, ngettext
from soundscape.units import format_clock, format_kelvin
from soundscape.views.snapshot import (
    Health,
    LayerTexts,
    LayerView,
    MarkView,
    PhaseView,
    Snapshot,
    StateWord,
    Texts,
    TimeText,
    TimeTexts,
)
from soundscape.views.value_texts import level, trim

NEWEST_MARKS = 6
NO_DOSE = "–"


def worded(view: Snapshot) -> Snapshot:
    """The snapshot with its texts made again."""
    return view.model_copy(update={"texts": texts(view)})


def texts(view: Snapshot) -> Texts:
    """What a person reads of a snapshot."""
    return Texts(
        language=language(),
        state=state_word(view),
        standing=standing(view),
        large=large_word(view),
        hint=hint(view),
        times=times(view),
        then=then(view),
        elapsed=_("session {time}").format(time=format_clock(view.elapsed)),
        silence="" if view.state == "ended" else _silence_in(view),
        layers={name: layer_texts(layer) for name, layer in view.layers.items()},
        level=levels(view),
        sound_level=sound_level(view.sound_level),
        lights=lights(view),
        ports=ports(view.health),
        well=well(view.health),
        trouble=trouble(view.health),
        counted=counted(view.health),
        remote=_("tablet on") if view.remote.on else "",
        marks=[mark(one) for one in reversed(view.marks[-NEWEST_MARKS:])],
        warnings=[f"{format_clock(one.elapsed)} {one.text}" for one in reversed(view.warnings)],
        warned=ngettext("{number} warning", "{number} warnings", len(view.warnings))
        if view.warnings
        else "",
        details=details(view),
        resume=resume(view, view.since_dose),
    )


_COMMAND = re.compile(r"`([a-z]+)`")


def with_names(text: str, name: Callable[[str], str]) -> str:
    """A text with each command named as a screen names it; "" leaves it as it is typed."""

    def called(found: re.Match[str]) -> str:
        given = name(found.group(1))
        return f"“{given}”" if given else found.group()

    return _COMMAND.sub(called, text)


# State --------------------------------------------------------------------------------------------


class StandingState(Protocol):
    """What the words of a state depend on: a `Snapshot`, or a room's state on the network."""

    @property
    def state(self) -> StateWord:
        """The transport's state."""
        ...

    @property
    def waits_for(self) -> Literal["next", "dose"] | None:
        """What the phase goes on with."""
        ...

    @property
    def ducked(self) -> bool:
        """Whether the music is ducked."""
        ...

    @property
    def care(self) -> bool:
        """Whether the care light is on."""
        ...


def state_word(view: StandingState) -> str:
    """The state, in a word or three."""
    if view.state == "waiting" and view.waits_for == "dose":
        return _("WAITING FOR DOSE")
    return _(_STATES[view.state])


def large_word(view: Snapshot) -> str:
    """The one word that must not be overlooked; empty while the session plays as usual."""
    if view.state != "playing":
        return _(_STATES[view.state])
    return _("DUCKED") if view.ducked else _("CARE") if view.care else ""


def standing(view: StandingState) -> list[str]:
    """Every word that stands now, the state first."""
    also = {_("DUCKED"): view.ducked, _("CARE LIGHT"): view.care}
    return [state_word(view), *(word for word, stands in also.items() if stands)]


def hint(view: Snapshot) -> str:
    """What the state means, and which command goes on from it."""
    if view.state == "playing" and view.ducked:
        return _("`duck` brings the music back")
    awaited = view.waits_for == "dose" and view.since_dose is None
    if view.state == "playing":
        return _(_AWAITED) if awaited else ""
    if view.state == "waiting":
        moves_on = _(_AWAITED) if view.waits_for == "dose" else _("`next` moves on")
        return _("the music goes on; {what}").format(what=moves_on)
    if view.state == "ending":
        back = "" if view.stopping else _("; `hold` or `extend` brings the sound back")
        return _silence_in(view) + back
    return _(_HINTS[view.state])


def _silence_in(view: Snapshot) -> str:
    return _("silence in {time}").format(time=format_clock(view.remaining))


def times(view: Snapshot) -> TimeTexts:
    """In the phase, left of it, since the dose."""
    after = _next_phase(view)
    if is_ending(view):
        left = TimeText(time=format_clock(view.remaining), label=_("to silence"))
    else:
        label = _("left, then {phase}").format(phase=after.name) if after else _("left")
        left = TimeText(time=format_clock(view.phase_remaining), label=label)
    dose = (
        TimeText(time=NO_DOSE, label=_("T+ no dose yet"))
        if view.since_dose is None
        else TimeText(time=format_clock(view.since_dose), label=_("T+ since the dose"))
    )
    passed = TimeText(
        time=format_clock(view.phase_elapsed), label=_("in {phase}").format(phase=view.phase)
    )
    return TimeTexts(passed=passed, left=left, dose=dose)


def is_ending(view: Snapshot) -> bool:
    """Whether the time to silence counts, and no longer the time that the phase has left."""
    return view.state in ("ending", "ended")


def then(view: Snapshot) -> str:
    """What follows the running phase."""
    after = _next_phase(view)
    if after is None:
        return _("then the end")
    return _("then {phase}, {time}").format(phase=after.name, time=format_clock(after.duration))


def _next_phase(view: Snapshot) -> PhaseView | None:
    return next((phase for phase in view.phases if phase.state == "planned"), None)


_STATES = {
    "playing": marked("PLAYING"),
    "held": marked("HELD"),
    "paused": marked("PAUSED"),
    "waiting": marked("WAITING"),
    "landing": marked("LANDING"),
    "muted": marked("MUTED"),
    "ending": marked("ENDING"),
    "ended": marked("OVER"),
}


_AWAITED = marked("`dose` marks the dose and goes on")
_HINTS = {
    "held": marked("`release` lets the phase go on; the music plays meanwhile"),
    "paused": marked("`play` brings the music back"),
    "muted": marked("`play` brings the music back"),
    "landing": marked("grounding music and the care light; `land` goes back to the phase"),
    "ended": marked("the session is over"),
}


# What plays ---------------------------------------------------------------------------------------


def layer_texts(layer: LayerView) -> LayerTexts:
    """What a layer plays, how long, and what comes after it."""
    artist = f" – {layer.artist}" if layer.artist else ""
    when = ""
    if layer.next is not None:
        fade = layer.next_fade or 0.0
        when = _("in {time}").format(time=format_clock(layer.remaining - fade))
        when += _(", crossfade {seconds} s").format(seconds=f"{fade:.0f}") if fade else ""
    return LayerTexts(
        playing=f"{layer.title}{artist}",
        left=_("{time} left").format(time=format_clock(layer.remaining)),
        next=layer.next or "",
        next_when=when,
    )


def sound_level(dba: float | None) -> str:
    """The level at the pillow; "" in a room that is not calibrated."""
    return "" if dba is None else _("about {level} dBA").format(level=f"{dba:.0f}")


def trims(view: Snapshot) -> str:
    """The trim of each output."""
    return ", ".join(f"{name} {trim(db)}" for name, db in view.outputs.items())


def levels(view: Snapshot) -> str:
    """The level, and each output whose trim is not that of the room's file."""
    changed = (
        f"{name} {trim(db)}" for name, db in view.outputs.items() if db != view.room_trims.get(name)
    )
    return ", ".join((level(view.level_db), *changed))


def lights(view: Snapshot) -> str:
    """Each light: in percent, or in kelvin where it has a range of colour."""
    return " · ".join(
        f"{name} {format_kelvin(view.colours[name])}"
        if name in view.colours
        else f"{name} {value:.0%}"
        for name, value in view.lights.items()
    )


def mark(one: MarkView) -> str:
    """A mark or note with its time."""
    since = one.since_dose
    when = format_clock(one.elapsed) if since is None else f"T+{format_clock(since)}"
    return f"{when} {one.text or _('mark')}"


# Health -------------------------------------------------------------------------------------------


def well(health: Health) -> list[str]:
    """The parts that work. Lights that were left out on purpose are no trouble."""
    parts = (
        (_("sound ok"), health.audio),
        (_("lights ok"), health.lights),
        (_("files ok"), health.files),
    )
    said = [text for text, how in parts if how == "ok"]
    return [*said, _("without lights")] if health.lights == "off" else said


def trouble(health: Health) -> list[str]:
    """What does not work now; each a sentence of its own."""
    parts = (health.audio, health.lights, health.controls, health.files)
    return [how for how in parts if how not in ("ok", "off")]


def ports(health: Health) -> str:
    """The MIDI ports that are open, each with the system's name of it."""
    return ", ".join(
        _("{port} is {names}").format(port=port, names=_(" and ").join(map(repr, names)))
        for port, names in health.ports.items()
    )


def counted(health: Health) -> list[str]:
    """What was heard and is over, and how often."""
    gaps = health.underruns
    text = ngettext("{number} gap in the sound so far", "{number} gaps in the sound so far", gaps)
    return [text] if gaps else []


def details(view: Snapshot) -> list[str]:
    """The technical figures, for finding a fault."""
    health, meter, music = view.health, view.meter, view.layers.get("music")
    loud = {
        _("now"): meter.momentary,
        _("over 3 s"): meter.short_term,
        _("target"): music.loudness_target if music else None,
    }
    said = [f"{name} {value:.1f}" for name, value in loud.items() if value is not None]
    return [
        _("loudness: {values} LUFS").format(values=", ".join(said))
        if said
        else _("loudness: nothing to measure"),
        ", ".join(
            [
                _("level: {db} dB").format(db=f"{view.level_db:+g}" if view.level_db else "0"),
                *([f"{view.sound_level:.1f} dBA"] if view.sound_level is not None else []),
            ]
        ),
        *([_("outputs: {outputs}").format(outputs=trims(view))] if view.outputs else []),
        *([_("ports: {ports}").format(ports=ports(health))] if health.ports else []),
        _("underruns: {underruns}; late light messages: {late}").format(
            underruns=health.underruns, late=health.late_messages
        ),
    ]


def resume(view: Snapshot, since: float | None) -> list[str]:
    """What to type to take the session up where it is, should it break off.

    `since`: seconds since the dose by then.
    """
    if not view.begun_as or view.state == "ended":
        return []
    place = f'"{view.place}"' if " " in view.place else view.place
    lines = [f"{view.begun_as} --at {place}"]
    return lines if since is None else [*lines, f"soundscape dose --ago {int(since)}s"]
