from __future__ import annotations

import numpy as np
import pytest

from soundscape.mixer.output_trims import OutputTrims
from soundscape.timeline.directives import OutputTrim, SessionEnds


def test_without_a_command_each_output_has_the_rooms_trim() -> None:
    gains = OutputTrims({"headphones": 0.0, "speakers": -6.0}).gains(0, 4096)
    assert gains == {"headphones": 1.0, "speakers": pytest.approx(10 ** (-6 / 20))}


def test_a_trim_goes_evenly_in_decibels_whatever_the_size_of_the_blocks() -> None:
    found = []
    for size in (64, 1000, 4800):
        trims = OutputTrims({"speakers": -6.0})
        trims.apply(OutputTrim(1000, "speakers", -12.0, 2000))
        trims.apply(SessionEnds(10**6))
        parts = [
            np.broadcast_to(trims.gains(at, size)["speakers"], size)
            for at in range(0, 4800 // size * size, size)
        ]
        found.append(20 * np.log10(np.concatenate(parts)))
    assert found[0][:1000] == pytest.approx(-6.0)
    assert np.diff(found[0][1000:3000]) == pytest.approx(-6.0 / 2000)
    assert found[0][3000:] == pytest.approx(-12.0)
    for one in found[1:]:
        assert np.allclose(found[0][: len(one)], one[: len(found[0])])
