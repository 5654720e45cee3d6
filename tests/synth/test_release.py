"""The player collects no garbage while it plays: what a generator held goes with it, at once."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator

import pytest

from soundscape import synth
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.units import At

RATE = 48_000


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is collected but what a test asks for."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def cycles(generator: synth.Generator) -> Counter[str]:
    """What is left of a generator that has sounded, by class."""
    for at in range(0, 40 * RATE, 10 * RATE):
        generator.render(at, 8192)
    del generator
    gc.collect()
    return Counter(type(one).__qualname__ for one in gc.garbage)


@pytest.mark.parametrize("name", synth.NAMES)
def test_a_generator_leaves_no_cycle_behind(name: str, uncollected: None) -> None:
    assert not cycles(synth.create(name, {}, 1, 60.0))


def test_nor_does_one_that_moves_or_stands_in_a_room(uncollected: None) -> None:
    rising = EnvelopeSpec(points=((At(), 0.2), (At(fraction=1.0), 0.9)))
    voices = (
        ("rain", {"space": 0.5}, 0.0),
        ("bowls", {"intensity": rising, "density": rising}, -3.0),
    )
    assert not cycles(synth.create_stack(voices, 1, 60.0))


def test_nor_does_a_stack_that_shares_a_harmony(uncollected: None) -> None:
    names = ("pad", "drone", "strings", "bells", "bowls", "piano", "glass", "flute")
    voices: list[tuple[str, dict[str, object], float]] = [(name, {}, 0.0) for name in names]
    assert not cycles(synth.create_stack(voices, 1, 60.0, HarmonySpec(key="D")))
