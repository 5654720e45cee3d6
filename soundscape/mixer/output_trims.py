"""The trims of a room's outputs: one gain for each pair of channels, after everything else."""

from __future__ import annotations

from collections.abc import Mapping

from soundscape.dsp.fade import Gains
from soundscape.dsp.lane import Lane, decibels
from soundscape.timeline.directives import Directive, OutputTrim

OutputGains = Mapping[str, Gains | float]
"""The gain of each output over a block: shape (n,), or a number if all are alike."""


class OutputTrims:
    """Follows the trims of a session. `trims` has each output's own, in dB."""

    def __init__(self, trims: Mapping[str, float]) -> None:
        self._lanes = {name: Lane(trim) for name, trim in trims.items()}

    def apply(self, directive: Directive) -> None:
        """Take over a directive; those of frames to come may come ahead of them."""
        if isinstance(directive, OutputTrim):
            at = directive.frame
            self._lanes[directive.output].go(at, [(at + directive.frames, directive.value)])

    def gains(self, first: int, count: int) -> OutputGains:
        """The gains of frames `first` to `first + count`; `first` never goes back."""
        return {name: decibels(lane.values(first, count)) for name, lane in self._lanes.items()}
