"""A session on a small machine: held to a share of one core.

All processes of the session together get a tenth of a core (a control group of Linux) while it
plays two MP3 with a crossfade to a null output; then less and less, until there is a gap.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.figures import CannotRun, Figure
from benchmarks.measuring import Lab, Running, family, session
from benchmarks.player_load import make
from soundscape.errors import SoundscapeError

SHARES = (10.0, 7.0, 5.0, 4.0, 3.0, 2.0)
"""Percent of one core, in turn."""
PERIOD = 100_000
"""Microseconds in which the share is given."""


def figures(lab: Lab) -> Iterator[Figure]:
    """Play with less and less of a core."""
    make(lab.folder)
    for share in SHARES[: lab.length(len(SHARES), 1)]:
        gaps = gaps_within(lab, share)
        goal = 0 if share == SHARES[0] else None
        yield Figure(
            f"{share:g} % of a core: gaps in a minute with a crossfade", "", [gaps], goal=goal
        )
        if gaps:
            return


def gaps_within(lab: Lab, share: float) -> int:
    """Return the gaps of a minute, in which one track goes over into the next."""
    options = ("--no-lights", "--at", "only+1m", "--output", "null")
    with session(lab.folder, lab.home, *options) as running, held(share) as group:
        for pid in family(running.host):
            with suppress(ProcessLookupError, OSError):
                (group / "cgroup.procs").write_text(str(pid))
        time.sleep(60.0)
        return gaps(running)


def gaps(running: Running) -> int:
    """Return what the session has counted. It is asked until it answers in time."""
    for _ in range(60):
        with suppress(SoundscapeError):
            return running.client.status().health.underruns
        time.sleep(0.5)
    raise CannotRun("the session does not answer")


@contextmanager
def held(share: float) -> Iterator[Path]:
    """Make a control group with a share of one core, as long as this lasts."""
    root, limits = _controller(share)
    group = root / f"soundscape-{os.getpid()}"
    try:
        group.mkdir()
        for name, value in limits.items():
            (group / name).write_text(value)
    except OSError as err:
        raise CannotRun(f"no control group can be made in {root}: {err.strerror}") from err
    try:
        yield group
    finally:
        for _ in range(50):  # it can be removed once its processes are gone
            with suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.1)


def _controller(share: float) -> tuple[Path, dict[str, str]]:
    """Return where control groups for the CPU are, and a share's settings: of version 1 or 2."""
    quota = round(PERIOD * share / 100)
    first = Path("/sys/fs/cgroup/cpu")
    if first.is_dir():
        return first, {"cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": str(quota)}
    return Path("/sys/fs/cgroup"), {"cpu.max": f"{quota} {PERIOD}"}
