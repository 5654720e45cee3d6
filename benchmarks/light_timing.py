"""How punctual messages to the lights leave, beside the moment at which they are due.

A port's full budget of 250 messages a second for 20 s, handed over a block at a time as a session
does, to the process that sends them. Its port takes everything (`no_midi.py`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from benchmarks.figures import CannotRun, Figure
from benchmarks.measuring import Lab
from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.devices.midi.port_messages import SendTiming
from soundscape.scene.models import PortSpec

BLOCK = 1536 / 48_000
AHEAD = 0.1
RATE = 250


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure, in milliseconds from due to sent."""
    own = {"SOUNDSCAPE_MIDI_BACKEND": "no_midi", "PYTHONPATH": str(Path(__file__).parent)}
    with mock.patch.dict(os.environ, own):
        several = [timing(lab.length(20, 5)) for _ in range(lab.rounds)]
    yield Figure("median", "ms", [1000 * one.median for one in several])
    yield Figure("99th percentile", "ms", [1000 * one.p99 for one in several], goal=2.0)
    yield Figure("worst", "ms", [1000 * one.worst for one in several])


def timing(seconds: int) -> SendTiming:
    """Send, and return what the process says of its timing."""
    process = MidiOutputs({"desk": PortSpec(output="nothing")})
    process.start()
    process.wait_ready(30.0)
    start = time.perf_counter() + AHEAD
    dues = [start + number / RATE for number in range(seconds * RATE)]
    while dues:
        until = time.perf_counter() + AHEAD + BLOCK
        batch = [due for due in dues if due < until]
        del dues[: len(batch)]
        process.send([(due, "desk", bytes((0xB0, 20, int(due * 250) % 128))) for due in batch])
        time.sleep(BLOCK)
    process.close()
    if process.timing is None:
        raise CannotRun("the process that sends to the lights said nothing")
    return process.timing
