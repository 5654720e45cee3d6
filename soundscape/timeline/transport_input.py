"""Finds the transport's input for a command, by the phase and by earlier commands.

This is done before the look-up in the transport's table, so that no row has exceptions.
"""

from __future__ import annotations

from typing import get_args

from soundscape.command_specs import COMMANDS
from soundscape.errors import CommandRefused
from soundscape.message_text import did_you_mean
from soundscape.scene.models import Role
from soundscape.timeline.action_context import ActionContext, names, phase_index
from soundscape.timeline.commands import Command
from soundscape.timeline.transport import Input, State
from soundscape.timeline.undo import UNDO_WITHIN, Undoable
from soundscape.translation import gettext as _
from soundscape.units import SAMPLE_RATE, format_duration


def transport_input(c: ActionContext, command: Command) -> Input:
    """Return the input that a command is, in this phase and after the earlier commands.

    Changes nothing. Raises CommandRefused if the command makes no sense in any state.
    """
    _check(c, command)
    if command.do == "next" and c.index + 1 == len(c.show.phases):
        return Input.NEXT_FROM_LAST
    if command.do == "dose":
        return _dose_input(c, command)
    if command.do == "back":
        return Input.BACK_TO_END if c.left_phases[-1].over else Input.BACK
    if command.do == "undo":
        return _undo_input(c)
    if command.do == "swap" and command.undo:
        return Input.UNDO_SWAP
    return Input(command.do)


def _dose_input(c: ActionContext, command: Command) -> Input:
    if command.undo:
        return Input.UNDO_DOSE
    more = c.index + 1 < len(c.show.phases)
    return Input.DOSE_AWAITED if awaits_dose(c) and more else Input.DOSE


def awaits_dose(c: ActionContext) -> bool:
    """Whether the phase waits for the dose: `dose` ends it, and no dose is marked yet."""
    return c.phase.advance == "dose" and not c.doses


def _undo_input(c: ActionContext) -> Input:
    undoable = last_undoable(c)
    if undoable is None:
        raise CommandRefused(
            _(
                "nothing to take back: `undo` takes back the last of {commands} within {time}"
            ).format(commands=", ".join(_UNDOABLE), time=format_duration(UNDO_WITHIN / SAMPLE_RATE))
        )
    if undoable.ended:
        return Input.UNDO_END
    if undoable.place is not None:
        return Input.UNDO_MOVE
    return Input.UNDO_SWAP if undoable.swapped is not None else Input.UNDO_DOSE


def last_undoable(c: ActionContext) -> Undoable | None:
    """What `undo` would take back now."""
    undoable = c.undoable
    return undoable if undoable and c.frame - undoable.frame <= UNDO_WITHIN else None


def _check(c: ActionContext, command: Command) -> None:
    """Refuse what makes no sense in this session."""
    if command.do == "goto" and phase_index(c, command.phase) is None:
        if command.phase in get_args(Role):
            raise CommandRefused(
                _(
                    "no phase of {scene} has the role '{role}': write 'role: {role}' to one in the "
                    "scene, or go to one of {phases}"
                ).format(scene=c.show.name, role=command.phase, phases=", ".join(names(c)))
            )
        hint = did_you_mean(str(command.phase), names(c))
        raise CommandRefused(
            _("no phase '{phase}' in {scene}{hint}; it has {phases}").format(
                phase=command.phase, scene=c.show.name, hint=hint, phases=", ".join(names(c))
            )
        )
    if command.do in ("skip", "swap") and not command.undo and c.layers["music"].bus is None:
        raise CommandRefused(
            _("cannot {command}: no music in {phase}").format(
                command=command.do, phase=c.phase.name
            )
        )
    if command.do == "back" and not c.left_phases:
        raise CommandRefused(
            _("cannot back: no phase came before this one; `goto` goes to any phase")
        )
    if command.do == "dose" and command.undo and command.ago is not None:
        raise CommandRefused(_("cannot dose: give `ago` or `undo`, not both"))
    if command.do == "dose" and command.undo and not c.doses:
        raise CommandRefused(_("cannot undo the dose: none is marked"))
    if command.do == "swap" and command.undo and not c.swapped:
        raise CommandRefused(_("cannot undo the swap: no track was swapped out"))


def remember(c: ActionContext, event: Input, command: Command) -> Undoable | None:
    """What `undo` needs to take a command back, before it is done; None if it takes none back."""
    if command.do not in _UNDOABLE or command.undo:
        return None
    states = c.transport.of_phase()
    if c.transport.state is State.ENDING:
        states = (State.WAITING if c.clock.remaining(c.frame) == 0 else State.PLAYING,)
    ended = event is Input.NEXT_FROM_LAST
    return Undoable(command.do, c.frame, c.music_frame, states, tuple(c.doses), ended=ended)


_UNDOABLE = tuple(spec.name for spec in COMMANDS.values() if spec.undoable)
