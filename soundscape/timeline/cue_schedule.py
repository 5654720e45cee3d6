"""What a phase has to send and show: moves, cues and prompts, each once, at its position."""

from __future__ import annotations

from soundscape.timeline.phase_clock import PhaseClock, planned_frame
from soundscape.timeline.show import Cue, Move, Phase, Prompt
from soundscape.units import frames

Item = Move | Cue | Prompt


class CueSchedule:
    """The items of one phase that are still to come."""

    def __init__(self, phase: Phase) -> None:
        self.passed: list[Item] = []
        """What was sent, shown or passed over, in order."""
        items: list[Item] = [*phase.moves, *phase.cues, *phase.prompts]
        # A position from the end comes that long before the real end, however far that moves.
        self._from_end = sorted(
            ((frames(i.at.seconds), i) for i in items if i.at.from_end), key=lambda at: -at[0]
        )
        self._from_start = sorted(
            ((planned_frame(i.at, phase.frames), i) for i in items if not i.at.from_end),
            key=lambda at: at[0],
        )

    def due(self, clock: PhaseClock) -> int | None:
        """The frame of the next item; None while the clock stands or nothing is left."""
        times = []
        if self._from_start:
            times.append(clock.reaches(self._from_start[0][0]))
        if self._from_end:
            times.append(clock.reaches_end_minus(self._from_end[0][0]))
        return min((t for t in times if t is not None), default=None)

    def take(self, clock: PhaseClock) -> Item:
        """The item that `due` named."""
        start = clock.reaches(self._from_start[0][0]) if self._from_start else None
        end = clock.reaches_end_minus(self._from_end[0][0]) if self._from_end else None
        earlier = end is None or (start is not None and start <= end)
        item = (self._from_start if earlier else self._from_end).pop(0)[1]
        self.passed.append(item)
        return item

    def pass_over(self, position: float, planned: int) -> list[Item]:
        """Take out what lies before a position, in order."""
        passed = [at for at in self._from_start if at[0] < position]
        passed += [(planned - c, i) for c, i in self._from_end if planned - c < position]
        self._from_start = [at for at in self._from_start if at[0] >= position]
        self._from_end = [at for at in self._from_end if planned - at[0] >= position]
        found = [item for _, item in sorted(passed, key=lambda at: at[0])]
        self.passed += found
        return found


def standing_look(phases: tuple[Phase, ...]) -> dict[str, float]:
    """The look that stands after these phases, played through."""
    look: dict[str, float] = {}
    for phase in phases:
        for item in CueSchedule(phase).pass_over(phase.frames + 1, phase.frames):
            if isinstance(item, Move):
                look.update(item.values)
    return look
