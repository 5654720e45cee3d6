"""How far the level and the trims of the outputs may go, and the commands that move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soundscape.errors import CommandRefused
from soundscape.timeline.show import Phase
from soundscape.translation import gettext as _

if TYPE_CHECKING:
    from soundscape.timeline.action_context import ActionContext

MOST_LEVEL_DB, LEAST_LEVEL_DB = 3.0, -40.0
"""How far the level may be trimmed over and under the scene's."""


def move_level(c: ActionContext, by: float) -> None:
    """Move the level by so many dB, as far as it goes.

    Raises CommandRefused if it is at that end already.
    """
    most = min(MOST_LEVEL_DB, _most_level(c))
    c.master.level(c.frame, _moved(c.master.level_db, by, most, _("the level")))


def move_trim(c: ActionContext, output: str, by: float) -> None:
    """Move the trim of one output, never above 0 dB: the ceiling holds for what all share.

    Raises CommandRefused if it is at that end already, or if there is no such output.
    """
    trims = c.master.trims
    if output not in trims:
        if not trims:
            text = _("the room has no output '{output}': it names none (audio.outputs)")
            raise CommandRefused(text.format(output=output))
        text = _("the room has no output '{output}': it has {outputs}")
        raise CommandRefused(text.format(output=output, outputs=_(" and ").join(trims)))
    over = MOST_LEVEL_DB if c.show.level_cap_lufs is None else _room_left(c) - c.master.level_db
    most = min(0.0, c.show.outputs[output] + min(MOST_LEVEL_DB, over))
    c.master.trim(c.frame, output, _moved(trims[output], by, most, output))


def keep_to_limit(c: ActionContext) -> None:
    """Take the level down where a louder phase than before meets the room's limit."""
    most = _most_level(c)
    if c.master.level_db > most:
        c.master.level(c.frame, most)


def _moved(present: float, by: float, most: float, what: str) -> float:
    to = max(LEAST_LEVEL_DB, min(most, present + by))
    if by > 0 and to <= present:
        text = _("{what} is at its highest, {db} dB")
    elif by < 0 and to >= present:
        text = _("{what} is at its lowest, {db} dB")
    else:
        return to
    raise CommandRefused(text.format(what=what, db=f"{present:+.0f}"))


def _most_level(c: ActionContext) -> float:
    """The highest level that the room's limit leaves, in dB."""
    if c.show.level_cap_lufs is None:
        return MOST_LEVEL_DB
    raised = (trim - c.show.outputs[name] for name, trim in c.master.trims.items())
    return _room_left(c) - max([0.0, *raised])


def _room_left(c: ActionContext) -> float:
    """How much the level may rise before the loudest target to come meets the room's limit."""
    cap = c.show.level_cap_lufs
    if cap is None:
        return MOST_LEVEL_DB
    return max(0.0, cap - max(_loudest(phase) for phase in c.show.phases[c.index :]))


def _loudest(phase: Phase) -> float:
    """At least what the loudest layer of a phase comes to, in LUFS."""
    levels = [value for layer in phase.layers.values() for _, value in layer.level.points]
    return max(value for _, value in phase.loudness.points) + max(levels, default=0.0)
