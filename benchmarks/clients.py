"""What clients cost that follow a session: 0 to 50 of them, each with the stream of changes.

A session plays one MP3 to a null output. CPU of one core by the host and by the player, over 20 s;
the clients, which only read, are in a process of their own and do not count. Without a client the
host takes fewer snapshots.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.figures import CannotRun, Figure, Plot
from benchmarks.measuring import Lab, Running, session
from benchmarks.player_load import SETTLED, Load, make
from soundscape.remote.session_file import find

COUNTS = (0, 1, 5, 20, 50)
FOLLOWERS = """
import os, sys, threading, traceback
from urllib.parse import urljoin
from urllib.request import Request, urlopen
url, token, count = sys.argv[1:]
asked = Request(urljoin(url, "/api/events"), headers={"Authorization": f"Bearer {token}"})
begun = threading.Barrier(int(count) + 1)
def follow():
    try:
        with urlopen(asked) as stream:
            stream.read1()
            begun.wait()
            while stream.read1():
                pass
    except OSError:
        traceback.print_exc()
        os._exit(1)
for _ in range(int(count)):
    threading.Thread(target=follow, daemon=True).start()
begun.wait()
print("all of them follow", flush=True)
threading.Event().wait()
"""


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Measure with more and more clients."""
    make(lab.folder)
    counts = COUNTS[: lab.length(len(COUNTS), 3)]
    costs: dict[str, list[float]] = {"host": [], "player": []}
    for count in counts:
        rounds = [loads(lab, count) for _ in range(lab.rounds)]
        for who, several in costs.items():
            each = [one[who] for one in rounds]
            several.append(min(each))
            yield Figure(f"{count} clients: the {who}'s CPU", "%", each)
        yield Figure(f"{count} clients: gaps", "", [one["gaps"] for one in rounds], goal=0)
    lines = {who: (counts, several) for who, several in costs.items()}
    yield Plot("CPU of a session by its clients", "clients", "% of a core", lines)


def loads(lab: Lab, count: int) -> dict[str, float]:
    """Return the percent of a core that host and player take, and the gaps."""
    with (
        session(lab.folder, lab.home, "--no-lights", "--output", "null") as running,
        followed(running, count),
    ):
        time.sleep(SETTLED)
        both = {"host": Load([running.host]), "player": Load([running.player])}
        time.sleep(lab.length(20, 5))
        for one in both.values():
            one.end()
        gaps = running.client.status().health.underruns
    return {**{who: one.cpu for who, one in both.items()}, "gaps": gaps}


@contextmanager
def followed(running: Running, count: int) -> Iterator[None]:
    """So many clients, as long as this lasts."""
    if not count:
        yield
        return
    known = find(running.home / "runtime", None).content
    process = subprocess.Popen(
        [sys.executable, "-c", FOLLOWERS, known.url, known.token, str(count)],
        stdout=subprocess.PIPE,
    )
    try:
        if process.stdout is None or not process.stdout.readline():
            raise CannotRun("the clients cannot follow the session")
        yield
    finally:
        process.kill()
        process.wait()
