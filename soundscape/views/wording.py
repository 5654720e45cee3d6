"""Every text of a session that a person sees, made from the values of its snapshot.

Another language would stand here. A command is named as it is typed, in backticks; `with_names`
puts what it is called on a screen in its place. Sentences begin with a small letter and have no
full stop, since they stand beside others in one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from soundscape.units import format_clock, format_kelvin
from soundscape.views.fault_texts import many
from soundscape.views.snapshot import (
    Health,
    LayerTexts,
    LayerView,
    MarkView,
    PhaseView,
    Snapshot,
    Texts,
    TimeText,
    TimeTexts,
)

NEWEST_MARKS = 6
NO_DOSE = "–"


def worded(view: Snapshot) -> Snapshot:
    """The snapshot with its texts made again."""
    return view.model_copy(update={"texts": texts(view)})


def texts(view: Snapshot) -> Texts:
    """What a person reads of a snapshot."""
    return Texts(
        state=state_word(view),
        standing=standing(view),
        large=large_word(view),
        hint=hint(view),
        times=times(view),
        then=then(view),
        elapsed=f"session {format_clock(view.elapsed)}",
        silence="" if view.state == "ended" else f"silence in {format_clock(view.remaining)}",
        layers={name: layer_texts(layer) for name, layer in view.layers.items()},
        level=levels(view),
        sound_level="" if view.sound_level is None else f"about {view.sound_level:.0f} dBA",
        lights=lights(view),
        ports=ports(view.health),
        well=well(view.health),
        trouble=trouble(view.health),
        counted=counted(view.health),
        remote="tablet on" if view.remote.on else "",
        marks=[mark(one) for one in reversed(view.marks[-NEWEST_MARKS:])],
        warnings=[f"{format_clock(one.elapsed)} {one.text}" for one in reversed(view.warnings)],
        warned=many(len(view.warnings), "warning") if view.warnings else "",
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


def state_word(view: Snapshot) -> str:
    """The state, in a word or three."""
    if view.state == "waiting" and view.waits_for == "dose":
        return "WAITING FOR DOSE"
    return _STATES[view.state]


def large_word(view: Snapshot) -> str:
    """The one word that must not be overlooked; empty while the session plays as usual."""
    if view.state != "playing":
        return _STATES[view.state]
    return "DUCKED" if view.ducked else "CARE" if view.care else ""


def standing(view: Snapshot) -> list[str]:
    """Every word that stands now, the state first."""
    also = {"DUCKED": view.ducked, "CARE LIGHT": view.care}
    return [state_word(view), *(word for word, stands in also.items() if stands)]


def hint(view: Snapshot) -> str:
    """What the state means, and which command goes on from it."""
    if view.state == "playing" and view.ducked:
        return "`duck` brings the music back"
    awaited = view.waits_for == "dose" and view.since_dose is None
    if view.state == "playing":
        return _AWAITED if awaited else ""
    if view.state == "waiting":
        return f"the music goes on; {_AWAITED if view.waits_for == 'dose' else '`next` moves on'}"
    if view.state == "ending":
        back = "" if view.stopping else "; `hold` or `extend` brings the sound back"
        return f"silence in {format_clock(view.remaining)}{back}"
    return _HINTS[view.state]


def times(view: Snapshot) -> TimeTexts:
    """In the phase, left of it, since the dose."""
    after = _next_phase(view)
    if is_ending(view):
        left = TimeText(time=format_clock(view.remaining), label="to silence")
    else:
        label = f"left, then {after.name}" if after else "left"
        left = TimeText(time=format_clock(view.phase_remaining), label=label)
    dose = (
        TimeText(time=NO_DOSE, label="T+ no dose yet")
        if view.since_dose is None
        else TimeText(time=format_clock(view.since_dose), label="T+ since the dose")
    )
    passed = TimeText(time=format_clock(view.phase_elapsed), label=f"in {view.phase}")
    return TimeTexts(passed=passed, left=left, dose=dose)


def is_ending(view: Snapshot) -> bool:
    """Whether the time to silence counts, and no longer the time that the phase has left."""
    return view.state in ("ending", "ended")


def then(view: Snapshot) -> str:
    """What follows the running phase."""
    after = _next_phase(view)
    return f"then {after.name}, {format_clock(after.duration)}" if after else "then the end"


def _next_phase(view: Snapshot) -> PhaseView | None:
    return next((phase for phase in view.phases if phase.state == "planned"), None)


_STATES = {
    "playing": "PLAYING",
    "held": "HELD",
    "paused": "PAUSED",
    "waiting": "WAITING",
    "landing": "LANDING",
    "muted": "MUTED",
    "ending": "ENDING",
    "ended": "OVER",
}
_AWAITED = "`dose` marks the dose and goes on"
_HINTS = {
    "held": "`release` lets the phase go on; the music plays meanwhile",
    "paused": "`play` brings the music back",
    "muted": "`play` brings the music back",
    "landing": "grounding music and the care light; `land` goes back to the phase",
    "ended": "the session is over",
}


# What plays ---------------------------------------------------------------------------------------


def layer_texts(layer: LayerView) -> LayerTexts:
    """What a layer plays, how long, and what comes after it."""
    artist = f" – {layer.artist}" if layer.artist else ""
    when = ""
    if layer.next is not None:
        fade = layer.next_fade or 0.0
        how = f", crossfade {fade:.0f} s" if fade else ""
        when = f"in {format_clock(layer.remaining - fade)}{how}"
    return LayerTexts(
        playing=f"{layer.title}{artist}",
        left=f"{format_clock(layer.remaining)} left",
        next=layer.next or "",
        next_when=when,
    )


def level(db: float) -> str:
    """The level beside the scene's."""
    return f"{abs(db):g} {'under' if db < 0 else 'over'} plan" if db else "as planned"


def trim(db: float) -> str:
    """The trim of an output."""
    return f"at {db:+g} dB" if db else "at 0 dB"


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
    return f"{when} {one.text or 'mark'}"


# Health -------------------------------------------------------------------------------------------


def well(health: Health) -> list[str]:
    """The parts that work. Lights that were left out on purpose are no trouble."""
    parts = {"sound": health.audio, "lights": health.lights, "files": health.files}
    said = [f"{name} ok" for name, how in parts.items() if how == "ok"]
    return [*said, "without lights"] if health.lights == "off" else said


def trouble(health: Health) -> list[str]:
    """What does not work now; each a sentence of its own."""
    parts = (health.audio, health.lights, health.controls, health.files)
    return [how for how in parts if how not in ("ok", "off")]


def ports(health: Health) -> str:
    """The MIDI ports that are open, each with the system's name of it."""
    return ", ".join(
        f"{port} is {' and '.join(map(repr, names))}" for port, names in health.ports.items()
    )


def counted(health: Health) -> list[str]:
    """What was heard and is over, and how often."""
    gaps = health.underruns
    return [f"{many(gaps, 'gap')} in the sound so far"] if gaps else []


def details(view: Snapshot) -> list[str]:
    """The technical figures, for finding a fault."""
    health, meter, music = view.health, view.meter, view.layers.get("music")
    loud = {
        "now": meter.momentary,
        "over 3 s": meter.short_term,
        "target": music.loudness_target if music else None,
    }
    said = [f"{name} {value:.1f}" for name, value in loud.items() if value is not None]
    return [
        f"loudness: {', '.join(said)} LUFS" if said else "loudness: nothing to measure",
        ", ".join(
            [
                f"level: {view.level_db:+g} dB" if view.level_db else "level: 0 dB",
                *([f"{view.sound_level:.1f} dBA"] if view.sound_level is not None else []),
            ]
        ),
        *(
            [f"outputs: {', '.join(f'{name} {trim(db)}' for name, db in view.outputs.items())}"]
            if view.outputs
            else []
        ),
        *([f"MIDI ports: {ports(health)}"] if health.ports else []),
        f"underruns: {health.underruns}; late light messages: {health.late_messages}",
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
