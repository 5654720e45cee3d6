"""Passes what the conductor decides about lights to the rig; loads no device."""

from __future__ import annotations

from collections.abc import Iterable

from soundscape.lighting.rig import Rig
from soundscape.timeline.directives import ClockRuns, CueFires, Directive, LightsMove, LightsTrim


def light(rig: Rig, directives: Iterable[Directive]) -> None:
    """Pass the conductor's decisions about lights to the rig."""
    for directive in directives:
        match directive:
            case LightsMove(frame, values, over, care):
                rig.move(frame, values, over, care=care)
            case LightsTrim(frame, factor):
                rig.trim(frame, factor)
            case CueFires(frame, name, number, cue_list, path):
                rig.cue(frame, name, number, cue_list, path)
            case ClockRuns(frame, place, pace):
                rig.clock(frame, place, pace)
            case _:
                pass
