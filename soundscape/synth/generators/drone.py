"""`drone`: a just-intoned cluster over a still root, its partials beating and breathing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.additive import Additive
from soundscape.synth.machinery.partials import Partials
from soundscape.synth.machinery.shared_voicing import SharedVoicing
from soundscape.synth.machinery.voicing import Voicing
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soundscape.synth.machinery.generator import Block

PARAMETERS: tuple[Parameter, ...] = (
    *tonal(
        "D2",
        "The tone that everything stands on.",
        "fifths",
        "Which chords come and go over the root.",
    ),
    amount("brightness", 0.4, "How far up the partials reach: dark and round to open."),
    amount("intensity", 0.4, "How full: a deeper foundation, richer partials, wider swells."),
    amount("density", 0.5, "How many voices come and go over the root."),
    amount("motion", 0.4, "How fast voices change, partials beat and breathe."),
    amount("width", 0.6, "How far the partials spread between left and right; 0 is mono."),
)


class Drone:
    """A `drone`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "drone")
        shared = params.get("harmony") is not None
        voicing = (SharedVoicing if shared else Voicing)(params, chance.derive(key, "voicing"))
        self._sound = Additive(
            Partials(params, voicing.tones, chance.derive(key, "partials")),
            voicing.levels,
            chance.derive(key, "breath"),
            motion=params["motion"],
            breath_db=0.9 + 1.1 * params["intensity"],
        )

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)
