"""What happens in a session, in words: the lines of its journal as a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from soundscape.translation import gettext as _
from soundscape.views import fault_texts

Line = Mapping[str, Any]


def event_text(line: Line) -> str:
    """A line for the therapist; "" for an event that no person asks about."""
    text = _TEXTS.get(str(line.get("event")))
    return text(line) if text else ""


def needs_attention(line: Line) -> bool:
    """Whether something went wrong or was refused."""
    return line.get("event") in ("warning", "refused", "fault")


_TEXTS: dict[str, Callable[[Line], str]] = {
    "phase": lambda line: _("phase {name}").format(name=line["name"]),
    "clip-start": lambda line: f"{line['layer']}: {line['title']}",
    "command": lambda line: str(line["answer"]),
    "refused": lambda line: str(line["message"]),
    "prompt": lambda line: f"“{line['say']}”",
    "cue": lambda line: _("cue {name}").format(name=line["cue"]),
    "warning": lambda line: str(line["message"]),
    "fault": lambda line: str(line["message"]),
    "end": lambda _line: _(fault_texts.OVER),
}
