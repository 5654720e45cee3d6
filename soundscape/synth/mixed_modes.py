"""Finds voices of a stack whose modes do not go together."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

from soundscape.synth.machinery.harmony import cents_apart, clashing
from soundscape.synth.machinery.pitch import MODES, tuned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def mixed_modes(voices: Iterable[tuple[str, Mapping[str, Any]]]) -> str | None:
    """Return what is wrong with the pitches of voices that share no harmony; None if nothing is.

    `voices` are names with complete parameters. Tones of two voices that lie 20 to 80 cents apart
    beat roughly, such as the thirds of a minor mode and of the overtones.
    """
    tuned_voices = [(name, params, _tones(params)) for name, params in voices if "mode" in params]
    for (name, params, tones), (other, others, its) in combinations(tuned_voices, 2):
        rough = clashing(tones, its)
        if rough is not None:
            return (
                f"{name} ({params['mode']}) and {other} ({others['mode']}) have tones"
                f" {cents_apart(*rough):.0f} cents apart: give both one mode and root, or the"
                " stack a harmony, such as {key: D, mode: major}"
            )
    return None


def _tones(params: Mapping[str, Any]) -> list[float]:
    """Return the tones of a mode, log2 of Hz."""
    ratios = {ratio for chord in MODES[params["mode"]] for ratio in chord}
    return [math.log2(params["root"] * tuned(ratio, params["tuning"])) for ratio in ratios]
