from __future__ import annotations

import itertools

import numpy as np

from soundscape.synth.machinery.event_process import EventProcess


def _strikes(bed: float = 0.01) -> EventProcess:
    return EventProcess(7, gap=1.5, ring=4.0, range_db=6.0, step_db=5.0, bed=bed)


def test_no_two_strikes_are_closer_than_the_gap_and_none_waits_long() -> None:
    times = [strike.time for strike in _strikes().between(0.0, 3000.0)]
    waits = np.diff(times)
    assert waits.min() >= 1.5
    assert waits.max() < 8.0 * 1.5
    assert waits.std() > 0.2 * waits.mean()  # by chance, not to a beat


def test_a_strike_is_the_same_from_wherever_one_looks() -> None:
    whole = _strikes().between(0.0, 200.0)
    parts = [_strikes().between(t, t + 10.0) for t in range(0, 200, 10)]
    assert list(itertools.chain(*parts)) == whole


def test_no_strike_is_much_louder_than_what_still_rings() -> None:
    ringing, before = 1.0, 0.0
    for number, strike in enumerate(_strikes().between(0.0, 3000.0)):
        ringing *= np.exp(-2.0 * (strike.time - before) / 4.0)
        if number > 20:  # by then the start is forgotten, but for a decibel or so
            assert strike.force**2 <= (ringing + 0.01) * (10**0.5 - 1.0) * 1.4
        ringing, before = ringing + strike.force**2, strike.time
