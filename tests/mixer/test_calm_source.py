from dataclasses import replace

import numpy as np
import pytest
from shows import track

from soundscape.dsp.weighting import in_steps
from soundscape.mixer.calm_source import calm_source
from soundscape.timeline.directives import Clip


class Ones:
    fault = "damaged"

    def __init__(self):
        self.closed = False

    def read(self, count):
        return np.ones((count, 2), np.float32)

    def close(self):
        self.closed = True


def clip(a_track):
    return Clip(1, 1, "music", "p", a_track, 0, None)


def entry(tenths=50, calm=True):
    """A clip that is silent for a while and then enters at its target."""
    curve = np.full(200, -50.0, np.float32)
    curve[tenths:] = 0.0
    return clip(replace(track("t", 20), momentary=in_steps(curve), calm=calm))


def read(a_clip, start=0, size=20_000, seconds=15):
    source = calm_source(Ones(), a_clip, start)
    count = seconds * 48_000 - start
    parts = [source.read(min(size, count - at)) for at in range(0, count, size)]
    return np.concatenate(parts)[:, 0]


def test_a_sudden_entry_is_softened_before_it_sounds_and_then_let_up():
    out = read(entry())
    assert (out[: 4 * 48_000] == 1.0).all()
    assert out[5 * 48_000] == pytest.approx(10 ** (-11 / 20), rel=0.15)
    assert (out[10 * 48_000 :] == 1.0).all()
    assert np.abs(np.diff(out)).max() < 1e-3


def test_it_is_the_same_for_every_block_size_and_every_start():
    whole = read(entry())
    assert np.allclose(read(entry(), size=999), whole, rtol=0, atol=1e-6)
    assert np.allclose(read(entry(), start=200_001), whole[200_001:], rtol=0, atol=1e-6)


def test_a_track_that_says_so_or_was_not_measured_or_is_calm_is_its_own_source():
    source = Ones()
    assert calm_source(source, entry(calm=False), 0) is source
    assert calm_source(source, clip(track("t", 20)), 0) is source
    even = replace(track("t", 20), momentary=np.zeros(200, np.int16))
    assert calm_source(source, clip(even), 0) is source


def test_faults_and_closing_pass_through():
    source = Ones()
    soft = calm_source(source, entry(), 0)
    assert soft.fault == "damaged"
    soft.close()
    assert source.closed
