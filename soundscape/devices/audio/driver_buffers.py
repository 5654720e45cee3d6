"""How much sound each of SDL's audio drivers is asked to hold, and why.

SDL gives a driver a number of frames, and drivers use it in different ways. The facts are from SDL
2.28.4 (pygame 2.6.1) and 2.32.10 (pygame-ce 2.5.8), which agree, file by file of `src/audio`. Sound
that the system holds plays on while our whole process stands still; sound that waits in our process
helps only while we are slow. So the first comes before the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from soundscape.ipc.priority import is_real_time
from soundscape.units import SAMPLE_RATE

AHEAD = 0.25
"""Seconds of finished sound ahead of the device: machines stand still for 30 to 60 ms, and more."""
AHEAD_WITHOUT_PRIORITY = 0.5
"""The same without real-time priority: beside two busy loops a core a player stood still for 0.3 s.
"""
LEAST_AHEAD, MOST_AHEAD = 0.1, 1.0
"""What a room may ask for, in seconds."""


def usual_ahead() -> float:
    """Return the seconds of sound to keep ahead, by the priority of the calling thread."""
    return AHEAD if is_real_time() else AHEAD_WITHOUT_PRIORITY


_PULSE_PERIOD = 0.02
"""Seconds in which PulseAudio asks for more (its `minreq`)."""


_QUANTUM_LIMIT, _LARGEST_QUANTUM = 8192 / 48_000, 2048 / 48_000
"""Seconds: PipeWire's `default.clock.quantum-limit` and `default.clock.max-quantum`."""


@dataclass(frozen=True, slots=True)
class DriverBuffer:
    """What a driver is given. `buffer` and `block` in frames; a block is two buffers or more.

    `ready`: blocks that wait beside the one that SDL has queued. `held`: seconds that the system
    holds when it is full; with no deadline it takes what it gets whenever it comes (SDL's file and
    dummy drivers). `beyond`: seconds beside it that are on their way when SDL asks for more: mixed,
    but not handed over yet, or given to the sink of a sound server. Sound is heard that much later.
    `environment` goes to the driver's library, where the user has set nothing.
    """

    buffer: int
    block: int
    ready: int
    held: float
    beyond: float = 0.0
    deadline: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)


def driver_buffer(driver: str, ahead: float = AHEAD, *, on_pipewire: bool = False) -> DriverBuffer:
    """Return the settings for a driver, by SDL's name for it, and some seconds of sound ahead.

    `on_pipewire`: PipeWire answers in the name of PulseAudio.
    """
    if driver == "pulseaudio":
        return _pulse(ahead, on_pipewire=on_pipewire)
    if driver in ("disk", "dummy"):
        return DriverBuffer(buffer=1024, block=4096, ready=0, held=0.0, deadline=False)
    buffer, periods, waiting = _PERIODS.get(driver, _OTHER)
    # At the worst moment one period of the system's and one of ours are left of what SDL has.
    left = (min(periods, 1) + 1) * buffer / SAMPLE_RATE
    block = 2 * buffer
    ready = max(1, ceil((ahead - left) * SAMPLE_RATE / block))
    held, beyond = periods * buffer / SAMPLE_RATE, waiting * buffer / SAMPLE_RATE
    return DriverBuffer(buffer, block, ready, held, beyond)


def _pulse(ahead: float, *, on_pipewire: bool) -> DriverBuffer:
    """PulseAudio, and PipeWire in its name.

    SDL asks for a target length of one buffer, and leaves the rest to the server (`tlength` and
    `minreq` in SDL_pulseaudio.c). PULSE_LATENCY_MSEC replaces the target length. The server gives
    half of what exceeds two periods to the sink, and keeps the rest for us: that is what plays
    while we stand still. Sound is heard after both, the whole target. SDL waits for the server once
    a buffer: so the buffer can be short.

    PipeWire takes that half from the target too, but no more than its limit, and then makes the
    sink hold no more than its largest quantum (`fix_playback_buffer_attr` in pulse-server.c).

    More than usual is wanted where threads stand still for long. Then a block waits here too: else
    SDL's thread, late itself, would wait for the one that makes the block, which is late as well.
    """
    target = 2.0 * ahead - 2.0 * _PULSE_PERIOD
    heard_after = target
    if on_pipewire:
        sink = min((target - 2.0 * _PULSE_PERIOD) / 2.0, _QUANTUM_LIMIT)
        heard_after += min(sink, _LARGEST_QUANTUM) - sink
    environment = {"PULSE_LATENCY_MSEC": str(round(1000 * target))}
    return DriverBuffer(
        1024, 4096, int(ahead > AHEAD), ahead, beyond=heard_after - ahead, environment=environment
    )


_PERIODS = {
    # period_size, and the fewest periods: two (ALSA_set_buffer_size). ALSA_PlayDevice waits until
    # they have room for the buffer that it has mixed.
    "alsa": (4096, 2, 1),
    "coreaudio": (4096, 2, 0),  # two AudioQueue buffers (numAudioBuffers)
    # a ring of eight: mixed as a chunk begins to play, written to the chunk after it
    "directsound": (4096, 1, 1),
    "pipewire": (2048, 1, 0),  # node.latency: one quantum, at most PipeWire's default largest one
    # the system's own 20 ms (a duration of 0 in shared mode), whatever we ask; SDL cuts ours to it
    "wasapi": (2048, 0, 1),
}
"""By driver: frames asked for; how many times that the system then holds, and SDL has mixed."""
_OTHER = (2048, 1, 0)
