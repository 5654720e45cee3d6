"""Texts of single values, for snapshots and for the player's replies, which know no snapshot."""

from __future__ import annotations

from soundscape.translation import gettext as _
from soundscape.translation import marked


def state_name(state: str) -> str:
    """The name of a state within a sentence."""
    return _(_STATE_NAMES[state])


_STATE_NAMES = {
    "playing": marked("playing"),
    "held": marked("held"),
    "paused": marked("paused"),
    "waiting": marked("waiting"),
    "landing": marked("landing"),
    "muted": marked("muted"),
    "ending": marked("ending"),
    "stopping": marked("stopping"),
    "ended": marked("ended"),
}


def level(db: float) -> str:
    """The level beside the scene's."""
    if not db:
        return _("as planned")
    text = _("{db} under plan") if db < 0 else _("{db} over plan")
    return text.format(db=f"{abs(db):g}")


def trim(db: float) -> str:
    """The trim of an output."""
    return _("at {db} dB").format(db=f"{db:+g}" if db else "0")
