"""What the screen says in words: the state, the times, the health."""

from __future__ import annotations

from collections.abc import Callable

from soundscape.units import format_duration
from soundscape.views.snapshot import Health, LayerView, Snapshot

Named = Callable[[str], str]
"""The key of an act."""


def clock(seconds: float) -> str:
    """A time in whole seconds."""
    return format_duration(int(max(0.0, seconds)))


def state_word(view: Snapshot) -> str:
    """The state, in a word or three."""
    if view.state == "waiting":
        return "WAITING FOR DOSE" if view.waits_for == "dose" else "WAITING"
    return "OVER" if view.state == "ended" else view.state.upper()


def loud_word(view: Snapshot) -> str:
    """The word to show in large letters, if something stands that must not be forgotten."""
    if view.state != "playing":
        return state_word(view).split()[0]
    return "DUCKED" if view.ducked else "CARE" if view.care else ""


def standing(view: Snapshot, *, locked: bool, lost: bool) -> list[str]:
    """Every word that stands now, the most important first."""
    also = {
        "NO ANSWER": lost,
        state_word(view): True,
        "DUCKED": view.ducked,
        "CARE LIGHT": view.care,
        "KEYS LOCKED": locked,
    }
    return [word for word, stands in also.items() if stands]


def what_now(view: Snapshot, key: Named) -> str:
    """What the state means, and which key goes on from it."""
    if view.state == "playing":
        if view.waits_for == "dose" and view.since_dose is None:
            return f"{key('dose')}: dose given, and on"
        return f"{key('duck')}: the music comes back" if view.ducked else ""
    waits = f"{key('dose')}: dose given, and on" if view.waits_for == "dose" else ""
    return {
        "held": f"the music goes on; {key('hold')}: release",
        "paused": f"{key('pause')}: the music comes back",
        "muted": f"{key('pause')}: the music comes back",
        "waiting": waits or f"the music goes on; {key('next')}: next phase",
        "landing": f"grounding music and care light; {key('land')}: back",
        "ending": f"silence in {clock(view.remaining)}",
        "ended": "the session is over",
    }[view.state]


def running(view: Snapshot) -> int:
    """Which of the session's phases is the running one.

    One that waits at its end takes no more time: where it ends, the next one would begin.
    """
    begun = [
        number
        for number, phase in enumerate(view.phases)
        if phase.name == view.phase and phase.start <= view.elapsed
    ]
    return begun[-1] if begun else 0


def playing(layer: LayerView) -> str:
    """A track, and who plays it."""
    return f"{layer.title} – {layer.artist}" if layer.artist else layer.title


def coming(layer: LayerView) -> str:
    """What comes next of itself, when, and how."""
    if layer.next is None:
        return ""
    fade = layer.next_fade or 0.0
    how = f", crossfade {fade:.0f} s" if fade else ""
    return f"{layer.next}, in {clock(layer.remaining - fade)}{how}"


def level(view: Snapshot, *, brief: bool = False) -> str:
    """The level over the scene's, and how loud it is beside how loud it should be."""
    music = view.layers.get("music")
    meter, target = view.meter, music.loudness_target if music else None
    measured = (
        {"now": meter.short_term}
        if brief
        else {"now": meter.momentary, "over 3 s": meter.short_term}
    )
    loud = {**measured, "target": target}
    parts = [f"{name} {value:.0f}" for name, value in loud.items() if value is not None]
    level_db = f"{view.level_db:+g} dB" if view.level_db else "0 dB"
    return " · ".join([level_db, *parts]) + (" LUFS" if parts else "")


def lights(view: Snapshot) -> str:
    """Each light, in percent of its way."""
    return " · ".join(f"{name} {value:.0%}" for name, value in view.lights.items())


def health(found: Health) -> tuple[list[str], list[str]]:
    """What is well, and what is not. Lights that were left out on purpose are no trouble."""
    parts = {"audio": found.audio, "lights": found.midi, "files": found.files}
    well = [f"{name} {how}" for name, how in parts.items() if how == "ok"]
    if found.midi == "off":
        well.append("without lights")
    return well, [f"{name}: {how}" for name, how in parts.items() if how not in ("ok", "off")]


def counted(found: Health) -> list[str]:
    """What went wrong for a moment, how often so far."""
    counts = {"gap in the sound": found.underruns, "late light message": found.late_messages}
    return [f"{n} {what if n == 1 else _many(what)} so far" for what, n in counts.items() if n]


def _many(what: str) -> str:
    first, _, rest = what.partition(" in ")
    return f"{first}s in {rest}" if rest else f"{first}s"


def marks(view: Snapshot, most: int) -> list[str]:
    """The last marks and notes, the newest first, each with its time."""
    return [
        f"{_when(mark.elapsed, mark.since_dose)} {mark.text or 'mark'}"
        for mark in reversed(view.marks[-most:])
    ]


def _when(elapsed: float, since_dose: float | None) -> str:
    return clock(elapsed) if since_dose is None else f"T+{clock(since_dose)}"
