"""A session lasts hours and is steered and broken all the while: nothing of it startles."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from flashes import assert_never_flashes, light_of_the_room
from rooms import make_room
from soak_checks import resources
from soaking import Soak

LONG = (
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("SOUNDSCAPE_SLOW") != "1", reason="SOUNDSCAPE_SLOW=1 asks"),
)
CASES = [
    pytest.param(1, 6 * 60, 60, 6, True, id="six minutes"),
    pytest.param(2, 3 * 3600, 1000, 50, True, id="three hours", marks=LONG),
    pytest.param(3, 3 * 3600, 1000, 30, False, id="three hours of one player", marks=LONG),
]
SETTLED, GROWTH = 600.0, 5 * 1024
"""Seconds after which memory grows by no more than so many KiB."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory, threads and files: Linux's /proc")
@pytest.mark.parametrize(("seed", "seconds", "commands", "faults", "kills"), CASES)
def test_whatever_is_asked_and_breaks_nothing_startles(
    tmp_path: Path, seed: int, seconds: float, commands: int, faults: int, kills: bool
) -> None:
    before = resources()
    soak = Soak(tmp_path, seed, seconds, commands, faults, kills)
    soak.run()
    after = resources()
    told = "\n".join([*soak.sound.faults, f"{soak.players} players", *soak.broken])
    assert soak.sound.faults == [], told
    assert soak.sound.loudest > 0.01
    assert soak.answered == list(range(1, soak.asked + 1)), "each command is answered, in order"
    assert str(soak.mirror.conductor.transport.state) in ("stopping", "ended")
    assert soak.mirror.conductor.index == soak.session.conductor.index
    assert_never_flashes(light_of_the_room(make_room(), soak.messages))
    assert after[1] <= before[1] + 1, "threads are left"
    assert after[2] <= before[2], "files are left open"
    settled = [kib for at, (kib, _, _) in soak.memory if at >= SETTLED]
    assert kills or max(settled) - settled[0] <= GROWTH, settled
