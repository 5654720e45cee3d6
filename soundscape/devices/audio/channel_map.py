"""Which channel of a sound server's output a channel of our stream comes out of.

A server (PulseAudio, PipeWire) joins channels by their positions, not by their numbers, and mixes
those that the output does not have. SDL names its channels as in a WAV file.
"""

from __future__ import annotations

from collections.abc import Sequence

from soundscape.errors import AudioDeviceError

STREAMS = {
    count: ("front-left", "front-right", "front-center", "lfe", "rear-left", "rear-right")[:count]
    for count in (4, 6)
}
"""The positions of SDL's streams by their number of channels (`PA_CHANNEL_MAP_WAVEEX`)."""


def stream_channels(name: str, key: str, positions: Sequence[str], least: int) -> tuple[int, ...]:
    """The channel of the stream, from 0, for each channel of an output with these positions.

    The stream has as many channels as the output. Raises AudioDeviceError, with a remedy, where the
    server would mix the channels: a trim would then change more than its own output. `name` and
    `key` are the output's for people and for the server, `least` the highest channel that is used.
    """
    stream = STREAMS.get(len(positions), ())
    if len(positions) < least:
        raise AudioDeviceError(
            f"audio outputs name channel {least}; {name!r} has {len(positions)} channels"
        )
    if set(positions) != set(stream):
        raise AudioDeviceError(
            f"the sound server would mix the channels of {name!r}. Make an output that keeps them "
            f"apart: pactl {_remap(key, positions, least)} and write 'device: Soundscape' in "
            "the room"
        )
    return tuple(stream.index(position) for position in positions)


def _remap(key: str, positions: Sequence[str], least: int) -> str:
    """The command that makes an output whose channels are the first ones of another, unmixed."""
    count = next(number for number in STREAMS if number >= least)
    used = positions[:count]
    return (
        f"load-module module-remap-sink sink_name=soundscape master={key} channels={len(used)} "
        f"channel_map={','.join(STREAMS[count][: len(used)])} "
        f"master_channel_map={','.join(used)} remix=no "
        "sink_properties=device.description=Soundscape"
    )
