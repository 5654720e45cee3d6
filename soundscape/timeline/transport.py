"""The transport: which states a session can be in, and what each input does in each of them.

`TABLE` has one row for each transition. A pair of state and input without a row is refused, with
the reason from `REFUSALS`. Which input a command is depends also on the phase and on earlier
commands: `transport_input` finds that out before the look-up, so that no row has exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from soundscape.errors import CommandRefused
from soundscape.translation import gettext as _
from soundscape.translation import marked


class State(StrEnum):
    """What the session is doing."""

    PLAYING = "playing"
    HELD = "held"  # the music goes on, the position stands
    WAITING = "waiting"  # at the end of a phase that waits for `next` or `dose`
    LANDING = "landing"
    PAUSED = "paused"
    MUTED = "muted"
    ENDING = "ending"  # the last phase is over, the end fade runs
    STOPPING = "stopping"  # `stop` was given, the end fade runs
    ENDED = "ended"


class Input(StrEnum):
    """What moves the transport: commands, by their effect, and events of the timeline."""

    HOLD = "hold"
    RELEASE = "release"
    NEXT = "next"
    NEXT_FROM_LAST = "next, from the last phase"
    GOTO = "goto"
    BACK = "back"
    BACK_TO_END = "back, to a phase that was over"
    EXTEND = "extend"
    DOSE = "dose"
    DOSE_AWAITED = "dose, in a phase that waits for it"
    UNDO_DOSE = "undo of a dose that did not move on"
    UNDO_MOVE = "undo of what led to another phase"
    UNDO_END = "undo of `next` from the last phase"
    UNDO_SWAP = "undo of a swap"
    PAUSE = "pause"
    PLAY = "play"
    MUTE = "mute"
    LAND = "land"
    STOP = "stop"
    SKIP = "skip"
    SWAP = "swap"
    END_OF_PHASE = "(end of a phase)"
    END_OF_WAITING_PHASE = "(end of a phase that waits)"
    END_OF_LAST_PHASE = "(end of the last phase)"
    SILENCE = "(the end fade is over)"


class Action(StrEnum):
    """What a transition does; `actions` has a function for each."""

    NOTHING = "nothing"  # `Conductor.keep_pace` lets the position run or stand by the new state
    ADVANCE = "advance"  # to the next phase, or to the phase asked for
    RETURN_TO_PHASE = "return_to_phase"  # to the phase before, where it was left
    STRETCH = "stretch"
    MARK_DOSE = "mark_dose"
    MARK_DOSE_AND_ADVANCE = "mark_dose_and_advance"
    UNMARK_DOSE = "unmark_dose"
    UNDO_MOVE = "undo_move"
    PAUSE = "pause"  # fade to silence, then the music stands
    MUTE = "mute"  # the same, faster, with the care light; pressed again: at once
    RESUME = "resume"  # back from silence
    LAND = "land"
    LEAVE_LANDING = "leave_landing"
    END = "end"  # the end fade
    END_AFTER_LAST = "end_after_last"  # the same, out of the last phase or a landing
    CANCEL_END = "cancel_end"  # the sound comes back out of the end fade
    CANCEL_END_LONGER = "cancel_end_longer"  # the same, with more time
    CANCEL_END_THERE = "cancel_end_there"  # the same, in another phase
    CANCEL_END_BACK = "cancel_end_back"  # the same, in the phase before
    UNDO_END = "undo_end"  # the same, as it was before
    NEXT_TRACK = "next_track"
    OTHER_TRACK = "other_track"  # and this one not again
    BRING_TRACK_BACK = "bring_track_back"
    FINISH = "finish"


class Beneath(StrEnum):
    """What lies beneath the new state: a pause, a mute and a landing lie on what they interrupt."""

    SAME = "same"  # what lay there before
    COVERED = "covered"  # the state that is left, over what lay beneath it
    PLAYING = "playing"  # a phase that plays; a landing is left
    PLAYING_LANDED = "playing, landed"  # a phase that plays; a landing stays
    WAITING = "waiting"  # a phase that is over; a landing is left
    BEFORE = "before"  # as it was before what is taken back


UNCOVER = "uncover"
"""To the state beneath."""
BEFORE = "before"
"""To the state before what is taken back."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in `state`, `event` does `act` and leads to `to`."""

    state: State
    event: Input
    act: Action
    to: State | str
    beneath: Beneath = Beneath.SAME


def _rows() -> tuple[Transition, ...]:
    s, i, a, b, row = State, Input, Action, Beneath, Transition
    return (
        row(s.PLAYING, i.HOLD, a.NOTHING, s.HELD),
        row(s.PLAYING, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.PLAYING, i.NEXT_FROM_LAST, a.END_AFTER_LAST, s.ENDING),
        row(s.PLAYING, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.PLAYING, i.BACK, a.RETURN_TO_PHASE, s.PLAYING),
        row(s.PLAYING, i.BACK_TO_END, a.RETURN_TO_PHASE, s.WAITING),
        row(s.PLAYING, i.EXTEND, a.STRETCH, s.PLAYING),
        row(s.PLAYING, i.DOSE, a.MARK_DOSE, s.PLAYING),
        row(s.PLAYING, i.DOSE_AWAITED, a.MARK_DOSE_AND_ADVANCE, s.PLAYING),
        row(s.PLAYING, i.UNDO_DOSE, a.UNMARK_DOSE, s.PLAYING),
        row(s.PLAYING, i.UNDO_MOVE, a.UNDO_MOVE, BEFORE),
        row(s.PLAYING, i.UNDO_SWAP, a.BRING_TRACK_BACK, s.PLAYING),
        row(s.PLAYING, i.PAUSE, a.PAUSE, s.PAUSED, b.COVERED),
        row(s.PLAYING, i.MUTE, a.MUTE, s.MUTED, b.COVERED),
        row(s.PLAYING, i.LAND, a.LAND, s.LANDING, b.COVERED),
        row(s.PLAYING, i.STOP, a.END, s.STOPPING),
        row(s.PLAYING, i.SKIP, a.NEXT_TRACK, s.PLAYING),
        row(s.PLAYING, i.SWAP, a.OTHER_TRACK, s.PLAYING),
        row(s.PLAYING, i.END_OF_PHASE, a.ADVANCE, s.PLAYING),
        row(s.PLAYING, i.END_OF_WAITING_PHASE, a.NOTHING, s.WAITING),
        row(s.PLAYING, i.END_OF_LAST_PHASE, a.END_AFTER_LAST, s.ENDING),
        # held
        row(s.HELD, i.RELEASE, a.NOTHING, s.PLAYING),
        row(s.HELD, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.HELD, i.NEXT_FROM_LAST, a.END_AFTER_LAST, s.ENDING),
        row(s.HELD, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.HELD, i.BACK, a.RETURN_TO_PHASE, s.PLAYING),
        row(s.HELD, i.BACK_TO_END, a.RETURN_TO_PHASE, s.WAITING),
        row(s.HELD, i.EXTEND, a.STRETCH, s.HELD),
        row(s.HELD, i.DOSE, a.MARK_DOSE, s.HELD),
        row(s.HELD, i.DOSE_AWAITED, a.MARK_DOSE_AND_ADVANCE, s.PLAYING),
        row(s.HELD, i.UNDO_DOSE, a.UNMARK_DOSE, s.HELD),
        row(s.HELD, i.UNDO_MOVE, a.UNDO_MOVE, BEFORE),
        row(s.HELD, i.UNDO_SWAP, a.BRING_TRACK_BACK, s.HELD),
        row(s.HELD, i.PAUSE, a.PAUSE, s.PAUSED, b.COVERED),
        row(s.HELD, i.MUTE, a.MUTE, s.MUTED, b.COVERED),
        row(s.HELD, i.LAND, a.LAND, s.LANDING, b.COVERED),
        row(s.HELD, i.STOP, a.END, s.STOPPING),
        row(s.HELD, i.SKIP, a.NEXT_TRACK, s.HELD),
        row(s.HELD, i.SWAP, a.OTHER_TRACK, s.HELD),
        # waiting
        row(s.WAITING, i.HOLD, a.NOTHING, s.HELD),
        row(s.WAITING, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.WAITING, i.NEXT_FROM_LAST, a.END_AFTER_LAST, s.ENDING),
        row(s.WAITING, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.WAITING, i.BACK, a.RETURN_TO_PHASE, s.PLAYING),
        row(s.WAITING, i.BACK_TO_END, a.RETURN_TO_PHASE, s.WAITING),
        row(s.WAITING, i.EXTEND, a.STRETCH, s.PLAYING),
        row(s.WAITING, i.DOSE, a.MARK_DOSE, s.WAITING),
        row(s.WAITING, i.DOSE_AWAITED, a.MARK_DOSE_AND_ADVANCE, s.PLAYING),
        row(s.WAITING, i.UNDO_DOSE, a.UNMARK_DOSE, s.WAITING),
        row(s.WAITING, i.UNDO_MOVE, a.UNDO_MOVE, BEFORE),
        row(s.WAITING, i.UNDO_SWAP, a.BRING_TRACK_BACK, s.WAITING),
        row(s.WAITING, i.PAUSE, a.PAUSE, s.PAUSED, b.COVERED),
        row(s.WAITING, i.MUTE, a.MUTE, s.MUTED, b.COVERED),
        row(s.WAITING, i.LAND, a.LAND, s.LANDING, b.COVERED),
        row(s.WAITING, i.STOP, a.END, s.STOPPING),
        row(s.WAITING, i.SKIP, a.NEXT_TRACK, s.WAITING),
        row(s.WAITING, i.SWAP, a.OTHER_TRACK, s.WAITING),
        # landing
        row(s.LANDING, i.LAND, a.LEAVE_LANDING, UNCOVER),
        row(s.LANDING, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.LANDING, i.NEXT_FROM_LAST, a.END_AFTER_LAST, s.ENDING),
        row(s.LANDING, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.LANDING, i.BACK, a.RETURN_TO_PHASE, s.PLAYING),
        row(s.LANDING, i.BACK_TO_END, a.RETURN_TO_PHASE, s.WAITING),
        row(s.LANDING, i.EXTEND, a.STRETCH, s.LANDING),
        row(s.LANDING, i.DOSE, a.MARK_DOSE, s.LANDING),
        row(s.LANDING, i.DOSE_AWAITED, a.MARK_DOSE_AND_ADVANCE, s.LANDING, b.PLAYING),
        row(s.LANDING, i.UNDO_DOSE, a.UNMARK_DOSE, s.LANDING),
        row(s.LANDING, i.UNDO_MOVE, a.UNDO_MOVE, BEFORE),
        row(s.LANDING, i.UNDO_SWAP, a.BRING_TRACK_BACK, s.LANDING),
        row(s.LANDING, i.PAUSE, a.PAUSE, s.PAUSED, b.COVERED),
        row(s.LANDING, i.MUTE, a.MUTE, s.MUTED, b.COVERED),
        row(s.LANDING, i.STOP, a.END, s.STOPPING),
        row(s.LANDING, i.SKIP, a.NEXT_TRACK, s.LANDING),
        row(s.LANDING, i.SWAP, a.OTHER_TRACK, s.LANDING),
        # paused
        row(s.PAUSED, i.PLAY, a.RESUME, UNCOVER),
        row(s.PAUSED, i.NEXT, a.ADVANCE, s.PAUSED, b.PLAYING),
        row(s.PAUSED, i.NEXT_FROM_LAST, a.END_AFTER_LAST, s.ENDING),
        row(s.PAUSED, i.GOTO, a.ADVANCE, s.PAUSED, b.PLAYING),
        row(s.PAUSED, i.BACK, a.RETURN_TO_PHASE, s.PAUSED, b.PLAYING),
        row(s.PAUSED, i.BACK_TO_END, a.RETURN_TO_PHASE, s.PAUSED, b.WAITING),
        row(s.PAUSED, i.EXTEND, a.STRETCH, s.PAUSED),
        row(s.PAUSED, i.DOSE, a.MARK_DOSE, s.PAUSED),
        row(s.PAUSED, i.DOSE_AWAITED, a.MARK_DOSE_AND_ADVANCE, s.PAUSED, b.PLAYING_LANDED),
        row(s.PAUSED, i.UNDO_DOSE, a.UNMARK_DOSE, s.PAUSED),
        row(s.PAUSED, i.UNDO_MOVE, a.UNDO_MOVE, s.PAUSED, b.BEFORE),
        row(s.PAUSED, i.MUTE, a.MUTE, s.MUTED),
        row(s.PAUSED, i.STOP, a.END, s.STOPPING),
        # muted
        row(s.MUTED, i.PLAY, a.RESUME, UNCOVER),
        row(s.MUTED, i.MUTE, a.MUTE, s.MUTED),
        row(s.MUTED, i.NEXT, a.ADVANCE, s.MUTED, b.PLAYING),
        row(s.MUTED, i.NEXT_FROM_LAST, a.END_AFTER_LAST, s.ENDING),
        row(s.MUTED, i.GOTO, a.ADVANCE, s.MUTED, b.PLAYING),
        row(s.MUTED, i.BACK, a.RETURN_TO_PHASE, s.MUTED, b.PLAYING),
        row(s.MUTED, i.BACK_TO_END, a.RETURN_TO_PHASE, s.MUTED, b.WAITING),
        row(s.MUTED, i.EXTEND, a.STRETCH, s.MUTED),
        row(s.MUTED, i.DOSE, a.MARK_DOSE, s.MUTED),
        row(s.MUTED, i.DOSE_AWAITED, a.MARK_DOSE_AND_ADVANCE, s.MUTED, b.PLAYING_LANDED),
        row(s.MUTED, i.UNDO_DOSE, a.UNMARK_DOSE, s.MUTED),
        row(s.MUTED, i.UNDO_MOVE, a.UNDO_MOVE, s.MUTED, b.BEFORE),
        row(s.MUTED, i.STOP, a.END, s.STOPPING),
        # the end fade of the last phase
        row(s.ENDING, i.HOLD, a.CANCEL_END, s.HELD),
        row(s.ENDING, i.EXTEND, a.CANCEL_END_LONGER, s.PLAYING),
        row(s.ENDING, i.GOTO, a.CANCEL_END_THERE, s.PLAYING),
        row(s.ENDING, i.BACK, a.CANCEL_END_BACK, s.PLAYING),
        row(s.ENDING, i.BACK_TO_END, a.CANCEL_END_BACK, s.WAITING),
        row(s.ENDING, i.DOSE, a.MARK_DOSE, s.ENDING),
        row(s.ENDING, i.DOSE_AWAITED, a.MARK_DOSE, s.ENDING),
        row(s.ENDING, i.UNDO_DOSE, a.UNMARK_DOSE, s.ENDING),
        row(s.ENDING, i.UNDO_END, a.UNDO_END, BEFORE),
        row(s.ENDING, i.MUTE, a.MUTE, s.STOPPING),
        row(s.ENDING, i.STOP, a.END, s.STOPPING),
        row(s.ENDING, i.SILENCE, a.FINISH, s.ENDED),
        # the end fade of `stop`
        row(s.STOPPING, i.DOSE, a.MARK_DOSE, s.STOPPING),
        row(s.STOPPING, i.DOSE_AWAITED, a.MARK_DOSE, s.STOPPING),
        row(s.STOPPING, i.UNDO_DOSE, a.UNMARK_DOSE, s.STOPPING),
        row(s.STOPPING, i.MUTE, a.MUTE, s.STOPPING),
        row(s.STOPPING, i.STOP, a.END, s.STOPPING),
        row(s.STOPPING, i.SILENCE, a.FINISH, s.ENDED),
    )


TABLE: dict[tuple[State, Input], Transition] = {(t.state, t.event): t for t in _rows()}

REFUSALS: dict[State, str] = {
    State.PLAYING: marked("the session is playing: nothing is held, paused or muted"),
    State.HELD: marked("held already; `release` lets the position run on, `next` moves on"),
    State.WAITING: marked("waiting at the end of the phase; `next` moves on"),
    State.LANDING: marked("landing; a second `land` goes back to the phase, `next` moves on"),
    State.PAUSED: marked("paused; `play` brings the music back first"),
    State.MUTED: marked("muted; `play` brings the music back first"),
    State.ENDING: marked("the session is ending; `hold` or `extend` brings the sound back"),
    State.STOPPING: marked("the session is stopping"),
    State.ENDED: marked("the session has ended"),
}

_COVERS = (State.LANDING, State.PAUSED, State.MUTED)
_SILENT = (State.PAUSED, State.MUTED)


class Transport:
    """The session's present state, and those that lie beneath it."""

    def __init__(self) -> None:
        self.state = State.PLAYING
        self.left = State.PLAYING
        """The state before the last transition."""
        self._beneath: list[State] = []

    def row(self, event: Input, command: str = "") -> Transition:
        """The transition that `event` would make. Raises CommandRefused where there is none."""
        row = TABLE.get((self.state, event))
        if row is None:
            raise CommandRefused(
                _("cannot {command}: {why}").format(
                    command=command or event.value, why=_(REFUSALS[self.state])
                )
            )
        return row

    def move(self, row: Transition, before: tuple[State, ...] = ()) -> None:
        """Make a transition. `before`: the phase's states before what is taken back."""
        self.left = self.state
        if row.to == UNCOVER:
            self.state = self._beneath.pop()
            return
        if row.to == BEFORE:
            *self._beneath, self.state = before
            return
        to = State(row.to)
        self._beneath = self._lying(row.beneath, before) if to in _COVERS else []
        self.state = to

    def _lying(self, beneath: Beneath, before: tuple[State, ...]) -> list[State]:
        match beneath:
            case Beneath.SAME:
                return self._beneath
            case Beneath.COVERED:
                return [*self._beneath, self.state]
            case Beneath.PLAYING:
                return [State.PLAYING]
            case Beneath.PLAYING_LANDED:
                return [State.PLAYING, *(s for s in self._beneath if s is State.LANDING)]
            case Beneath.WAITING:
                return [State.WAITING]
            case Beneath.BEFORE:
                return list(before)

    def of_phase(self) -> tuple[State, ...]:
        """The states of the phase and the landing, without a pause or a mute on top."""
        return tuple(s for s in (*self._beneath, self.state) if s not in _SILENT)

    def beneath(self, state: State) -> bool:
        """Whether `state` is the present one or lies beneath it."""
        return state == self.state or state in self._beneath
