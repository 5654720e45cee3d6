"""How much of a core each generator takes, and how soon it gives its first block.

With default and with the most expensive parameters, in a cathedral, and in stacks. The making of a
generator counts as part of its first block.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.figures import Figure
from benchmarks.measuring import Lab
from soundscape import synth
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.units import SAMPLE_RATE, At

BLOCK = 1024
FAR = 2 * 3600 * SAMPLE_RATE + 12345
SETTINGS: dict[str, dict[str, dict[str, float | str]]] = {
    "drone": {
        "default": {},
        "heaviest": {"root": "C1", "mode": "major", "density": 1, "brightness": 1, "intensity": 1},
    },
    "rain": {"default": {}, "heaviest": {"density": 1, "intensity": 1}},
    "noise": {"default": {}},
    "ocean": {"default": {}, "heaviest": {"density": 1, "intensity": 1}},
    "wind": {"default": {}, "heaviest": {"density": 1, "intensity": 1}},
    "pad": {
        "default": {},
        "heaviest": {"density": 1, "brightness": 1, "intensity": 1, "motion": 1},
    },
    "stream": {"default": {}, "heaviest": {"density": 1, "intensity": 1}},
    "bowls": {"default": {}, "heaviest": {"density": 1, "intensity": 1, "brightness": 1}},
    "bells": {"default": {}, "heaviest": {"density": 1, "intensity": 1, "brightness": 1}},
    "pulse": {"default": {}},
    "fire": {"default": {}, "heaviest": {"density": 1}},
    "night": {"default": {}, "heaviest": {"density": 1}},
    "choir": {"default": {}, "heaviest": {"density": 1, "motion": 1}},
    "strings": {"default": {}, "heaviest": {"density": 1, "motion": 1}},
    **{
        name: {"default": {}, "heaviest": {"density": 1, "intensity": 1, "motion": 1}}
        for name in ("piano", "harp", "kalimba", "glass", "flute", "reed", "grains")
    },
}
SIX = ("pad", "piano", "strings", "flute", "glass", "rain")


Make = Callable[[], synth.Generator]


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure each generator, and three stacks."""
    for name, settings in list(SETTINGS.items())[: lab.length(len(SETTINGS), 2)]:
        for setting, params in {**settings, "cathedral": {"space": 1.0}}.items():
            make = partial(synth.create, name, params, 1)
            yield from measured(f"{name}, {setting}", make, lab, 2.0)
    voices = [(name, {"space": 1.0}, 0.0) for name in ("drone", "pad", "rain", "stream")]
    rising = EnvelopeSpec(points=((At(), 0.2), (At(fraction=1.0), 0.8)))
    changing = [(name, {**params, "brightness": rising}, 0.0) for name, params, _ in voices]
    six = [(name, {"space": 0.5}, -3.0) for name in SIX]
    harmony = HarmonySpec(key="D")
    yield from measured("stack of four", partial(synth.create_stack, voices, 1), lab, 6.7)
    yield from measured("… that changes", partial(synth.create_stack, changing, 1), lab, 6.7)
    in_key = partial(synth.create_stack, six, 1, harmony=harmony)
    yield from measured("stack of six in a key", in_key, lab, 8.3)


def measured(label: str, make: Make, lab: Lab, share: float) -> Iterator[Figure]:
    """Measure one; `share` is the most that it may take of a core, in percent."""
    length = lab.length(20, 4)
    rounds = range(lab.rounds)
    whole = [100 * cpu(lambda: play(make, length, length * SAMPLE_RATE)) / length for _ in rounds]
    yield Figure(f"{label}: share of a core", "%", whole, goal=share)
    small = [100 * cpu(lambda: play(make, length, BLOCK)) / length for _ in rounds]
    yield Figure(f"{label}: in blocks of {BLOCK} frames", "%", small)
    first = [1000 * cpu(lambda: make().render(0, BLOCK)) for _ in rounds]
    yield Figure(f"{label}: first block", "ms", first, goal=50.0)
    far = [1000 * cpu(lambda: make().render(FAR, BLOCK)) for _ in rounds]
    yield Figure(f"{label}: first block from 2 h", "ms", far, goal=500.0)


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds that something takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def play(make: Make, seconds: int, block: int) -> None:
    """Render the beginning of a generator's sound."""
    generator = make()
    for start in range(0, seconds * SAMPLE_RATE, block):
        generator.render(start, block)
