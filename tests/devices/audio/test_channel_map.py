from __future__ import annotations

import pytest

from soundscape.devices.audio.channel_map import stream_channels
from soundscape.errors import AudioDeviceError

FOUR = ("front-left", "front-right", "front-center", "lfe")


def test_a_channel_of_the_device_is_that_of_the_stream_with_its_position() -> None:
    assert stream_channels("Room", "room", FOUR, 4) == (0, 1, 2, 3)
    assert stream_channels("Room", "room", (*FOUR[2:], *FOUR[:2]), 4) == (2, 3, 0, 1)
    six = ("front-left", "front-right", "rear-left", "rear-right", "front-center", "lfe")
    assert stream_channels("Room", "room", six, 4) == (0, 1, 4, 5, 2, 3)


@pytest.mark.parametrize(
    ("positions", "least", "channels", "master"),
    [
        (("front-left", "front-right", "rear-left", "rear-right"), 4, 4, 4),
        (tuple(f"aux{n}" for n in range(18)), 4, 4, 4),
        (tuple(f"aux{n}" for n in range(18)), 6, 6, 6),
        (tuple(f"aux{n}" for n in range(5)), 5, 5, 5),
    ],
)
def test_an_output_that_would_be_mixed_is_refused_with_a_remedy(
    positions: tuple[str, ...], least: int, channels: int, master: int
) -> None:
    with pytest.raises(AudioDeviceError) as refused:
        stream_channels("Room", "room.key", positions, least)
    assert "pactl load-module module-remap-sink sink_name=soundscape master=room.key" in str(
        refused.value
    )
    assert f"channels={channels} " in str(refused.value)
    assert f"master_channel_map={','.join(positions[:master])} " in str(refused.value)


def test_channels_that_the_device_does_not_have_are_named() -> None:
    with pytest.raises(AudioDeviceError, match="name channel 4; 'Room' has 2 channels"):
        stream_channels("Room", "room", ("front-left", "front-right"), 4)
