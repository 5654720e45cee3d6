"""The foreground session's one line: where it is, what plays, what is wrong."""

from __future__ import annotations

from soundscape.units import format_duration
from soundscape.views.snapshot import Snapshot

WORDS = {
    "held": "HELD",
    "paused": "PAUSED",
    "waiting": "WAITING",
    "landing": "LANDING",
    "muted": "MUTED",
    "ending": "ENDING",
    "ended": "ENDED",
}


def status_line(view: Snapshot, health: str, width: int) -> str:
    """One line of at most `width` characters; what matters most stands first."""
    word = WORDS.get(view.state, "")
    if view.state == "waiting" and view.waits_for == "dose":
        word = "WAITING FOR DOSE"
    parts = [
        view.phase.upper(),
        f"{_clock(view.phase_elapsed)} / {_clock(view.phase_duration)}",
        word,
        "DUCKED" if view.ducked else "",
        health,
        f"T+{_clock(view.since_dose)}" if view.since_dose is not None else "",
        f"{view.level_db:+g} dB" if view.level_db else "",
        "care light" if view.care else "",
        _playing(view),
    ]
    line = "  ".join(part for part in parts if part)
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


def _playing(view: Snapshot) -> str:
    layer = view.layers.get("music") or view.layers.get("ambience")
    if layer is None:
        return ""
    after = f" → {layer.next}" if layer.next else ""
    return f"{layer.title} {_clock(layer.remaining)}{after}"


def _clock(seconds: float) -> str:
    return format_duration(int(max(0.0, seconds)))
