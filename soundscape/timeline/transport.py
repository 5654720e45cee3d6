"""The transport: which states a session can be in, and what each command does in each of them.

`TABLE` is all there is to know: one row a transition. A pair that has no row is refused, with the
reason from `REFUSALS`. `BACK` returns to the state beneath: a pause, a mute and a landing lie on
top of what they interrupt.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from soundscape.errors import CommandRefused


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
    """What moves the transport: the commands, and what the timeline does of itself."""

    HOLD = "hold"
    RELEASE = "release"
    NEXT = "next"
    GOTO = "goto"
    EXTEND = "extend"
    DOSE = "dose"
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
    """What is done on the way; the conductor has a method for each."""

    NOTHING = "nothing"  # but that the position runs or stands, as the new state says
    ADVANCE = "advance"  # on to the next phase, or to the phase asked for
    STRETCH = "stretch"
    MARK_DOSE = "mark_dose"  # and on, in a phase that waits for it
    HUSH = "hush"  # fade to silence, then the music stands
    MUTE = "mute"  # the same, faster, with the care light; pressed again: at once
    RETURN = "return"  # back from silence
    LAND = "land"
    TAKE_OFF = "take_off"  # back from the landing
    END = "end"  # the end fade
    BRING_BACK = "bring_back"  # the sound comes back out of the end fade, standing
    BRING_BACK_LONGER = "bring_back_longer"  # the same, with more time
    BRING_BACK_THERE = "bring_back_there"  # the same, in another phase
    NEXT_TRACK = "next_track"
    OTHER_TRACK = "other_track"  # and this one not again
    FINISH = "finish"


BACK = "back"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in `state`, `event` does `act` and leads to `to`; `over` keeps `state` beneath."""

    state: State
    event: Input
    act: Action
    to: State | str
    over: bool = False


def _rows() -> tuple[Transition, ...]:
    s, i, a, row = State, Input, Action, Transition
    return (
        row(s.PLAYING, i.HOLD, a.NOTHING, s.HELD),
        row(s.PLAYING, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.PLAYING, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.PLAYING, i.EXTEND, a.STRETCH, s.PLAYING),
        row(s.PLAYING, i.DOSE, a.MARK_DOSE, s.PLAYING),
        row(s.PLAYING, i.PAUSE, a.HUSH, s.PAUSED, over=True),
        row(s.PLAYING, i.MUTE, a.MUTE, s.MUTED, over=True),
        row(s.PLAYING, i.LAND, a.LAND, s.LANDING, over=True),
        row(s.PLAYING, i.STOP, a.END, s.STOPPING),
        row(s.PLAYING, i.SKIP, a.NEXT_TRACK, s.PLAYING),
        row(s.PLAYING, i.SWAP, a.OTHER_TRACK, s.PLAYING),
        row(s.PLAYING, i.END_OF_PHASE, a.ADVANCE, s.PLAYING),
        row(s.PLAYING, i.END_OF_WAITING_PHASE, a.NOTHING, s.WAITING),
        row(s.PLAYING, i.END_OF_LAST_PHASE, a.END, s.ENDING),
        # held
        row(s.HELD, i.RELEASE, a.NOTHING, s.PLAYING),
        row(s.HELD, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.HELD, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.HELD, i.EXTEND, a.STRETCH, s.HELD),
        row(s.HELD, i.DOSE, a.MARK_DOSE, s.HELD),
        row(s.HELD, i.PAUSE, a.HUSH, s.PAUSED, over=True),
        row(s.HELD, i.MUTE, a.MUTE, s.MUTED, over=True),
        row(s.HELD, i.LAND, a.LAND, s.LANDING, over=True),
        row(s.HELD, i.STOP, a.END, s.STOPPING),
        row(s.HELD, i.SKIP, a.NEXT_TRACK, s.HELD),
        row(s.HELD, i.SWAP, a.OTHER_TRACK, s.HELD),
        # waiting
        row(s.WAITING, i.HOLD, a.NOTHING, s.HELD),
        row(s.WAITING, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.WAITING, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.WAITING, i.EXTEND, a.STRETCH, s.PLAYING),
        row(s.WAITING, i.DOSE, a.MARK_DOSE, s.WAITING),
        row(s.WAITING, i.PAUSE, a.HUSH, s.PAUSED, over=True),
        row(s.WAITING, i.MUTE, a.MUTE, s.MUTED, over=True),
        row(s.WAITING, i.LAND, a.LAND, s.LANDING, over=True),
        row(s.WAITING, i.STOP, a.END, s.STOPPING),
        row(s.WAITING, i.SKIP, a.NEXT_TRACK, s.WAITING),
        row(s.WAITING, i.SWAP, a.OTHER_TRACK, s.WAITING),
        # landing
        row(s.LANDING, i.LAND, a.TAKE_OFF, BACK),
        row(s.LANDING, i.NEXT, a.ADVANCE, s.PLAYING),
        row(s.LANDING, i.GOTO, a.ADVANCE, s.PLAYING),
        row(s.LANDING, i.EXTEND, a.STRETCH, s.LANDING),
        row(s.LANDING, i.DOSE, a.MARK_DOSE, s.LANDING),
        row(s.LANDING, i.PAUSE, a.HUSH, s.PAUSED, over=True),
        row(s.LANDING, i.MUTE, a.MUTE, s.MUTED, over=True),
        row(s.LANDING, i.STOP, a.END, s.STOPPING),
        row(s.LANDING, i.SKIP, a.NEXT_TRACK, s.LANDING),
        row(s.LANDING, i.SWAP, a.OTHER_TRACK, s.LANDING),
        # paused
        row(s.PAUSED, i.PLAY, a.RETURN, BACK),
        row(s.PAUSED, i.NEXT, a.ADVANCE, s.PAUSED),
        row(s.PAUSED, i.GOTO, a.ADVANCE, s.PAUSED),
        row(s.PAUSED, i.EXTEND, a.STRETCH, s.PAUSED),
        row(s.PAUSED, i.DOSE, a.MARK_DOSE, s.PAUSED),
        row(s.PAUSED, i.MUTE, a.MUTE, s.MUTED),
        row(s.PAUSED, i.STOP, a.END, s.STOPPING),
        # muted
        row(s.MUTED, i.PLAY, a.RETURN, BACK),
        row(s.MUTED, i.MUTE, a.MUTE, s.MUTED),
        row(s.MUTED, i.NEXT, a.ADVANCE, s.MUTED),
        row(s.MUTED, i.GOTO, a.ADVANCE, s.MUTED),
        row(s.MUTED, i.EXTEND, a.STRETCH, s.MUTED),
        row(s.MUTED, i.DOSE, a.MARK_DOSE, s.MUTED),
        row(s.MUTED, i.STOP, a.END, s.STOPPING),
        # the end fade of the last phase
        row(s.ENDING, i.HOLD, a.BRING_BACK, s.HELD),
        row(s.ENDING, i.EXTEND, a.BRING_BACK_LONGER, s.PLAYING),
        row(s.ENDING, i.GOTO, a.BRING_BACK_THERE, s.PLAYING),
        row(s.ENDING, i.DOSE, a.MARK_DOSE, s.ENDING),
        row(s.ENDING, i.MUTE, a.MUTE, s.STOPPING),
        row(s.ENDING, i.STOP, a.END, s.STOPPING),
        row(s.ENDING, i.SILENCE, a.FINISH, s.ENDED),
        # the end fade of `stop`
        row(s.STOPPING, i.DOSE, a.MARK_DOSE, s.STOPPING),
        row(s.STOPPING, i.MUTE, a.MUTE, s.STOPPING),
        row(s.STOPPING, i.STOP, a.END, s.STOPPING),
        row(s.STOPPING, i.SILENCE, a.FINISH, s.ENDED),
    )


TABLE: dict[tuple[State, Input], Transition] = {(t.state, t.event): t for t in _rows()}

REFUSALS: dict[State, str] = {
    State.PLAYING: "the session is playing: nothing is held, paused or muted",
    State.HELD: "held already; `release` lets the position run on, `next` moves on",
    State.WAITING: "waiting at the end of the phase; `next` moves on",
    State.LANDING: "landing; a second `land` goes back to the phase, `next` moves on",
    State.PAUSED: "paused; `play` brings the music back first",
    State.MUTED: "muted; `play` brings the music back first",
    State.ENDING: "the session is ending; `hold` or `extend` brings the sound back",
    State.STOPPING: "the session is stopping",
    State.ENDED: "the session has ended",
}


class Transport:
    """The session's present state, and those that lie beneath it."""

    def __init__(self) -> None:
        self.state = State.PLAYING
        self.left = State.PLAYING
        """The state before the last transition."""
        self._beneath: list[State] = []

    def row(self, event: Input) -> Transition:
        """The transition that `event` would make. Raises CommandRefused where there is none."""
        row = TABLE.get((self.state, event))
        if row is None:
            raise CommandRefused(f"cannot {event.value}: {REFUSALS[self.state]}")
        return row

    def move(self, row: Transition) -> None:
        """Make a transition."""
        self.left = self.state
        if row.over:
            self._beneath.append(self.state)
        if row.to == BACK:
            self.state = self._beneath.pop()
            return
        to = State(row.to)
        if not row.over and to not in (State.LANDING, State.PAUSED, State.MUTED):
            self._beneath.clear()
        self.state = to

    def settle(self, *, landed: bool) -> None:
        """A new phase plays, beneath a pause or mute on top; beneath a landing if `landed`."""
        if self._beneath:
            landing = [State.LANDING] if landed and State.LANDING in self._beneath else []
            self._beneath[:] = [State.PLAYING, *landing]
        else:
            self.state = State.PLAYING

    def end(self) -> None:
        """The last phase was left: the end fade is what comes next, whatever lay on top."""
        self._beneath.clear()
        self.state = State.ENDING

    def beneath(self, state: State) -> bool:
        """Whether `state` is the present one or lies beneath it."""
        return state == self.state or state in self._beneath
