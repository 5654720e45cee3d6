"""Directives as the lines of a journal: `{"t": seconds, "event": …}`."""

from __future__ import annotations

from typing import Any

from soundscape.timeline.directives import (
    ClipEnds,
    ClipStarts,
    CueFires,
    Directive,
    LightsMove,
    PhaseBegins,
    PromptShows,
    SessionEnds,
    Warned,
)
from soundscape.timeline.plan import source_kind, source_name
from soundscape.units import SAMPLE_RATE

Event = dict[str, Any]


def event(frame: int, kind: str, /, **fields: Any) -> Event:
    """Return one line: what happened at a frame."""
    given = {name: value for name, value in fields.items() if value is not None}
    return {"t": round(frame / SAMPLE_RATE, 6), "event": kind, **given}


class EventLog:
    """Turns directives into lines. It remembers which clips sound, to name them when they end."""

    def __init__(self) -> None:
        self._sounding: dict[int, tuple[str, str]] = {}

    def lines(self, directive: Directive) -> list[Event]:  # noqa: PLR0911 - a table
        """Return the lines for one directive; none if it only changes a gain."""
        match directive:
            case PhaseBegins(frame, index, name):
                return [event(frame, "phase", name=name, index=index)]
            case ClipStarts(frame, clip):
                self._sounding[clip.id] = (clip.layer, clip.track.title)
                return [
                    event(
                        frame,
                        "clip-start",
                        layer=clip.layer,
                        phase=clip.phase,
                        title=clip.track.title,
                        artist=clip.track.artist or None,
                        kind=source_kind(clip.track),
                        source=source_name(clip.track),
                        gain_db=round(clip.track.gain_db, 2),
                    )
                ]
            case ClipEnds(frame, ident, _):
                return self._ended(frame, ident)
            case LightsMove(frame, values, over):
                seconds = round(over / SAMPLE_RATE, 3)
                return [event(frame, "light", set=dict(values), over=seconds)]
            case CueFires(frame, name, number, cue_list, path):
                return [event(frame, "cue", cue=name, number=number, list=cue_list, path=path)]
            case PromptShows(frame, text):
                return [event(frame, "prompt", say=text)]
            case Warned(frame, text):
                return [event(frame, "warning", message=text)]
            case SessionEnds(frame):
                lines = [line for i in list(self._sounding) for line in self._ended(frame, i)]
                return [*lines, event(frame, "end")]
            case _:
                return []

    def _ended(self, frame: int, ident: int) -> list[Event]:
        layer, title = self._sounding.pop(ident)
        return [event(frame, "clip-end", layer=layer, title=title)]
