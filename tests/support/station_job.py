"""The station as a process: `python station_job.py SETTINGS`, with requests on standard input.

Each line is `rows`, or `ask ROOM ACT`; each answer is a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from soundscape.errors import CommandRefused
from soundscape.ipc import clock
from soundscape.remote.mqtt.rooms_client import RoomsClient
from soundscape.scene.network_spec import MqttSpec


def main(settings: str) -> None:
    station = RoomsClient(MqttSpec(**json.loads(settings)), Path(), lambda: None)
    station.start()
    for line in sys.stdin:
        answer = rows(station) if line.strip() == "rows" else ask(station, *line.split()[1:])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    station.close()


def rows(station: RoomsClient) -> dict[str, Any]:
    """The rooms, with the seconds since each was heard, and the trouble."""
    known, cpu = station._overview._rooms, time.process_time()
    found = {row.room: row.model_dump() for row in station.rows()}
    for room, row in found.items():
        row["age"] = clock.now() - known[room].state_at
    return {"rooms": found, "trouble": station.trouble(), "cpu": cpu}


def ask(station: RoomsClient, room: str, act: str) -> dict[str, Any]:
    """What came of it, and how long that took."""
    begun = time.perf_counter()
    try:
        said, done = station.ask(room, act).result(20.0), True
    except CommandRefused as refused:
        said, done = str(refused), False
    return {"done": done, "said": said, "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    main(sys.argv[1])
