"""How punctual light messages leave: `python benchmarks/light_timing.py [MIDI PORT]`.

A port's full budget of 250 messages a second for 20 s, handed over a block at a time as a session
does, to the light process with the real port or, without one, a port that takes everything. The
figure to reach: 99 % within 2 ms of their time.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.scene.models import PortSpec

SECONDS = 20
BLOCK = 1536 / 48_000
AHEAD = 0.1


def main() -> None:
    if len(sys.argv) < 2:
        os.environ["SOUNDSCAPE_MIDI_BACKEND"] = "no_midi"
        os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    process = MidiOutputs({"desk": PortSpec(output=" ".join(sys.argv[1:]) or "nothing")})
    begin = time.perf_counter()
    process.start()
    process.wait_ready(30.0)
    print(f"ready after {time.perf_counter() - begin:.2f} s: {process.health()['desk']}")
    start = time.perf_counter() + AHEAD
    dues = [start + number / 250 for number in range(SECONDS * 250)]
    while dues:
        until = time.perf_counter() + AHEAD + BLOCK
        batch = [due for due in dues if due < until]
        del dues[: len(batch)]
        process.send([(due, "desk", bytes((0xB0, 20, int(due * 250) % 128))) for due in batch])
        time.sleep(BLOCK)
    process.close()
    timing = process.timing
    if timing is None:
        sys.exit("the light process said nothing")
    print(
        f"{timing.sent} messages: median {timing.median * 1000:.1f} ms, 99 % "
        f"{timing.p99 * 1000:.1f} ms, worst {timing.worst * 1000:.1f} ms; {timing.late} over 2 ms"
    )


if __name__ == "__main__":
    main()
