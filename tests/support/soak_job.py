"""A soak in a process of its own, whose memory is that of a player: `soak_job.py FOLDER SEED …`.

It asserts what must hold, and prints the figures as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from flashes import assert_never_flashes, light_of_the_room
from rooms import make_room
from soak_checks import resources
from soaking import Soak

EARLY = 600.0
"""Seconds after which memory is to grow no more."""


def main() -> None:
    folder, seed, seconds, commands, faults, kills = sys.argv[1:]
    before = resources()
    soak = Soak(
        Path(folder), int(seed), float(seconds), int(commands), int(faults), kills == "kills"
    )
    soak.run()
    for worker in threading.enumerate():
        if worker.name == "decoder":
            worker.join(10.0)  # it has been told to end
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
    early = max((kib for at, kib in soak.memory if at < EARLY), default=0)
    later = max((kib for at, kib in soak.memory if at >= EARLY), default=0)
    figures = {
        "players": soak.players,
        "commands": soak.asked,
        "faults": len(soak.broken),
        "messages": len(soak.messages),
        "memory": {"first ten minutes": early, "later": later, "at the end": soak.memory[-1][1]},
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
