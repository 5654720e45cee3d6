"""How fast the generators are: `python benchmarks/generators.py [NAME ...]`.

CPU time of one core, the best of three. The figures to reach: 50 × real time each, 15 × a stack
of four and 12 × one of six that shares a harmony, the first block within 50 ms from frame 0 (the
making of the generator counted in) and 500 ms from anywhere, and 1024 frames at a time at 1.5 % of
a core.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from soundscape import synth
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.units import SAMPLE_RATE, At

if TYPE_CHECKING:
    from collections.abc import Callable

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


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def play(make: Callable[[], synth.Generator], seconds: int, block: int) -> None:
    generator = make()
    for start in range(0, seconds * SAMPLE_RATE, block):
        generator.render(start, block)


def measure(label: str, make: Callable[[], synth.Generator]) -> None:
    whole = best(lambda: play(make, 20, 20 * SAMPLE_RATE)) / 20
    small = best(lambda: play(make, 20, BLOCK)) / 20
    first = best(lambda: make().render(0, BLOCK))
    far = best(lambda: make().render(FAR, BLOCK))
    print(
        f"{label:<18} {1 / whole:6.0f} × real time   blocks of {BLOCK}: {100 * small:5.2f} % CPU"
        f"   first block {1000 * first:5.1f} ms   from 2 h {1000 * far:5.1f} ms"
    )


def main() -> None:
    chosen = sys.argv[1:] or SETTINGS
    for name, settings in ((name, SETTINGS[name]) for name in chosen):
        for setting, params in settings.items():
            measure(f"{name}, {setting}", lambda n=name, p=params: synth.create(n, p, 1))
        cathedral = {"space": 1.0}
        measure(f"{name}, cathedral", lambda n=name, p=cathedral: synth.create(n, p, 1))
    voices = [(name, {"space": 1.0}, 0.0) for name in ("drone", "pad", "rain", "stream")]
    measure("stack of four", lambda: synth.create_stack(voices, 1))
    six = [(name, {"space": 0.5}, -3.0) for name in SIX]
    harmony = HarmonySpec(key="D")
    measure("stack of six", lambda: synth.create_stack(six, 1, harmony=harmony))
    rising = EnvelopeSpec(points=((At(), 0.2), (At(fraction=1.0), 0.8)))
    changing = [(name, {**params, "brightness": rising}, 0.0) for name, params, _ in voices]
    measure("… that changes", lambda: synth.create_stack(changing, 1))


if __name__ == "__main__":
    main()
